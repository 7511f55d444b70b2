import type { SandboxLog } from './log.ts';

/** The first seq that is not before `atUs`: the clock of a log never goes back, so halving finds it in a few reads. */
export function findSeqAt(log: SandboxLog, atUs: number): number {
  let low = 1;
  let high = log.lastSeq + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [event] = log.events(middle, 1);
    if (event === undefined || event.atUs >= atUs) high = middle;
    else low = event.seq + 1;
  }
  return low;
}
