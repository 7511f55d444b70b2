import { isAppError, type SandboxId } from '@sandglass/protocol';
import { EmptyState, Skeleton } from '@sandglass/ui';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Snowflake } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef } from 'react';
import { Failed } from '../../platform/Failed.tsx';
import { useStore } from '../../platform/store.ts';
import { FileRow } from './FileRow.tsx';
import type { FileQuestion } from './fileActions.ts';
import { type FileTreeModel, flattenTree, isDirectory } from './fileTreeModel.ts';
import { treeKey } from './treeKeys.ts';

const ROW_PX = 24;

interface FileTreeProps {
  readonly tree: FileTreeModel;
  readonly sandbox: SandboxId;
  readonly mayChange: boolean;
  readonly onAsk: (question: FileQuestion) => void;
  readonly onShow: (path: string) => void;
}

/** The rows that can be seen, of a tree of any size. One tab stop; the arrows walk. */
export function FileTree({ tree, sandbox, mayChange, onAsk, onShow }: FileTreeProps) {
  const state = useStore(tree);
  const rows = useMemo(() => flattenTree(state), [state]);
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const selectedAt = rows.findIndex((row) => row.kind === 'entry' && row.path === state.selected);
  useEffect(() => {
    if (selectedAt !== -1) virtual.scrollToIndex(selectedAt);
  }, [selectedAt, virtual]);

  const root = state.listings.get(state.root);
  if (root === undefined || (root.phase === 'loading' && root.entries.length === 0)) return <Loading />;
  if (root.phase === 'failed' && isAppError(root.error) && root.error.code === 'wrongState')
    return (
      <EmptyState icon={<Snowflake size={18} />} title="Not while it stands still">
        A frozen sandbox answers nothing. Its files are listed here as soon as it runs again.
      </EmptyState>
    );
  if (root.phase === 'failed') return <Failed error={root.error} onRetry={() => tree.start()} />;

  const handleKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = treeKey(event.key, rows, state.selected);
    if (act.type === 'none') return;
    event.preventDefault();
    const entry = rows.find((row) => row.kind === 'entry' && row.path === act.path);
    if (act.type === 'select') tree.select(act.path);
    else if (act.type === 'open') tree.open(act.path);
    else if (act.type === 'close') tree.close(act.path);
    else if (act.type === 'show') onShow(act.path);
    else if (mayChange && entry?.kind === 'entry') onAsk({ kind: act.type, entry: entry.entry });
  };

  return (
    <div
      ref={scroller}
      className="files-tree"
      role="tree"
      aria-label="Files"
      tabIndex={0}
      aria-activedescendant={selectedAt === -1 ? undefined : `${id}-${selectedAt}`}
      onKeyDown={handleKey}
    >
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <div
              key={item.key}
              className="files-slot"
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
            >
              <FileRow
                id={`${id}-${item.index}`}
                row={row}
                selected={item.index === selectedAt}
                sandbox={sandbox}
                mayChange={mayChange}
                onAsk={onAsk}
                onRetry={() => void tree.load(row.path)}
                onClick={() => {
                  if (row.kind !== 'entry') return;
                  tree.select(row.path);
                  if (!isDirectory(row.entry)) onShow(row.path);
                  else if (row.open) tree.close(row.path);
                  else tree.open(row.path);
                }}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Loading() {
  return (
    <div className="files-loading" aria-busy="true">
      {['60%', '45%', '70%', '52%'].map((width) => (
        <Skeleton key={width} width={width} />
      ))}
    </div>
  );
}
