import { z } from 'zod';
import { BlobHash, PastListing } from '../fileTrack.ts';
import { AtUs, SandboxId } from '../ids.ts';
import { SandboxPath } from '../text.ts';
import { boolean, bySandbox, route } from './route.ts';

const atUs = z.coerce.number().pipe(AtUs).describe("microseconds on the sandbox's clock");

export const pastFilesRoutes = {
  pastFiles: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/past/files',
    noun: 'recording',
    role: 'viewer',
    summary: 'List a directory as it was at a moment of the recording',
    params: bySandbox,
    query: z.object({ atUs, path: SandboxPath }),
    reply: PastListing,
  }),
  readPastFile: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/past/files/content',
    noun: 'recording',
    role: 'viewer',
    summary: 'Bytes of a file as it was at a moment; as readFile',
    params: bySandbox,
    query: z.object({ atUs, path: SandboxPath, text: boolean.optional() }),
    reply: 'bytes',
  }),
  recordedBlob: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/past/blobs/:hash',
    noun: 'recording',
    role: 'viewer',
    summary: 'The bytes of a version that the track `files` names by its SHA-256; they never change',
    params: z.object({ sandbox: SandboxId, hash: BlobHash }),
    reply: 'bytes',
  }),
} as const;
