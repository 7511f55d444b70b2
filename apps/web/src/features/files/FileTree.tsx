import { isAppError, type SandboxId } from '@sandglass/protocol';
import { ContextMenu, EmptyState, LoadingState } from '@sandglass/ui';
import { Snowflake } from 'lucide-react';
import { type KeyboardEvent, useMemo, useRef } from 'react';
import { useChangeMarks } from '../../platform/changes.ts';
import { useClient } from '../../platform/client.tsx';
import { Failed } from '../../platform/Failed.tsx';
import { useStore } from '../../platform/store.ts';
import { dragOut } from './dragging.ts';
import { FileMenu } from './FileMenu.tsx';
import { FileRow } from './FileRow.tsx';
import { FileRows, openMenuIn } from './FileRows.tsx';
import { type TreeAct, treeKey } from './treeKeys.ts';
import { flattenTree, isDirectory } from './treeRows.ts';
import type { Files } from './useFileTree.ts';
import type { TreeActs } from './useTreeActs.ts';

interface FileTreeProps {
  readonly files: Files;
  readonly acts: TreeActs;
  readonly sandbox: SandboxId;
  readonly mayChange: boolean;
  readonly filter: string;
  /** A letter was typed in the tree, or Escape (null). */
  readonly onFilter: (text: string | null) => void;
  readonly onUpload: () => void;
}

export function FileTree({ files, acts, sandbox, mayChange, filter, onFilter, onUpload }: FileTreeProps) {
  const { tree, selection, operations } = files;
  const state = useStore(tree);
  const chosen = useStore(selection);
  useStore(operations);
  const client = useClient();
  const marks = useChangeMarks(sandbox);
  const { root, listings, expanded, hidden } = state;
  const newIn = acts.ask?.kind === 'newFile' || acts.ask?.kind === 'newFolder' ? acts.ask.directory : null;
  const rows = useMemo(
    () => flattenTree({ root, listings, expanded }, { hidden, filter, newIn }),
    [root, listings, expanded, hidden, filter, newIn],
  );
  const scroller = useRef<HTMLDivElement>(null);

  const listing = state.listings.get(state.root);
  if (listing === undefined || (listing.phase === 'loading' && listing.entries.length === 0))
    return <LoadingState label="Reading the folder" />;
  if (listing.phase === 'failed' && isAppError(listing.error) && listing.error.code === 'wrongState')
    return (
      <EmptyState icon={<Snowflake size={18} />} title="Not while it stands still">
        A frozen sandbox answers nothing. Its files are listed here as soon as it runs again.
      </EmptyState>
    );
  if (listing.phase === 'failed') return <Failed error={listing.error} onRetry={() => tree.start()} />;

  const order = () => rows.flatMap((row) => (row.kind === 'entry' ? row.path : []));
  const act = (what: TreeAct) => {
    if (what.type === 'select') {
      if (what.how === 'focus') selection.focus(what.path);
      else selection.select(what.path, what.how, order());
    } else if (what.type === 'open') tree.open(what.path);
    else if (what.type === 'close') tree.close(what.path);
    else if (what.type === 'show') acts.show(what.path);
    else if (what.type === 'toggle') selection.select(what.path, 'toggle', []);
    else if (what.type === 'rename') acts.rename(what.path);
    else if (what.type === 'trash') void acts.trash();
    else if (what.type === 'remove') acts.remove();
    else if (what.type === 'all') selection.selectAll(order());
    else if (what.type === 'undo') void acts.undo();
    else if (what.type === 'cut') acts.cut();
    else if (what.type === 'paste') acts.paste();
    else if (what.type === 'copyPath') acts.copyPath();
    else if (what.type === 'filter') onFilter(what.text);
    else if (what.type === 'menu') openMenuIn(scroller.current);
    else if (what.type === 'clear') {
      onFilter(null);
      selection.clear();
    }
  };
  const handleKey = (event: KeyboardEvent) => {
    if (event.altKey || event.target !== event.currentTarget) return;
    const what = treeKey(
      { key: event.key, shift: event.shiftKey, mod: event.ctrlKey || event.metaKey },
      rows,
      chosen.focus,
    );
    if (what.type === 'none') return;
    event.preventDefault();
    act(what);
  };
  const handlePointed = (path: string | null) => {
    if (path === null) selection.clear();
    else if (!chosen.paths.has(path)) selection.select(path, 'only', []);
  };

  return (
    <ContextMenu label="Files" items={<FileMenu files={files} acts={acts} mayChange={mayChange} onUpload={onUpload} />}>
      <FileRows
        rows={rows}
        label="Files"
        multiple
        focus={chosen.focus}
        scroller={scroller}
        onKeyDown={handleKey}
        onPointed={handlePointed}
        row={(row, at) => {
          const { path } = row;
          return (
            <FileRow
              id={at.id}
              row={row}
              selected={chosen.paths.has(path)}
              focused={at.focused}
              cut={operations.cut.includes(path)}
              change={marks.byPath.get(path)}
              changedBelow={marks.below.get(path) ?? 0}
              renaming={acts.ask?.kind === 'rename' && acts.ask.path === path}
              draggable={mayChange || row.kind === 'entry'}
              onName={(name) => void acts.named(name).then(() => scroller.current?.focus())}
              onCancelName={() => {
                acts.setAsk(null);
                scroller.current?.focus();
              }}
              onRetry={() => void tree.load(path)}
              onDragStart={(event) => {
                if (row.kind !== 'entry') return;
                if (!chosen.paths.has(path)) selection.select(path, 'only', []);
                dragOut(event.dataTransfer, acts.chosen(), row.entry, (file) =>
                  client.urlOf('readFile', { params: { sandbox }, query: { path: file } }),
                );
              }}
              onClick={(event) => {
                if (row.kind !== 'entry') return;
                if (event.shiftKey) selection.select(path, 'range', order());
                else if (event.ctrlKey || event.metaKey) selection.select(path, 'toggle', []);
                else {
                  selection.select(path, 'only', []);
                  if (isDirectory(row.entry)) acts.toggleFolder(path);
                  else acts.show(path);
                }
              }}
            />
          );
        }}
      />
    </ContextMenu>
  );
}
