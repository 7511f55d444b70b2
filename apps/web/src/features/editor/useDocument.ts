import type { SandboxId } from '@sandglass/protocol';
import { useEffect, useMemo, useRef } from 'react';
import { useClient, useConnection } from '../../platform/client.tsx';
import { useEvents } from '../../platform/events.ts';
import { DocumentModel } from './documentModel.ts';
import { createDraftStore } from './drafts.ts';

/** The model of a file of a sandbox, told when the log says that the file changed. */
export function useDocument(sandbox: SandboxId, path: string): DocumentModel {
  const client = useClient();
  const model = useMemo(() => {
    const params = { sandbox };
    const read = async (signal?: AbortSignal) => {
      const reply = await client.open('readFile', { params, query: { path, text: 'true' }, signal });
      const bytes = await new Response(reply.stream).arrayBuffer();
      const version = (reply.headers.get('etag') ?? '').replace(/^W\//, '').replace(/^"(.*)"$/, '$1');
      return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), version };
    };
    return new DocumentModel(
      {
        stat: async (signal) => {
          const entry = await client.request('stat', { params, query: { path }, signal });
          const directory = entry.kind === 'directory' || entry.targetKind === 'directory';
          return { version: entry.version, sizeBytes: entry.sizeBytes, directory };
        },
        read,
        write: (text, expectedVersion) =>
          client.request('writeFile', { params, query: { path, expectedVersion }, body: text }),
      },
      createDraftStore(window.sessionStorage, sandbox, path),
    );
  }, [client, sandbox, path]);
  useEffect(() => {
    void model.load();
    return () => model.stop();
  }, [model]);
  useFollowing(model, sandbox, path);
  return model;
}

function useFollowing(model: DocumentModel, sandbox: SandboxId, path: string): void {
  const { events } = useEvents(sandbox);
  const connection = useConnection();
  const newest = events.findLast(
    (event) =>
      event.kind === 'checkpoint.restored' ||
      (event.kind === 'file.changed' &&
        (event.data.dropped > 0 || event.data.changes.some((change) => change.path === path || change.to === path))),
  )?.seq;
  const seen = useRef<{ model: DocumentModel; seq: number | undefined; connection: string } | null>(null);
  useEffect(() => {
    const before = seen.current;
    seen.current = { model, seq: newest, connection };
    if (before === null || before.model !== model) return;
    const changed = newest !== undefined && newest !== before.seq;
    if (changed || (connection === 'live' && before.connection === 'lost')) void model.handleChanged();
  }, [model, newest, connection]);
}
