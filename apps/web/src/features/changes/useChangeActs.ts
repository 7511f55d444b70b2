import { type Base, type Change, isAppError, type SandboxId, type TrashItem } from '@sandglass/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { describeFailure } from '../../platform/errors.ts';
import { formatPatch, type PatchFile } from './patch.ts';

export interface Reverted {
  readonly path: string;
  readonly trashed: TrashItem | null;
  readonly written: boolean;
}

/** idle → busy → done | failed; what is done last can be taken back. */
export type ActState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'busy'; readonly text: string }
  | { readonly phase: 'done'; readonly text: string; readonly reverted: readonly Reverted[] }
  | { readonly phase: 'failed'; readonly text: string };

/** More than this is copied better with git in a terminal. */
const MOST_FILES = 300;

/** What a person does with changes: put one file back, and back again; take them away as a patch. */
export function useChangeActs(sandbox: SandboxId, since: Base) {
  const client = useClient();
  const queries = useQueryClient();
  const [state, setState] = useState<ActState>({ phase: 'idle' });
  const params = { sandbox };
  const look = () => void queries.invalidateQueries({ queryKey: ['changes', sandbox] });

  const run = async (text: string, act: () => Promise<ActState>) => {
    setState({ phase: 'busy', text });
    try {
      setState(await act());
    } catch (error) {
      setState({ phase: 'failed', text: describeFailure(error).detail });
    }
    look();
  };

  /** One that was renamed is two: the new name goes, the old one comes back. */
  const revert = (change: Change) =>
    run('Putting it back…', async () => {
      const reverted: Reverted[] = [];
      for (const path of change.from === null ? [change.path] : [change.from, change.path]) {
        const reply = await client.request('revertChange', { params, body: { path, since }, timeoutMs: 60_000 });
        reverted.push({ path, trashed: reply.trashed, written: reply.entry !== null });
      }
      return { phase: 'done', text: `${nameOf(change.path)} is as it was`, reverted };
    });

  const undo = (reverted: readonly Reverted[]) =>
    run('Taking it back…', async () => {
      for (const { path, trashed, written } of reverted.toReversed()) {
        const reply =
          trashed !== null
            ? await client.request('restoreTrash', { params, body: { ids: [trashed.id], overwrite: true } })
            : written
              ? await client.request('trashFiles', { params, body: { paths: [path] } })
              : { failed: [] };
        const [first] = reply.failed;
        if (first !== undefined) return { phase: 'failed', text: first.message };
      }
      return { phase: 'done', text: 'Taken back', reverted: [] };
    });

  const copyPatch = (changes: readonly Change[]) =>
    run('Reading both sides…', async () => {
      const files = changes.filter((change) => !change.directory).slice(0, MOST_FILES);
      const read = (side: 'before' | 'after', path: string) =>
        (side === 'after'
          ? client.request('readFile', { params, query: { path, text: 'true' } })
          : client.request('readBaseFile', {
              params: { sandbox, base: since },
              query: { path, text: 'true' },
              timeoutMs: 60_000,
            })
        ).then(decode, noText);
      const parts: PatchFile[] = [];
      for (const change of files) {
        const [before, after] = await Promise.all([
          change.status === 'added' ? null : read('before', change.from ?? change.path),
          change.status === 'deleted' ? null : read('after', change.path),
        ]);
        const isBinary = before === undefined || after === undefined;
        parts.push({
          path: change.path.slice(1),
          from: change.from?.slice(1) ?? null,
          before: before ?? (before === null ? null : ''),
          after: after ?? (after === null ? null : ''),
          isBinary,
        });
      }
      await navigator.clipboard.writeText(formatPatch(parts));
      const left = changes.length - parts.length;
      return {
        phase: 'done',
        text: `Patch of ${parts.length} copied${left > 0 ? `, ${left} left out` : ''}`,
        reverted: [],
      };
    });

  return { state, revert, undo, copyPatch, dismiss: () => setState({ phase: 'idle' }) };
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

/** Undefined: there, and no text. Null: not there. */
function noText(error: unknown): null | undefined {
  if (isAppError(error) && error.code === 'notFound') return null;
  if (isAppError(error) && (error.code === 'notText' || error.code === 'tooLarge' || error.code === 'unprocessable'))
    return undefined;
  throw error;
}
