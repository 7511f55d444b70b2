import type { Change } from '@sandglass/protocol';
import { ContextMenu, MenuItem, MenuSeparator, RelativeTime } from '@sandglass/ui';
import { useVirtualizer } from '@tanstack/react-virtual';
import { FileDiff, FolderTree, SquareArrowOutUpRight, Undo2 } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, useEffect, useId, useRef } from 'react';
import { shownName } from '../../platform/shownName.ts';

interface ChangeListProps {
  readonly changes: readonly Change[];
  readonly chosen: string | null;
  readonly onChoose: (path: string) => void;
  readonly onOpen: (change: Change) => void;
  readonly onOpenFile: (change: Change) => void;
  readonly onReveal: (change: Change) => void;
  /** Absent for who may not. */
  readonly onRevert?: (change: Change) => void;
}

const ROW_PX = 44;
const letters = { added: 'A', modified: 'M', deleted: 'D', renamed: 'R' } as const;
export const whose = { agent: 'Agent', person: 'Person', system: 'Program' } as const;

/** Arrows walk, Enter compares, Shift F10 offers the rest. */
export function ChangeList({ changes, chosen, onChoose, onOpen, ...more }: ChangeListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const virtual = useVirtualizer({
    count: changes.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
  });
  const at = changes.findIndex((change) => change.path === chosen);
  const current = changes[at];
  useEffect(() => {
    if (at !== -1) virtual.scrollToIndex(at);
  }, [at, virtual]);
  const handleKey = (event: KeyboardEvent) => {
    const to = { ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1), Home: 0, End: changes.length - 1 }[event.key];
    const next = to === undefined ? undefined : changes[to];
    if (next !== undefined) onChoose(next.path);
    else if ((event.key === 'Enter' || event.key === ' ') && current !== undefined) onOpen(current);
    else return;
    event.preventDefault();
  };
  const choosePointed = (event: MouseEvent) => {
    const path = (event.target as Element).closest('[data-path]')?.getAttribute('data-path');
    if (path) onChoose(path);
  };
  return (
    <ContextMenu
      label="Change"
      disabled={changes.length === 0}
      items={current === undefined ? null : <Items change={current} onOpen={onOpen} {...more} />}
    >
      <div
        ref={scroller}
        className="changes-list"
        role="tree"
        aria-label="Changed files"
        tabIndex={0}
        aria-activedescendant={at === -1 ? undefined : `${id}-${at}`}
        onKeyDown={handleKey}
        onContextMenuCapture={choosePointed}
      >
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const change = changes[item.index];
            if (change === undefined) return null;
            return (
              // The list takes the keys; aria-activedescendant says which row they mean.
              // biome-ignore lint/a11y/useKeyWithClickEvents: see above
              // biome-ignore lint/a11y/useFocusableInteractive: see above
              <div
                key={change.path}
                id={`${id}-${item.index}`}
                role="treeitem"
                aria-level={1}
                aria-selected={item.index === at}
                className="changes-row"
                data-path={change.path}
                data-selected={item.index === at || undefined}
                style={{ height: item.size, transform: `translateY(${item.start}px)` }}
                title={shownName(change.from === null ? change.path : `${change.from} → ${change.path}`)}
                onClick={() => {
                  onChoose(change.path);
                  onOpen(change);
                }}
              >
                <Row change={change} />
              </div>
            );
          })}
        </div>
      </div>
    </ContextMenu>
  );
}

function Row({ change }: { change: Change }) {
  const { path, from, status, actor, atMs, directory } = change;
  const cut = path.lastIndexOf('/');
  return (
    <>
      <span className={`changes-letter changes-${status}`} role="img" aria-label={status}>
        {letters[status]}
      </span>
      <span className="changes-what">
        <bdi className="changes-name" data-gone={status === 'deleted' || undefined}>
          {shownName(path.slice(cut + 1))}
          {directory ? '/' : ''}
        </bdi>
        <bdi className="changes-folder">
          {from === null ? shownName(path.slice(0, cut) || '/') : `was ${shownName(from)}`}
        </bdi>
      </span>
      <span className="changes-who">
        <span className={`changes-actor changes-actor-${actor}`}>{whose[actor]}</span>
        <RelativeTime atMs={atMs} />
      </span>
    </>
  );
}

type ItemsProps = Omit<ChangeListProps, 'changes' | 'chosen' | 'onChoose'> & { readonly change: Change };

function Items({ change, onOpen, onOpenFile, onReveal, onRevert }: ItemsProps) {
  const there = change.status !== 'deleted';
  return (
    <>
      {change.directory ? null : (
        <MenuItem icon={<FileDiff size={13} />} shortcut="Enter" onSelect={() => onOpen(change)}>
          Compare
        </MenuItem>
      )}
      {there && !change.directory ? (
        <MenuItem icon={<SquareArrowOutUpRight size={13} />} onSelect={() => onOpenFile(change)}>
          Open
        </MenuItem>
      ) : null}
      {there ? (
        <MenuItem icon={<FolderTree size={13} />} onSelect={() => onReveal(change)}>
          Show in Files
        </MenuItem>
      ) : null}
      {onRevert === undefined || change.directory ? null : (
        <>
          <MenuSeparator />
          <MenuItem icon={<Undo2 size={13} />} onSelect={() => onRevert(change)}>
            Put back as it was
          </MenuItem>
        </>
      )}
    </>
  );
}
