import { z } from 'zod';
import { Base, Changes } from '../changes.ts';
import { AtUs, SandboxId } from '../ids.ts';
import { FileEntry, FileListing } from '../machine.ts';
import { SandboxPath } from '../text.ts';
import { TrashItem } from '../trash.ts';
import { boolean, bySandbox, pathQuery, route } from './route.ts';

const byBase = z.object({ sandbox: SandboxId, base: Base });
const atMoment = z.coerce
  .number()
  .pipe(AtUs)
  .optional()
  .describe('of a fork, in the past that it shares with its parent: what that one began with');

export const changesRoutes = {
  changes: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/changes',
    noun: 'changes',
    role: 'viewer',
    summary: 'Which files differ from those of the start or of a checkpoint, and who changed them',
    params: bySandbox,
    query: z.object({
      since: Base.default('start'),
      compare: boolean.optional().describe('look at the files of both; false = names from the log, at once'),
      untilUs: z.coerce
        .number()
        .int()
        .min(0)
        .optional()
        .describe('as it was at this moment of the recording, from the names in the log; default: now'),
      everything: boolean.optional().describe('also caches, installed packages, logs'),
    }),
    reply: Changes,
  }),
  revertChange: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/changes/revert',
    noun: 'changes',
    role: 'operator',
    summary: 'Make one file what it was at the base; what it is now goes to the trash',
    params: bySandbox,
    body: z.object({ path: SandboxPath, since: Base }).strict(),
    reply: z.object({ entry: FileEntry.nullable(), trashed: TrashItem.nullable() }),
  }),
  baseFiles: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/bases/:base/files',
    noun: 'changes',
    role: 'viewer',
    summary: 'List a directory as it was at the start or at a checkpoint',
    params: byBase,
    query: z.object({
      path: SandboxPath,
      limit: z.coerce.number().int().min(1).max(100_000).default(10_000),
      after: z.string().max(1100).optional(),
      atUs: atMoment,
    }),
    reply: FileListing,
  }),
  baseStat: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/bases/:base/files/stat',
    noun: 'changes',
    role: 'viewer',
    summary: 'One file or directory as it was',
    params: byBase,
    query: pathQuery.extend({ atUs: atMoment }),
    reply: FileEntry,
  }),
  readBaseFile: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/bases/:base/files/content',
    noun: 'changes',
    role: 'viewer',
    summary: 'Bytes of a file as it was; as readFile',
    params: byBase,
    query: z.object({ path: SandboxPath, text: boolean.optional(), atUs: atMoment }),
    reply: 'bytes',
  }),
} as const;
