import { ContextMenu, EmptyState, IconButton, LoadingState, Menu, MenuItem } from '@sandglass/ui';
import { Copy, Ellipsis, FolderX, SquareArrowOutUpRight } from 'lucide-react';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Failed } from '../../platform/Failed.tsx';
import { type PaneProps, usePaneActions } from '../../platform/pane.ts';
import type { PastFiles } from '../../platform/pastFiles.ts';
import { usePastFiles } from '../../platform/pastFiles.ts';
import { useReveal } from '../../platform/reveal.ts';
import { shownName } from '../../platform/shownName.ts';
import { useStore } from '../../platform/store.ts';
import { FileRow } from './FileRow.tsx';
import { FileRows, openMenuIn } from './FileRows.tsx';
import { FilterField } from './FilterField.tsx';
import { FileTreeModel } from './fileTreeModel.ts';
import { readKept } from './keptTree.ts';
import { pastDirectories } from './pastDirectories.ts';
import { SelectionModel } from './selectionModel.ts';
import { TreeMenuItems } from './TreeMenuItems.tsx';
import { treeKey } from './treeKeys.ts';
import { flattenTree, isDirectory } from './treeRows.ts';
import './files.css';

const NOT_ALL = 'Not all that was in here is recorded';

/** A path to be shown in the tree; a new object for each time. */
export interface Revealed {
  readonly path: string;
}

interface PastFilesProps extends Pick<PaneProps, 'sandbox'> {
  /** What was asked for last; absent where nobody else listens for it. */
  readonly revealed?: Revealed | null;
}

/** The files as they were at the moment of the playhead: to be looked at, and nothing else. */
export default function PastFilesPane({ sandbox, revealed }: PastFilesProps) {
  const { past, retry } = usePastFiles(sandbox);
  const latest = useRef(past);
  latest.current = past;
  const [tree, selection] = useMemo(() => {
    const kept = readKept(sandbox);
    return [
      new FileTreeModel(
        pastDirectories(() => latest.current),
        kept,
      ),
      new SelectionModel(kept.selected),
    ];
  }, [sandbox]);
  useEffect(() => {
    if (past.phase === 'shown') tree.start();
  }, [past, tree]);
  useEffect(() => () => tree.stop(), [tree]);
  const reveal = useCallback(
    (path: string) => {
      tree.reveal(path);
      selection.select(path, 'only', []);
    },
    [tree, selection],
  );
  useReveal(sandbox, reveal, revealed === undefined);
  useEffect(() => {
    if (revealed) reveal(revealed.path);
  }, [revealed, reveal]);
  if (past.phase === 'failed') return <Failed error={past.error} onRetry={retry} />;
  if (past.phase === 'none')
    return (
      <EmptyState icon={<FolderX size={18} />} title="No files were recorded yet">
        The recording has none up to this moment. Move the playhead on.
      </EmptyState>
    );
  if (past.phase !== 'shown') return <LoadingState label="Reading the files of this moment" />;
  return <PastTree past={past} tree={tree} selection={selection} />;
}

interface PastTreeProps {
  readonly past: Extract<PastFiles, { phase: 'shown' }>;
  readonly tree: FileTreeModel;
  readonly selection: SelectionModel;
}

