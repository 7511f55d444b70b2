import type { Sandglass } from '@sandglass/client';
import type { SandboxId } from '@sandglass/protocol';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useClient } from '../../platform/client.tsx';
import { useEvents } from '../../platform/events.ts';

/** Changes when the log says that the file may have changed. */
export function useFileSeq(sandbox: SandboxId, path: string): number {
  const { events } = useEvents(sandbox);
  const newest = events.findLast(
    (event) =>
      event.kind === 'checkpoint.restored' ||
      (event.kind === 'file.changed' &&
        (event.data.dropped > 0 || event.data.changes.some((change) => change.path === path || change.to === path))),
  );
  return newest?.seq ?? 0;
}

export interface FilePart {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly offset: number;
  /** Of the whole file. */
  readonly sizeBytes: number;
}

/** A stretch of a file; negative `offset`: so many bytes from its end. Follows the file as the log tells of it. */
export function useFilePart(sandbox: SandboxId, path: string, range: { offset: number; length: number }) {
  const client = useClient();
  const seq = useFileSeq(sandbox, path);
  return useQuery({
    queryKey: ['filePart', sandbox, path, range.offset, range.length, seq],
    queryFn: ({ signal }) => readPart(client, sandbox, path, range, signal),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 30_000,
  });
}

async function readPart(
  client: Sandglass,
  sandbox: SandboxId,
  path: string,
  { offset, length }: { offset: number; length: number },
  signal: AbortSignal,
): Promise<FilePart> {
  const params = { sandbox };
  const { sizeBytes } = await client.request('stat', { params, query: { path }, signal });
  const from = Math.max(0, offset < 0 ? sizeBytes + offset : Math.min(offset, sizeBytes));
  if (sizeBytes === 0 || from === sizeBytes) return { bytes: new Uint8Array(), offset: from, sizeBytes };
  const headers = { range: `bytes=${from}-${from + length - 1}` };
  const reply = await client.open('readFile', { params, query: { path }, headers, signal });
  return { bytes: new Uint8Array(await new Response(reply.stream).arrayBuffer()), offset: from, sizeBytes };
}

/** All of a file, up to a bound; null when it is larger. */
export function useWholeFile(sandbox: SandboxId, path: string, mostBytes: number) {
  const client = useClient();
  const seq = useFileSeq(sandbox, path);
  return useQuery({
    queryKey: ['wholeFile', sandbox, path, seq],
    queryFn: async ({ signal }): Promise<{ bytes: Uint8Array<ArrayBuffer> | null; sizeBytes: number }> => {
      const params = { sandbox };
      const { sizeBytes } = await client.request('stat', { params, query: { path }, signal });
      if (sizeBytes > mostBytes) return { bytes: null, sizeBytes };
      const reply = await client.open('readFile', { params, query: { path }, signal });
      return { bytes: new Uint8Array(await new Response(reply.stream).arrayBuffer()), sizeBytes };
    },
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
}
