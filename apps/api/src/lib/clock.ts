/** Time as the rooms see it; tests move it by hand. */
export interface Clock {
  /** Wall-clock milliseconds. */
  now(): number;
  /** Calls once, at `atMs` or soon after. Returns the way to call it off. */
  at(atMs: number, call: () => void): () => void;
}

/** setTimeout's longest wait (2^31 - 1 ms, 24 days); longer ones are waited for in stretches. */
const LONGEST_MS = 2_147_483_647;

export const systemClock: Clock = {
  now: Date.now,
  at(atMs, call) {
    let timer: NodeJS.Timeout;
    const wait = () => {
      const leftMs = atMs - Date.now();
      if (leftMs <= 0) call();
      else arm(leftMs);
    };
    const arm = (leftMs: number) => {
      timer = setTimeout(wait, Math.min(leftMs, LONGEST_MS));
      timer.unref();
    };
    arm(Math.max(0, atMs - Date.now()));
    return () => clearTimeout(timer);
  },
};
