/** What was deleted and can be brought back: the trash of the sandbox's own user, as its desktop shows it too. */
import { z } from 'zod';
import { ErrorCode } from './errors.ts';

export const TrashItem = z
  .object({
    id: z.string(),
    path: z.string().describe('where it was'),
    kind: z.enum(['file', 'directory', 'symlink', 'other']),
    sizeBytes: z.number(),
    deletedAtMs: z.number(),
  })
  .meta({ id: 'TrashItem' });
export type TrashItem = z.infer<typeof TrashItem>;

/** One of several that could not be done; the others were. */
export const FileFailure = z
  .object({ path: z.string(), code: ErrorCode, message: z.string() })
  .meta({ id: 'FileFailure' });
export type FileFailure = z.infer<typeof FileFailure>;
