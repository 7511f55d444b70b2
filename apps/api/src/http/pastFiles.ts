import { Readable } from 'node:stream';
import type { PastEntry, SandboxId } from '@sandglass/protocol';
import type { FilesAt } from '@sandglass/replay';
import type { Services } from '../services.ts';
import { type ContentSource, hostileContent, sendBytes, sendText } from './fileContent.ts';
import type { Handlers } from './handlers.ts';

/** Bytes that have their own sum for a name never change. */
const FOR_EVER = 'private, max-age=31536000, immutable';

/** Files as they were. What they hold is as hostile as it was then. */
export function pastFileHandlers({
  sandboxes,
  pastFiles,
}: Services): Pick<Handlers, 'pastFiles' | 'readPastFile' | 'recordedBlob'> {
  /** What a machine began with is asked of the one that it was then. */
  const at = (sandbox: SandboxId, atUs: number) => pastFiles.at(sandboxes.ownerAt(sandbox, atUs), atUs);
  return {
    pastFiles: async ({ params, query }) => {
      const files = await at(params.sandbox, query.atUs);
      const { path, items, ...rest } = await files.list(absolute(query.path));
      return { path, items: [...items], ...rest };
    },
    readPastFile: async ({ params, query, request, reply }) => {
      const source = contentOf(await at(params.sandbox, query.atUs), absolute(query.path));
      return query.text ? await sendText(source, reply) : await sendBytes(source, request, reply);
    },
    recordedBlob: ({ params, reply }) => {
      const bytes = sandboxes.recording(params.sandbox).blobs.read(params.hash);
      hostileContent(reply).type('application/octet-stream').header('content-disposition', 'attachment');
      reply.header('cache-control', FOR_EVER);
      return bytes;
    },
  };
}

function contentOf(files: FilesAt, path: string): ContentSource {
  let found: Promise<{ entry: PastEntry; bytes: Uint8Array }> | undefined;
  const read = async () => {
    found ??= files.read(path);
    const { entry, bytes } = await found;
    return { entry: { ...entry, sizeBytes: bytes.length }, bytes };
  };
  return {
    stat: async () => (await read()).entry,
    read: async ({ offset, length }) => {
      const { entry, bytes } = await read();
      const part = bytes.subarray(offset, length === undefined ? undefined : offset + length);
      return { entry, content: Readable.from(part.length === 0 ? [] : [Buffer.from(part)], { objectMode: false }) };
    },
  };
}

/** As the sandbox resolves it, links aside. */
function absolute(path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `/home/user/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
