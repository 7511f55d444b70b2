import { z } from 'zod';
import { FileEntry } from '../machine.ts';
import { SandboxPath } from '../text.ts';
import { boolean, bySandbox, pathQuery, route } from './route.ts';

export const filesRoutes = {
  files: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/files',
    noun: 'files',
    role: 'viewer',
    summary: 'List a directory (names sorted, directories first)',
    params: bySandbox,
    query: z.object({ path: SandboxPath, limit: z.coerce.number().int().min(1).max(100_000).default(10_000) }),
    reply: z.object({ path: z.string(), items: z.array(FileEntry), truncated: z.boolean() }),
  }),
  stat: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/files/stat',
    noun: 'files',
    role: 'viewer',
    summary: 'One file or directory',
    params: bySandbox,
    query: pathQuery,
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
