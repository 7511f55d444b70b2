import { z } from 'zod';
import { FindQuery } from '../find.ts';
import { TerminalId } from '../ids.ts';
import { FileEntry, FileListing } from '../machine.ts';
import { SandboxPath } from '../text.ts';
import { FileFailure, TrashItem } from '../trash.ts';
import { boolean, bySandbox, list, pathQuery, route } from './route.ts';

export const filesRoutes = {
  files: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/files',
    noun: 'files',
    role: 'viewer',
    summary: 'List a directory (names sorted, directories first)',
    params: bySandbox,
    query: z.object({
      path: SandboxPath,
      limit: z.coerce.number().int().min(1).max(100_000).default(10_000),
      after: z.string().max(1100).optional().describe('`next` of the page before'),
    }),
    reply: FileListing,
  }),
  stat: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/files/stat',
    noun: 'files',
    role: 'viewer',
    summary: 'One file or directory',
    params: bySandbox,
    query: pathQuery.extend({
      terminal: TerminalId.optional().describe('a relative path is seen from where the program in this terminal is'),
    }),
    reply: FileEntry,
  }),
  readFile: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/files/content',
    noun: 'files',
    role: 'viewer',
    summary: 'Bytes of a file; `Range` honoured; ETag is its version. Served as an attachment with no sniffing',
    params: bySandbox,
    query: z.object({
      path: SandboxPath,
      text: boolean.optional().describe('fail with notText unless it is UTF-8 without NUL'),
    }),
    reply: 'bytes',
  }),
  writeFile: route({
    method: 'PUT',
    path: '/v1/sandboxes/:sandbox/files/content',
    noun: 'files',
    role: 'operator',
    summary:
      'Write a file whole, atomically. `expectedVersion` (or If-Match) guards against changes underneath; `none` = must not exist',
    params: bySandbox,
    query: z.object({
      path: SandboxPath,
      expectedVersion: z.string().max(128).optional(),
      mode: z
        .string()
        .regex(/^[0-7]{3,4}$/)
        .optional(),
      parents: boolean.optional().describe('create missing directories'),
    }),
    body: 'bytes',
    reply: FileEntry,
  }),
  makeDirectory: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/files/directories',
    noun: 'files',
    role: 'operator',
    summary: 'Make a directory and its parents',
    params: bySandbox,
    body: z.object({ path: SandboxPath }).strict(),
    reply: FileEntry,
    status: 201,
    repeatable: true,
  }),
  moveFile: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/files/move',
    noun: 'files',
    role: 'operator',
    summary: 'Move or rename; refuses to overwrite unless told',
    params: bySandbox,
    body: z.object({ from: SandboxPath, to: SandboxPath, overwrite: z.boolean().optional() }).strict(),
    reply: FileEntry,
  }),
  removeFile: route({
    method: 'DELETE',
    path: '/v1/sandboxes/:sandbox/files',
    noun: 'files',
    role: 'operator',
    summary: 'Remove a file, or a directory when `recursive`',
    params: bySandbox,
    query: z.object({ path: SandboxPath, recursive: boolean.optional() }),
    reply: null,
  }),
  trashFiles: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/files/trash',
    noun: 'files',
    role: 'operator',
    summary: "Move into the sandbox's trash, from where they can be brought back; it holds 500 things for 7 days",
    params: bySandbox,
    body: z.object({ paths: z.array(SandboxPath).min(1).max(1000) }).strict(),
    reply: z.object({ items: z.array(TrashItem), failed: z.array(FileFailure) }),
  }),
  trash: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/files/trash',
    noun: 'files',
    role: 'viewer',
    summary: 'What is in the trash, newest first',
    params: bySandbox,
    reply: list(TrashItem),
  }),
  restoreTrash: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/files/trash/restore',
    noun: 'files',
    role: 'operator',
    summary: 'Bring things back to where they were; refuses to overwrite unless told',
    params: bySandbox,
    body: z
      .object({ ids: z.array(z.string().min(1).max(1024)).min(1).max(1000), overwrite: z.boolean().optional() })
      .strict(),
    reply: z.object({ items: z.array(FileEntry), failed: z.array(FileFailure) }),
  }),
  emptyTrash: route({
    method: 'DELETE',
    path: '/v1/sandboxes/:sandbox/files/trash',
    noun: 'files',
    role: 'operator',
    summary: 'Remove all that is in the trash, for good',
    params: bySandbox,
    reply: null,
  }),
  find: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/files/find',
    noun: 'files',
    role: 'viewer',
    summary:
      'Search the contents of files; a line of JSON (FindResult) for each, as they are found. Closing ends the search',
    params: bySandbox,
    query: FindQuery,
    reply: 'bytes',
  }),
  downloadArchive: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/files/archive',
    noun: 'files',
    role: 'viewer',
    summary: 'A folder as a tar stream',
    params: bySandbox,
    query: pathQuery,
    reply: 'bytes',
  }),
  uploadArchive: route({
    method: 'PUT',
    path: '/v1/sandboxes/:sandbox/files/archive',
    noun: 'files',
    role: 'operator',
    summary: 'Unpack a tar stream into a folder',
    params: bySandbox,
    query: pathQuery,
    body: 'bytes',
    reply: FileEntry,
  }),
} as const;
