import { Readable } from 'node:stream';
import type { FindResult } from '@sandglass/protocol';
import type { FastifyRequest } from 'fastify';
import type { Services } from '../services.ts';
import { type ContentSource, hostileContent, sendBytes, sendText } from './fileContent.ts';
import type { Handlers } from './handlers.ts';
import { attachment } from './ranges.ts';

type Names =
  | 'files'
  | 'stat'
  | 'readFile'
  | 'writeFile'
  | 'makeDirectory'
  | 'moveFile'
  | 'removeFile'
  | 'trash'
  | 'trashFiles'
  | 'restoreTrash'
  | 'emptyTrash'
  | 'find'
  | 'downloadArchive'
  | 'uploadArchive';

export function fileHandlers({ files }: Services): Pick<Handlers, Names> {
  return {
    files: async ({ params, query }) => await files.list(params.sandbox, query.path, query.limit, query.after),
    stat: async ({ params, query }) => await files.stat(params.sandbox, query.path, query.terminal),
    readFile: async ({ params, query, request, reply, signal }) => {
      const source: ContentSource = {
        stat: () => files.stat(params.sandbox, query.path),
        read: (range) => files.read(params.sandbox, query.path, range, signal),
      };
      return query.text ? await sendText(source, reply) : await sendBytes(source, request, reply);
    },
    trash: async ({ params }) => ({ items: await files.listTrash(params.sandbox), next: null }),
    trashFiles: async ({ caller, params, body }) => await files.trash(caller, params.sandbox, body.paths),
    restoreTrash: async ({ caller, params, body }) =>
      await files.restoreTrash(caller, params.sandbox, body.ids, body.overwrite ?? false),
    emptyTrash: async ({ caller, params }) => await files.emptyTrash(caller, params.sandbox),
    find: async ({ params, query, reply, signal }) => {
      const found = await files.find(params.sandbox, query, signal);
      hostileContent(reply).type('application/x-ndjson; charset=utf-8');
      return Readable.from(toLines(found), { objectMode: false });
    },
    writeFile: async ({ caller, params, query, body, request, signal }) => {
      const expected = query.expectedVersion ?? versionIn(request.headers['if-match']);
      const sizeBytes = declaredSize(request);
      return await files.write(
        caller,
        params.sandbox,
        query.path,
        body,
        {
          ...(expected === undefined ? {} : { expectedVersion: expected }),
          ...(query.mode === undefined ? {} : { mode: Number.parseInt(query.mode, 8) }),
          ...(query.parents === undefined ? {} : { parents: query.parents }),
          ...(sizeBytes === undefined ? {} : { sizeBytes }),
        },
        signal,
      );
    },
    makeDirectory: async ({ caller, params, body }) => await files.makeDirectory(caller, params.sandbox, body.path),
    moveFile: async ({ caller, params, body }) =>
      await files.move(caller, params.sandbox, body.from, body.to, body.overwrite ?? false),
    removeFile: async ({ caller, params, query }) =>
      await files.remove(caller, params.sandbox, query.path, query.recursive ?? false),
    downloadArchive: async ({ params, query, reply, signal }) => {
      const content = await files.readArchive(params.sandbox, query.path, signal);
      const name = query.path.split('/').filter(Boolean).at(-1) ?? 'files';
      hostileContent(reply)
        .type('application/x-tar')
        .header('content-disposition', attachment(`${name}.tar`));
      return content;
    },
    uploadArchive: async ({ caller, params, query, body, signal }) =>
      await files.writeArchive(caller, params.sandbox, query.path, body, signal),
  };
}

async function* toLines(found: AsyncIterable<FindResult>): AsyncIterable<Buffer> {
  for await (const result of found) yield Buffer.from(`${JSON.stringify(result)}\n`);
}

function versionIn(header: string | undefined): string | undefined {
  const match = /^(?:W\/)?"([^"]{1,128})"$/.exec(header?.trim() ?? '');
  return match?.[1];
}

function declaredSize(request: FastifyRequest): number | undefined {
  const size = Number(request.headers['content-length']);
  return Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}
