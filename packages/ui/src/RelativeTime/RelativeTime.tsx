import { useSyncExternalStore } from 'react';
import { formatAge } from './relative.ts';

/** One clock for the whole page, ticking only while someone looks. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
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
      {formatAge((nowMs ?? Math.max(clock, Date.now())) - atMs)}
    </time>
  );
}
