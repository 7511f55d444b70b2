import { EmptyState, IconButton, LoadingState, Menu, MenuItem } from '@sandglass/ui';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Ellipsis, Eye, EyeOff, FolderX, House, Server } from 'lucide-react';
import { type KeyboardEvent, useCallback, useEffect, useId, useMemo, useRef } from 'react';
import { Failed } from '../../platform/Failed.tsx';
import { type PaneProps, usePaneActions } from '../../platform/pane.ts';
import { usePastFiles } from '../../platform/pastFiles.ts';
import type { PastFilesState } from '../../platform/pastFilesModel.ts';
import { useReveal } from '../../platform/reveal.ts';
import { shownName } from '../../platform/shownName.ts';
import { useStore } from '../../platform/store.ts';
import { FileRow } from './FileRow.tsx';
import { FileTreeModel } from './fileTreeModel.ts';
import { readKept } from './keptTree.ts';
import { pastDirectories } from './pastDirectories.ts';
import { SelectionModel } from './selectionModel.ts';
import { treeKey } from './treeKeys.ts';
import { flattenTree, isDirectory } from './treeRows.ts';
import './files.css';

const ROW_PX = 24;
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
  readonly past: Extract<PastFilesState, { phase: 'shown' }>;
  readonly tree: FileTreeModel;
  readonly selection: SelectionModel;
}

function PastTree({ past, tree, selection }: PastTreeProps) {
  const state = useStore(tree);
  const chosen = useStore(selection);
  const { openFile } = usePaneActions();
  const { root, listings, expanded, hidden } = state;
  const rows = useMemo(
    () => flattenTree({ root, listings, expanded }, { hidden, filter: '', newIn: null }),
    [root, listings, expanded, hidden],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const focusAt = rows.findIndex((row) => row.kind === 'entry' && row.path === chosen.focus);
  const order = () => rows.flatMap((row) => (row.kind === 'entry' ? row.path : []));
  const handleKey = (event: KeyboardEvent) => {
    if (event.altKey) return;
    const key = { key: event.key, shift: false, mod: event.ctrlKey || event.metaKey };
    const act = treeKey(key, rows, chosen.focus);
    if (act.type === 'select') selection.select(act.path, 'only', order());
    else if (act.type === 'open') tree.open(act.path);
    else if (act.type === 'close') tree.close(act.path);
    else if (act.type === 'show') openFile(act.path);
    else return;
    event.preventDefault();
    const at = act.type === 'select' ? rows.findIndex((row) => row.path === act.path) : -1;
    if (at !== -1) virtual.scrollToIndex(at);
  };
  const listing = listings.get(root);
  return (
    <div className="files-pane">
      <header className="files-bar">
        <bdi className="files-root" title={shownName(root)}>
          {root === '/' ? 'Whole machine' : shownName(root === '.' ? 'Home' : root)}, as it was
        </bdi>
        <PastMenu tree={tree} whole={root === '/'} hidden={hidden} />
      </header>
      {listing?.phase === 'failed' ? (
        <Failed error={listing.error} onRetry={() => tree.start()} />
      ) : (
        <div
          ref={scroller}
          className="files-tree"
          role="tree"
          aria-label="Files as they were"
          aria-busy={listing === undefined || listing.phase === 'loading'}
          tabIndex={0}
          aria-activedescendant={focusAt === -1 ? undefined : `${id}-${focusAt}`}
          onKeyDown={handleKey}
        >
          <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {virtual.getVirtualItems().map((item) => {
              const row = rows[item.index];
              if (row === undefined) return null;
              return (
                <div
                  key={item.key}
                  role="presentation"
                  className="files-slot"
                  style={{ height: item.size, transform: `translateY(${item.start}px)` }}
                >
                  <FileRow
                    id={`${id}-${item.index}`}
                    row={row}
                    selected={chosen.paths.has(row.path)}
                    focused={item.index === focusAt}
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
                </div>
              );
            })}
          </div>
        </div>
      )}
      {past.files.exact ? null : (
        <p className="files-strip" role="note">
          <span>So many files changed before this moment that names were lost: the tree may differ from what was.</span>
        </p>
      )}
    </div>
  );
}

function PastMenu({ tree, whole, hidden }: { tree: FileTreeModel; whole: boolean; hidden: boolean }) {
  return (
    <Menu
      align="end"
      trigger={
        <IconButton size="small" label="More">
          <Ellipsis size={14} />
        </IconButton>
      }
    >
      <MenuItem icon={hidden ? <EyeOff size={13} /> : <Eye size={13} />} onSelect={() => tree.showHidden(!hidden)}>
        {hidden ? 'Leave out hidden files' : 'Show hidden files'}
      </MenuItem>
      <MenuItem
        icon={whole ? <House size={13} /> : <Server size={13} />}
        onSelect={() => tree.setRoot(whole ? '.' : '/')}
      >
        {whole ? 'Show the home directory' : 'Show the whole machine'}
      </MenuItem>
    </Menu>
  );
}

const nothing = () => undefined;
/** What was cannot be changed. */
const nothingToDo = {
  ...{ cut: false, change: undefined, changedBelow: 0, renaming: false, draggable: false },
  ...{ onName: nothing, onCancelName: nothing, onDragStart: nothing },
} as const;
