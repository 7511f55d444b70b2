/**
 * A recording as the files it consists of, so that a reader fetches only what a moment needs. Heavy bytes lie in tracks; a track
 * is a row of segments; a segment is an append-only file of frames (format: packages/replay, `segmentFormat.ts`).
 */
import { z } from 'zod';
import { AtUs, SandboxId, Seq, WallMs } from './ids.ts';
import { ForkedFrom } from './lineage.ts';
import { StopReason } from './sandbox.ts';

export const TrackName = z
  .string()
  .regex(
    /^(screen|stills|pointer|stats|processes|files|terminal:trm_[a-z2-7]{4,26}|exec:exe_[a-z2-7]{4,26})$/,
    'a track of a recording',
  )
  .meta({ id: 'TrackName', example: 'screen' });
export type TrackName = z.infer<typeof TrackName>;

export const Segment = z
  .object({
    number: z.number().int().positive(),
    starts: z
      .number()
      .int()
      .describe('kind of its first frame: 6 (a whole picture) and 7 (a whole terminal) can be read alone'),
    firstSeq: Seq,
    lastSeq: Seq,
    firstUs: AtUs,
    lastUs: AtUs,
    sizeBytes: z.number().int().nonnegative(),
    closed: z.boolean().describe('nothing is appended to it any more'),
  })
  .meta({ id: 'Segment' });
export type Segment = z.infer<typeof Segment>;

export const RecordingTrack = z.object({ track: TrackName, segments: z.array(Segment) }).meta({ id: 'RecordingTrack' });
export type RecordingTrack = z.infer<typeof RecordingTrack>;

export const RecordingGap = z
  .object({
    reason: StopReason,
    fromUs: AtUs,
    toUs: AtUs.nullable().describe('null: it lasts'),
  })
  .meta({ id: 'RecordingGap' });
export type RecordingGap = z.infer<typeof RecordingGap>;

export const RecordingIndex = z
  .object({
    sandbox: SandboxId,
    createdAtMs: WallMs.describe('wall time of the moment 0; of a fork: of `parent.atUs`'),
    endedAtMs: WallMs.nullable(),
    nowUs: AtUs.describe('the clock of the recording; what it ended at, where the sandbox has ended'),
    beginsUs: AtUs.optional().describe('what was recorded before is not kept any more'),
    gaps: z
      .array(RecordingGap)
      .optional()
      .describe('stretches of which nothing was kept: private moments, a full disk; oldest first'),
    lastSeq: Seq,
    parent: ForkedFrom.nullable().describe('whose past it shares, up to which position'),
    tracks: z.array(RecordingTrack),
  })
  .meta({ id: 'RecordingIndex' });
export type RecordingIndex = z.infer<typeof RecordingIndex>;
