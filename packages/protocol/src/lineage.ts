/** Where a fork comes from. Its recording goes on where its parent's stood at the checkpoint: one numbering, one clock. */
import { z } from 'zod';
import { AtUs, CheckpointId, SandboxId, Seq } from './ids.ts';

export const EarlierClock = z
  .object({
    untilUs: AtUs,
    zeroMs: z.number().describe('what was the wall time at the moment 0, by that sandbox’s clock'),
  })
  .meta({ id: 'EarlierClock' });
export type EarlierClock = z.infer<typeof EarlierClock>;

export const ForkedFrom = z
  .object({
    sandbox: SandboxId,
    checkpoint: CheckpointId,
    seq: Seq,
    atUs: AtUs.optional().describe(
      'where its own part of the recording begins, on the clock that it shares with its parent. Absent: made before pasts were shared; its clock begins at 0',
    ),
    earlier: z
      .array(EarlierClock)
      .max(1_000)
      .optional()
      .describe(
        'the time between a checkpoint and its fork is not on the clock: wall times of what was before it, oldest first',
      ),
  })
  .meta({ id: 'ForkedFrom' });
export type ForkedFrom = z.infer<typeof ForkedFrom>;

/** What is needed to say when a moment of a recording was. */
export interface RecordedClock {
  /** When the sandbox was made. */
  readonly createdAtMs: number;
  readonly parent: Pick<ForkedFrom, 'atUs' | 'earlier'> | null;
}

/** Wall time of the moment 0, by the clock of its own part. */
export function zeroMsOf({ createdAtMs, parent }: RecordedClock): number {
  return createdAtMs - (parent?.atUs ?? 0) / 1_000;
}

/** When a moment was: also one of the past that it shares. */
export function wallMsAt(clock: RecordedClock, atUs: number): number {
  const earlier = clock.parent?.earlier?.find(({ untilUs }) => atUs < untilUs);
  return (earlier?.zeroMs ?? zeroMsOf(clock)) + atUs / 1_000;
}

/** What a fork is told of the clocks before it: its parent's own, and those that came before that. */
export function clocksBefore(parent: RecordedClock, untilUs: number): EarlierClock[] {
  return [...(parent.parent?.earlier ?? []), { untilUs, zeroMs: zeroMsOf(parent) }];
}
