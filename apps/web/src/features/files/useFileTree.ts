import type { Sandglass } from '@sandglass/client';
import { type FileEntry, isAppError, type SandboxId } from '@sandglass/protocol';
import { useEffect, useMemo, useRef } from 'react';
import { useClient, useConnection } from '../../platform/client.tsx';
import { useEvents } from '../../platform/events.ts';
import { useSession } from '../../platform/useSession.ts';
import { DownloadModel } from './downloadModel.ts';
import { FileOperations } from './fileOperations.ts';
import { FileTreeModel } from './fileTreeModel.ts';
import { readKept, writeKept } from './keptTree.ts';
import { SelectionModel } from './selectionModel.ts';
import { sendFile } from './sendFile.ts';
import { UploadModel } from './uploadModel.ts';

/** All that the files pane of one sandbox consists of. */
export interface Files {
  readonly tree: FileTreeModel;
  readonly selection: SelectionModel;
  readonly operations: FileOperations;
  readonly uploads: UploadModel;
  readonly downloads: DownloadModel;
}

/** The tree and what is done in it, kept fresh by the log. What was open survives a reload. */
export function useFileTree(sandbox: SandboxId): Files {
  const client = useClient();
  const session = useSession();
  const csrf = useRef('');
  csrf.current = session.phase === 'open' ? session.session.csrf : '';
  const files = useMemo(() => create(client, sandbox, () => csrf.current), [client, sandbox]);
  useEffect(() => {
    const { tree, selection, uploads, downloads } = files;
    tree.start();
    const keep = () => writeKept(sandbox, tree, selection);
    const stops = [tree.subscribe(keep), selection.subscribe(keep)];
    return () => {
      for (const stop of stops) stop();
      tree.stop();
      uploads.cancel();
      downloads.cancel();
    };
  }, [files, sandbox]);
  useFollowing(files.tree, sandbox);
  return files;
}

function create(client: Sandglass, sandbox: SandboxId, csrf: () => string): Files {
  const params = { sandbox };
  const kept = readKept(sandbox);
  const isFolder = (sizeBytes: number | null) => sizeBytes === null;
  const tree = new FileTreeModel(
    {
      list: (path, page, signal) => client.request('files', { params, query: { path, ...page }, signal }),
      stat: (path, signal) =>
        client.request('stat', { params, query: { path }, signal }).catch((error: unknown): FileEntry | null => {
          if (isAppError(error) && error.code === 'notFound') return null;
          throw error;
        }),
    },
    kept,
  );
  const operations = new FileOperations({
    trash: (paths) => client.request('trashFiles', { params, body: { paths: [...paths] } }),
    restore: (ids) => client.request('restoreTrash', { params, body: { ids: [...ids] } }),
    remove: (path) => client.request('removeFile', { params, query: { path, recursive: 'true' } }),
    move: (from, to) => client.request('moveFile', { params, body: { from, to } }),
    createFile: (path) =>
      client.request('writeFile', { params, query: { path, expectedVersion: 'none' }, body: new Uint8Array() }),
    createFolder: (path) => client.request('makeDirectory', { params, body: { path } }),
  });
  const uploads = new UploadModel({
    write: (path, content, { overwrite, signal, onSent }) =>
      sendFile(
        client.urlOf('writeFile', {
          params,
          query: { path, parents: 'true', ...(overwrite ? {} : { expectedVersion: 'none' }) },
        }),
        content,
        { csrf: csrf(), headers: client.fences.headersOf(sandbox), signal, onSent },
      ),
    makeFolder: (path, signal) => client.request('makeDirectory', { params, body: { path }, signal }),
  });
  const downloads = new DownloadModel({
    open: async ({ path, sizeBytes }, signal) => {
      const input = { params, query: { path }, signal };
      const reply = await (isFolder(sizeBytes)
        ? client.open('downloadArchive', input)
        : client.open('readFile', input));
      return reply.stream;
    },
    save: (name, content) => {
      const url = URL.createObjectURL(content);
      clickLink(url, name);
      // The browser has taken it over by then.
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    },
    handOver: ({ path, name, sizeBytes }) =>
      clickLink(client.urlOf(isFolder(sizeBytes) ? 'downloadArchive' : 'readFile', { params, query: { path } }), name),
  });
  return { tree, selection: new SelectionModel(kept.selected), operations, uploads, downloads };
}

function clickLink(href: string, name: string): void {
  const link = document.createElement('a');
  link.href = href;
  link.download = name;
  link.click();
}

/** Feeds the tree what the log says since the last time. */
function useFollowing(tree: FileTreeModel, sandbox: SandboxId): void {
  const { events } = useEvents(sandbox);
  const connection = useConnection();
  const seen = useRef({ tree, seq: -1, wasLost: false });
  useEffect(() => {
    const newest = events.at(-1)?.seq ?? -1;
    // What is older than the tree is in its first listing.
    if (seen.current.tree !== tree || seen.current.seq === -1) seen.current = { tree, seq: newest, wasLost: false };
    for (const event of events.slice(firstAfter(events, seen.current.seq))) {
      if (event.kind === 'file.changed') tree.handleChanges(event.data.changes, event.data.dropped);
      if (event.kind === 'checkpoint.restored' || (event.kind === 'sandbox.phase' && event.data.to === 'running'))
        tree.reloadAll();
    }
    seen.current.seq = newest;
  }, [events, tree]);
  useEffect(() => {
    if (connection === 'live' && seen.current.wasLost) tree.reloadAll();
    seen.current.wasLost = connection === 'lost';
  }, [connection, tree]);
}

function firstAfter(events: readonly { seq: number }[], seq: number): number {
  let at = events.length;
  while (at > 0 && (events[at - 1]?.seq ?? 0) > seq) at--;
  return at;
}
