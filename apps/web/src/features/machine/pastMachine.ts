/** What the recording says of the machine at a moment. */
import type { ProcessSample, Stats } from '@sandglass/protocol';
import { processesAt, type Recording, statsBetween } from '@sandglass/replay';
import { ranges } from './charts.ts';
import { keyOf } from './processTree.ts';

export const readProcesses = (recording: Recording, atUs: number): Promise<ProcessSample | undefined> =>
  processesAt(recording, atUs);

export interface PastStats {
  readonly stats: readonly Stats[];
  readonly atUs: number;
}

/** The longest that a chart shows, up to the moment. */
export async function readStats(recording: Recording, atUs: number): Promise<PastStats | undefined> {
  const stats = await statsBetween(recording, Math.max(0, atUs - ranges['60'] * 1_000), atUs);
  return stats.length === 0 ? undefined : { stats, atUs };
}

/** Share of a core of each, as it was sampled. */
export const sharesIn = ({ items }: ProcessSample): ReadonlyMap<string, number> =>
  new Map(items.flatMap((item) => (item.share === null ? [] : [[keyOf(item), item.share] as const])));
