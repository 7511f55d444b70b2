/** The files of the moment that the playhead shows, read as every pane reads the past: in the page, from the recording. */
import type { Sandglass } from '@sandglass/client';
import type { FileEntry, SandboxId } from '@sandglass/protocol';
import type { FilesAt, StartFiles } from '@sandglass/replay';
import { useMemo } from 'react';
import { useClient, useIsOffline } from './client.tsx';
import { readFilesOf, remembering } from './pastFilesRead.ts';
import { usePastRead } from './pastRead.ts';
import type { PastRead } from './pastReadModel.ts';
import { useSandbox } from './sandboxes.ts';

export type PastFiles = PastRead<FilesAt>;

export function usePastFiles(sandbox: SandboxId): { readonly past: PastFiles; readonly retry: () => void } {
  const client = useClient();
  const offline = useIsOffline();
  // Compared by what it holds: the sandbox is another object with each of its changes.
  const borders = JSON.stringify(useSandbox(sandbox)?.parent?.earlier?.map(({ untilUs }) => untilUs) ?? []);
  const read = useMemo(
    () => readFilesOf(offline ? () => null : startFiles(client, sandbox, JSON.parse(borders))),
    [client, offline, sandbox, borders],
  );
  return usePastRead(read);
}

const PAGE = 10_000;
/** A machine of its own is started for it, when nobody looked at it of late. */
const START_TIMEOUT_MS = 60_000;

/** @param borders where one machine's part of the recording ends and that of its fork begins */
function startFiles(client: Sandglass, sandbox: SandboxId, borders: readonly number[]): (atUs: number) => StartFiles {
  const known = new Map<number | undefined, StartFiles>();
  return (atUs) => {
    const untilUs = borders.find((border) => atUs < border);
    const start = known.get(untilUs) ?? remembering(startFilesUntil(client, sandbox, untilUs));
    known.set(untilUs, start);
    return start;
  };
}

function startFilesUntil(client: Sandglass, sandbox: SandboxId, untilUs: number | undefined): StartFiles {
  const then = untilUs === undefined ? {} : { atUs: untilUs - 1 };
  const params = { sandbox, base: 'start' } as const;
  const timeoutMs = START_TIMEOUT_MS;
  return {
    async list(path) {
      const items: FileEntry[] = [];
      let after: string | undefined;
      do {
        const query = { path, limit: PAGE, ...then, ...(after === undefined ? {} : { after }) };
        const page = await client.request('baseFiles', { params, query, timeoutMs });
        items.push(...page.items);
        after = page.next ?? undefined;
      } while (after !== undefined);
      return items;
    },
    stat: (path) => client.request('baseStat', { params, query: { path, ...then }, timeoutMs }),
    read: (path) => client.request('readBaseFile', { params, query: { path, ...then }, timeoutMs }),
  };
}
