/** What keys, menus, buttons and ⌘K do in the tree: one list of acts for all of them. */
import type { FileEntry } from '@sandglass/protocol';
import { useMemo, useState } from 'react';
import { usePaneActions } from '../../platform/pane.ts';
import type { DownloadItem } from './downloadModel.ts';
import { moveProblem } from './fileOperations.ts';
import { directoryFor } from './fileTreeModel.ts';
import { joinPath, nameOf } from './paths.ts';
import { isDirectory, outermost } from './treeRows.ts';
import type { Files } from './useFileTree.ts';

/** What the person is being asked in the tree itself, or before something is done. */
export type TreeAsk =
  | { readonly kind: 'newFile' | 'newFolder'; readonly directory: string }
  | { readonly kind: 'rename'; readonly path: string }
  | { readonly kind: 'move'; readonly paths: readonly string[]; readonly directory: string }
  | { readonly kind: 'remove'; readonly paths: readonly string[] };

export function useTreeActs(files: Files, mayChange: boolean) {
  const [ask, setAsk] = useState<TreeAsk | null>(null);
  const { openFile } = usePaneActions();
  return useMemo(() => {
    const { tree, selection, operations, downloads } = files;
    const chosen = () => outermost(selection.state.paths);
    const target = () => directoryFor(tree, selection.state.focus);
    return {
      ask,
      setAsk,
      chosen,
      target,
      show: (path: string) => openFile(path),
      toggleFolder: (path: string) => (tree.state.expanded.has(path) ? tree.close(path) : tree.open(path)),
      create: (kind: 'newFile' | 'newFolder', directory = target()) => {
        if (!mayChange) return;
        if (directory !== tree.state.root && !tree.state.expanded.has(directory)) tree.open(directory);
        setAsk({ kind, directory });
      },
      rename: (path: string) => mayChange && setAsk({ kind: 'rename', path }),
      named: async (name: string) => {
        if (ask?.kind === 'rename') await operations.rename(ask.path, name);
        if (ask?.kind === 'newFile' || ask?.kind === 'newFolder') {
          const path = joinPath(ask.directory, name);
          const made = await operations.create(ask.kind, path);
          if (made && ask.kind === 'newFile') openFile(path);
          if (made) selection.select(path, 'only', []);
        }
        setAsk(null);
        tree.reloadAll();
      },
      trash: async (paths = chosen()) => {
        if (!mayChange || paths.length === 0) return;
        selection.forget(paths, null);
        await operations.trash(paths);
        tree.reloadAll();
      },
      remove: (paths = chosen()) => mayChange && paths.length > 0 && setAsk({ kind: 'remove', paths }),
      move: (paths: readonly string[], directory: string) => {
        if (mayChange && moveProblem(paths, directory) === undefined) setAsk({ kind: 'move', paths, directory });
      },
      confirmed: async () => {
        const asked = ask;
        setAsk(null);
        if (asked?.kind === 'move') {
          await operations.move(asked.paths, asked.directory);
          if (!tree.state.expanded.has(asked.directory) && asked.directory !== tree.state.root)
            tree.open(asked.directory);
        }
        if (asked?.kind === 'remove') await operations.remove(asked.paths);
        operations.cut = [];
        tree.reloadAll();
      },
      cut: (paths = chosen()) => {
        operations.cut = mayChange ? paths : [];
      },
      paste: (directory = target()) => {
        if (!mayChange || operations.cut.length === 0) return;
        if (moveProblem(operations.cut, directory) === undefined)
          setAsk({ kind: 'move', paths: operations.cut, directory });
      },
      undo: async () => {
        if (!mayChange || !operations.canUndo) return;
        const back = await operations.undo();
        tree.reloadAll();
        if (back[0] !== undefined) selection.select(back[0], 'only', []);
      },
      copyPath: (paths = chosen()) => void navigator.clipboard.writeText(paths.join('\n')),
      download: (paths = chosen()) => void downloads.start(paths.map((path) => toDownload(path, tree.find(path)))),
    };
  }, [files, mayChange, ask, openFile]);
}
export type TreeActs = ReturnType<typeof useTreeActs>;

export function toDownload(path: string, entry: FileEntry | undefined): DownloadItem {
  const folder = entry === undefined || isDirectory(entry);
  return folder
    ? { path, name: `${nameOf(path).replace('/', 'files')}.tar`, sizeBytes: null }
    : { path, name: nameOf(path), sizeBytes: entry.sizeBytes };
}
