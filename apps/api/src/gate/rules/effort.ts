/**
 * What one rule may cost on one call. Kept for the rule that is asked just now, since asking is never interrupted: its expressions
 * say what they are about to look at, and when that is much and has taken long, the rule is given up.
 */

/** A rule that takes longer is given up at its next window, which takes up to 5 ms. */
const RULE_MS = 10;
/** Characters times steps between two looks at the clock, which would else cost more than most rules. */
const BETWEEN_LOOKS = 48_000;

/** What was looked for is not known: it would have taken too long. */
export class TooLong extends Error {}

let spent = 0;
let sinceMs: number | undefined;

/** `steps`: characters to be looked at, times the size of the expression. @throws TooLong */
export function spend(steps: number): void {
  spent += steps;
  if (spent < BETWEEN_LOOKS) return;
  spent = 0;
  const nowMs = performance.now();
  sinceMs ??= nowMs;
  if (nowMs - sinceMs > RULE_MS) throw new TooLong();
}

/** `otherwise`: what a rule that was given up counts as. */
export function withinEffort(ask: () => boolean, otherwise: boolean): boolean {
  spent = 0;
  sinceMs = undefined;
  try {
    return ask();
  } catch (error) {
    if (error instanceof TooLong) return otherwise;
    throw error;
  }
}
