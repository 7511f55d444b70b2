/**
 * A deadline that stands still while the sandbox is frozen: the machine's clock goes on then, ours must not. It counts in short
 * steps, and a step that took far too long counts as one that did not.
 */
const STEP_MS = 500;

/** Calls `done` after about `durationMs` of running time. Returns the function that ends it. */
export function startCountdown(
  durationMs: number,
  done: () => void,
  now: () => number = () => performance.now(),
): () => void {
  let leftMs = durationMs;
  let timer: NodeJS.Timeout;
  const step = () => {
    const stepMs = Math.min(leftMs, STEP_MS);
    const startedAtMs = now();
    timer = setTimeout(() => {
      // Twice a step: a busy host is late by so much, a frozen one by more.
      leftMs -= Math.min(now() - startedAtMs, 2 * STEP_MS);
      if (leftMs <= 0.5) done();
      else step();
    }, stepMs);
  };
  step();
  return () => clearTimeout(timer);
}
