/** The files of the moment that the playhead shows, read as every pane reads the past: in the page, from the recording. */
import type { Sandglass } from '@sandglass/client';
import type { FileEntry, SandboxId } from '@sandglass/protocol';
import type { FilesAt, StartFiles } from '@sandglass/replay';
import { useMemo } from 'react';
import { useClient, useIsOffline } from './client.tsx';
import { readFilesOf } from './pastFilesRead.ts';
import { usePastRead } from './pastRead.ts';
import type { PastRead } from './pastReadModel.ts';

export type PastFiles = PastRead<FilesAt>;

export function usePastFiles(sandbox: SandboxId): { readonly past: PastFiles; readonly retry: () => void } {
  const client = useClient();
  const offline = useIsOffline();
  const read = useMemo(() => readFilesOf(offline ? null : startFiles(client, sandbox)), [client, offline, sandbox]);
  return usePastRead(read);
}

const PAGE = 10_000;
/** A machine of its own is started for it, when nobody looked at it of late. */
const START_TIMEOUT_MS = 60_000;

function startFiles(client: Sandglass, sandbox: SandboxId): StartFiles {
  const params = { sandbox, base: 'start' } as const;
  const timeoutMs = START_TIMEOUT_MS;
  return {
    async list(path) {
      const items: FileEntry[] = [];
      let after: string | undefined;
      do {
        const query = { path, limit: PAGE, ...(after === undefined ? {} : { after }) };
        const page = await client.request('baseFiles', { params, query, timeoutMs });
        items.push(...page.items);
        after = page.next ?? undefined;
      } while (after !== undefined);
      return items;
    },
    stat: (path) => client.request('baseStat', { params, query: { path }, timeoutMs }),
    read: (path) => client.request('readBaseFile', { params, query: { path }, timeoutMs }),
  };
}
