import type { SandboxId } from '@sandglass/protocol';
import { useEffect, useMemo, useRef } from 'react';
import { z } from 'zod';
import { useClient, useConnection } from '../../platform/client.tsx';
import { useEvents } from '../../platform/events.ts';
import { FileTreeModel } from './fileTreeModel.ts';
import { UploadModel } from './uploadModel.ts';

const Kept = z.object({ root: z.string(), expanded: z.array(z.string()).max(500), selected: z.string().nullable() });

/** The tree and the uploads of a sandbox, kept fresh by its log. What was open survives a reload. */
export function useFileTree(sandbox: SandboxId): { tree: FileTreeModel; uploads: UploadModel } {
  const client = useClient();
  const models = useMemo(() => {
    const tree = new FileTreeModel(
      {
        list: (path, signal) => client.request('files', { params: { sandbox }, query: { path }, signal }),
      },
      readKept(sandbox),
    );
    const uploads = new UploadModel({
      write: (path, content, { overwrite, signal }) =>
        client.request('writeFile', {
          params: { sandbox },
          query: { path, parents: 'true', ...(overwrite ? {} : { expectedVersion: 'none' }) },
          body: content,
          signal,
        }),
    });
    return { tree, uploads };
  }, [client, sandbox]);
  useEffect(() => {
    const { tree, uploads } = models;
    tree.start();
    const keep = tree.subscribe(() => writeKept(sandbox, tree));
    return () => {
      keep();
      tree.stop();
      uploads.cancel();
    };
  }, [models, sandbox]);
  useFollowing(models.tree, sandbox);
  return models;
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

const keyOf = (sandbox: SandboxId) => `sandglass.files.${sandbox}`;

function readKept(sandbox: SandboxId): z.infer<typeof Kept> {
  try {
    const parsed = Kept.safeParse(JSON.parse(sessionStorage.getItem(keyOf(sandbox)) ?? 'null'));
    if (parsed.success) return parsed.data;
  } catch {
    // No storage: the tree starts closed.
  }
  return { root: '.', expanded: [], selected: null };
}

function writeKept(sandbox: SandboxId, tree: FileTreeModel): void {
  try {
    const { root, expanded, selected } = tree.state;
    sessionStorage.setItem(keyOf(sandbox), JSON.stringify({ root, expanded: [...expanded].slice(0, 500), selected }));
  } catch {
    // Full or forbidden: only convenience is lost.
  }
}