function PastTree({ past, tree, selection }: PastTreeProps) {
  const state = useStore(tree);
  const chosen = useStore(selection);
  const { openFile } = usePaneActions();
  const { root, listings, expanded, hidden } = state;
  const [filter, setFilter] = useState<string | null>(null);
  const rows = useMemo(
    () => flattenTree({ root, listings, expanded }, { hidden, filter: filter ?? '', newIn: null }),
    [root, listings, expanded, hidden, filter],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const order = () => rows.flatMap((row) => (row.kind === 'entry' ? row.path : []));
  const handleKey = (event: KeyboardEvent) => {
    if (event.altKey || event.target !== event.currentTarget) return;
    const key = { key: event.key, shift: event.shiftKey, mod: event.ctrlKey || event.metaKey };
    const act = treeKey(key, rows, chosen.focus);
    if (act.type === 'select') selection.select(act.path, 'only', order());
    else if (act.type === 'open') tree.open(act.path);
    else if (act.type === 'close') tree.close(act.path);
    else if (act.type === 'show') openFile(act.path);
    else if (act.type === 'copyPath') copyPath(chosen.focus);
    else if (act.type === 'filter') setFilter(act.text);
    else if (act.type === 'menu') openMenuIn(scroller.current);
    else if (act.type === 'clear') setFilter(null);
    else return;
    event.preventDefault();
  };
  const listing = listings.get(root);
  return (
    <div className="files-pane">
      <header className="files-bar">
        <FilterField
          filter={filter}
          onFilter={setFilter}
          onLeave={() => scroller.current?.focus()}
          root={shownName(root)}
          rootName={`${root === '/' ? 'Whole machine' : shownName(root === '.' ? 'Home' : root)}, as it was`}
        />
        <Menu
          align="end"
          trigger={
            <IconButton size="small" label="More">
              <Ellipsis size={14} />
            </IconButton>
          }
        >
          <TreeMenuItems tree={tree} />
        </Menu>
      </header>
      {listing?.phase === 'failed' ? (
        <Failed error={listing.error} onRetry={() => tree.start()} />
      ) : (
        <ContextMenu
          label="Files as they were"
          disabled={chosen.focus === null}
          items={<PastItems path={chosen.focus} tree={tree} onOpen={openFile} />}
        >
          <FileRows
            rows={rows}
            label="Files as they were"
            focus={chosen.focus}
            scroller={scroller}
            busy={listing === undefined || listing.phase === 'loading'}
            onKeyDown={handleKey}
            onPointed={(path) => {
              if (path === null) selection.clear();
              else selection.select(path, 'only', []);
            }}
            row={(row, at) => (
              <FileRow
                id={at.id}
                row={row}
                selected={chosen.paths.has(row.path)}
                focused={at.focused}
                truncatedNote={NOT_ALL}
                {...nothingToDo}
                onRetry={() => void tree.load(row.path)}
                onClick={() => {
                  if (row.kind !== 'entry') return;
                  selection.select(row.path, 'only', []);
                  if (!isDirectory(row.entry)) openFile(row.path);
                  else if (row.open) tree.close(row.path);
                  else tree.open(row.path);
                }}
              />
            )}
          />
        </ContextMenu>
      )}
      {past.value.exact ? null : (
        <p className="files-strip" role="note">
          <span>So many files changed before this moment that names were lost: the tree may differ from what was.</span>
        </p>
      )}
    </div>
  );
}

const copyPath = (path: string | null): void => {
  if (path !== null) void navigator.clipboard.writeText(path);
};

interface PastItemsProps {
  readonly path: string | null;
  readonly tree: FileTreeModel;
  readonly onOpen: (path: string) => void;
}

/** What can be done with a file that was: it is looked at, and put back from where it is looked at. */
function PastItems({ path, tree, onOpen }: PastItemsProps) {
  const entry = path === null ? undefined : tree.find(path);
  if (path === null || entry === undefined) return null;
  const isFolder = isDirectory(entry);
  const isOpen = tree.state.expanded.has(path);
  return (
    <>
      {isFolder ? (
        <MenuItem shortcut="Enter" onSelect={() => (isOpen ? tree.close(path) : tree.open(path))}>
          {isOpen ? 'Close' : 'Open'}
        </MenuItem>
      ) : (
        <MenuItem icon={<SquareArrowOutUpRight size={13} />} shortcut="Enter" onSelect={() => onOpen(path)}>
          Open as it was
        </MenuItem>
      )}
      <MenuItem icon={<Copy size={13} />} shortcut="Ctrl+C" onSelect={() => copyPath(path)}>
        Copy path
      </MenuItem>
    </>
  );
}

const nothing = () => undefined;
/** What was cannot be changed. */
const nothingToDo = {
  ...{ cut: false, change: undefined, changedBelow: 0, renaming: false, draggable: false },
  ...{ onName: nothing, onCancelName: nothing, onDragStart: nothing },
} as const;
