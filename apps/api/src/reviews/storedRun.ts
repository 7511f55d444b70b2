import { BudgetLimit, Run, type RunStrip, STRIP_CELLS, TokenId } from '@sandglass/protocol';
import { z } from 'zod';

/** A run as it is kept: without what others know (its sandbox's name), with whose calls it counts and how far it has. */
export const StoredRun = Run.omit({ sandboxName: true, hasScreen: true, durationMs: true, notes: true }).extend({
  token: TokenId.nullable().describe('whose calls are counted; null: every agent’s'),
  countedSeq: z.number().int().nonnegative(),
  told: z
    .partialRecord(BudgetLimit, z.enum(['near', 'spent']))
    .default({})
    .describe('what was said of its budget'),
});
export type StoredRun = z.infer<typeof StoredRun>;

/** Short at first, so that a run of seconds shows its order, too. */
const FIRST_CELL_US = 62_500;
export const emptyStrip: RunStrip = { cellUs: FIRST_CELL_US, cells: '' };
const RANK = '.ape';

/** Marks a moment, from the start of the run. A run that outgrows its strip gets cells of twice the length. */
export function markStrip(strip: RunStrip, sinceStartUs: number, mark: 'a' | 'p' | 'e'): RunStrip {
  let { cellUs, cells } = strip;
  while (Math.floor(sinceStartUs / cellUs) >= STRIP_CELLS) {
    cellUs *= 2;
    cells = (cells.match(/..?/g) ?? []).map((pair) => stronger(pair[0]!, pair[1] ?? '.')).join('');
  }
  const at = Math.max(0, Math.floor(sinceStartUs / cellUs));
  const before = cells.padEnd(at + 1, '.');
  return { cellUs, cells: before.slice(0, at) + stronger(before[at]!, mark) + before.slice(at + 1) };
}

const stronger = (one: string, other: string): string => (RANK.indexOf(one) >= RANK.indexOf(other) ? one : other);
