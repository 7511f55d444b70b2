import { useSyncExternalStore } from 'react';
import { formatAge } from './relative.ts';

/** One clock for the whole page, ticking only while someone looks. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
/** What the browser's clock is behind of the one that the times come from. */
let aheadMs = 0;
const clockMs = () => Date.now() + aheadMs;
let now = clockMs();

/** The times shown were written by another clock: ages are counted by it. */
export function setClockAhead(ms: number): void {
  aheadMs = ms;
  now = clockMs();
  for (const each of [...listeners]) each();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = clockMs();
    for (const each of listeners) each();
  }, 5_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The wall clock, milliseconds, renewed every 5 s. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

/** How long ago, kept up to date; the exact time is in its title. Tests and stories give `nowMs`. */
export function RelativeTime({ atMs, nowMs }: { atMs: number; nowMs?: number }) {
  const clock = useNow();
  const at = new Date(atMs);
  return (
    <time dateTime={at.toISOString()} title={at.toLocaleString()}>
      {formatAge((nowMs ?? Math.max(clock, clockMs())) - atMs)}
    </time>
  );
}
