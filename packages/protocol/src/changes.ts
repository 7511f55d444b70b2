/** What became different since an earlier moment whose files are still there: a sandbox's start, or a checkpoint. */
import { z } from 'zod';
import { CheckpointId, Seq, WallMs } from './ids.ts';
import { Actor } from './machine.ts';

export const Base = z.union([z.literal('start'), CheckpointId]).meta({ id: 'Base' });
export type Base = z.infer<typeof Base>;

export const Change = z
  .object({
    path: z.string(),
    status: z.enum(['added', 'modified', 'deleted', 'renamed']),
    from: z.string().nullable().describe('where a renamed one was'),
    directory: z.boolean(),
    actor: Actor.describe('who changed it last; system = a program nobody asked for by name'),
    seq: Seq.describe('of the last change'),
    atMs: WallMs,
  })
  .meta({ id: 'Change' });
export type Change = z.infer<typeof Change>;

export const Changes = z
  .object({
    base: Base,
    items: z.array(Change).describe('by path'),
    truncated: z.boolean(),
    ignored: z.number().int().describe('paths left out by rule: caches, installed packages, logs'),
    lost: z.boolean().describe('an overflow lost names in between: more may have changed'),
    compared: z.boolean().describe('checked against the files of the base; else told from the log alone'),
    seq: Seq.describe('the log was read up to here'),
  })
  .meta({ id: 'Changes' });
export type Changes = z.infer<typeof Changes>;
