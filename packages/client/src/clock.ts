/** Time and chance, passed in so that tests own them. */
export interface Clock {
  nowMs(): number;
  /** Calls back once; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
  /** 0 ≤ x < 1 */
  random(): number;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** Resolves after `delayMs`; rejects with the signal's reason when it is aborted first. */
export function delay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const handleAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', handleAbort);
      resolve();
    });
    signal?.addEventListener('abort', handleAbort, { once: true });
  });
}

/** Exponential with equal jitter: half of the wait is fixed, so nobody hammers; half is chance, so nobody marches in step. */
export function backoffMs(attempt: number, limits: { firstMs: number; mostMs: number }, random: () => number): number {
  const full = Math.min(limits.mostMs, limits.firstMs * 2 ** Math.max(0, attempt - 1));
  return Math.round(full / 2 + (full / 2) * random());
}
