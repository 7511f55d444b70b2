import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type ComponentProps,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useId,
  useMemo,
} from 'react';
import type { TreeRow } from './treeRows.ts';

const ROW_PX = 25;

/** What is not named here is for its element: a context menu around it puts its own there. */
interface FileRowsProps extends Omit<ComponentProps<'div'>, 'onKeyDown' | 'children'> {
  readonly rows: readonly TreeRow[];
  readonly label: string;
  /** Path of the row that the keys mean. */
  readonly focus: string | null;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly multiple?: boolean;
  readonly busy?: boolean;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  /** A right click on a row, or beside all of them (null). */
  readonly onPointed: (path: string | null) => void;
  readonly row: (row: TreeRow, at: { readonly id: string; readonly focused: boolean }) => ReactNode;
}

/** Rows of a tree, of which only those in sight are drawn; what has the focus, or is being named, stays in sight. */
export function FileRows({
  rows,
  label,
  focus,
  scroller,
  multiple,
  busy,
  onKeyDown,
  onPointed,
  row,
  ref,
  ...rest
}: FileRowsProps) {
  const id = useId();
  const setElement = useCallback(
    (element: HTMLDivElement | null) => {
      scroller.current = element;
      if (typeof ref === 'function') ref(element);
      else if (ref) ref.current = element;
    },
    [scroller, ref],
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const focusAt = useMemo(() => rows.findIndex((each) => each.kind === 'entry' && each.path === focus), [rows, focus]);
  const newAt = rows.findIndex((each) => each.kind === 'new');
  const wanted = newAt === -1 ? focusAt : newAt;
  useEffect(() => {
    if (wanted !== -1) virtual.scrollToIndex(wanted);
  }, [wanted, virtual]);
  return (
    <div
      {...rest}
      ref={setElement}
      className="files-tree"
      role="tree"
      aria-label={label}
      aria-multiselectable={multiple}
      aria-busy={busy}
      tabIndex={0}
      aria-activedescendant={focusAt === -1 ? undefined : `${id}-${focusAt}`}
      onKeyDown={onKeyDown}
      onContextMenuCapture={(event: MouseEvent) =>
        onPointed((event.target as Element).closest('[data-path]')?.getAttribute('data-path') ?? null)
      }
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const each = rows[item.index];
          if (each === undefined) return null;
          return (
            <div
              key={item.key}
              role="presentation"
              className="files-slot"
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
            >
              {row(each, { id: `${id}-${item.index}`, focused: item.index === focusAt })}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** The menu of a right click, for who has no mouse: at the row that has the focus. */
export function openMenuIn(scroller: HTMLDivElement | null): void {
  const row = scroller?.querySelector('[data-focused]') ?? scroller;
  const box = row?.getBoundingClientRect();
  if (!row || !box) return;
  const at = { clientX: box.left + 40, clientY: box.bottom };
  row.dispatchEvent(new window.MouseEvent('contextmenu', { bubbles: true, cancelable: true, ...at }));
}
