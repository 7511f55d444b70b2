import { FilesAt, FilesCursor, type Recording, type StartFiles } from '@sandglass/replay';
import type { ReadPast } from './pastReadModel.ts';

/**
 * Reads the tree of a moment, going on from the one before. The same object as long as the tree is the same.
 * `startAt`: the files that were there before anything was recorded, of the machine that it was at a moment; a file has none.
 */
export function readFilesOf(startAt: (atUs: number) => StartFiles | null): ReadPast<FilesAt> {
  let reading: { readonly recording: Recording; readonly cursor: FilesCursor } | undefined;
  let last: { readonly identity: string; readonly files: FilesAt } | undefined;
  return async (recording, atUs) => {
    if (reading?.recording !== recording) reading = { recording, cursor: new FilesCursor(recording) };
    const shown = await reading.cursor.show(atUs);
    // Where another moment was asked for meanwhile, nobody looks at this answer any more.
    if (shown.what !== 'tree') return undefined;
    const { tree } = shown;
    if (last?.identity !== tree.identity) {
      const blob = (hash: string) => recording.blob(hash);
      last = { identity: tree.identity, files: new FilesAt(tree, { start: startAt(atUs), blob }) };
    }
    return last.files;
  };
}

/** Of the start nothing ever changes: each folder is asked for once. */
export function remembering(start: StartFiles): StartFiles {
  const lists = new Map<string, ReturnType<StartFiles['list']>>();
  const stats = new Map<string, ReturnType<StartFiles['stat']>>();
  const once = <T>(known: Map<string, Promise<T>>, path: string, ask: (path: string) => Promise<T>): Promise<T> => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const asked = ask(path);
    known.set(path, asked);
    // What failed is asked for again.
    asked.catch(() => known.delete(path));
    return asked;
  };
  return {
    list: (path) => once(lists, path, start.list),
    stat: (path) => once(stats, path, start.stat),
    read: start.read,
  };
}
