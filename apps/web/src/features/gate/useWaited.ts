import { useEffect, useState } from 'react';
import { serverNowMs } from '../../platform/serverClock.ts';
import { waitedWords } from './words.ts';

/** How long something waits, counted on every second. */
export function useWaited(sinceMs: number): string {
  const [nowMs, setNowMs] = useState(serverNowMs);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(serverNowMs()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return waitedWords(sinceMs, nowMs);
}
