import type { RunsLook } from './look.ts';

let last: RunsLook = {};

/** How the list was looked at last, to come back to it. */
export const lastRunsLook = (): RunsLook => last;
export const keepRunsLook = (look: RunsLook): void => {
  last = look;
};
