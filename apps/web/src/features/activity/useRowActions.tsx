import { CircleDot, Undo2 } from 'lucide-react';
import { useAction } from '../../platform/useAction.ts';
import { breakTextOf } from './breakText.ts';
import type { Row } from './rows.ts';

export interface RowActs {
  /** A row becomes a breakpoint; absent where nobody may. */
  readonly onBreak: ((row: Row) => void) | undefined;
  /** What takes its change back. */
  readonly onUndo: ((row: Row) => (() => void) | undefined) | undefined;
}

/** The keys of the row that was reached. */
export function useRowActions({ row, onBreak, onUndo }: RowActs & { readonly row: Row | undefined }): void {
  useAction({
    id: 'activity.break',
    title: 'Break on this call…',
    group: 'Gate',
    icon: <CircleDot size={14} />,
    ...(row === undefined ? {} : { hint: `${row.title} ${row.detail}`.slice(0, 120) }),
    shortcut: 'B',
    within: '.activity-scroll',
    keywords: 'breakpoint hold',
    when: onBreak !== undefined && row !== undefined && breakTextOf(row) !== undefined,
    run: () => row !== undefined && onBreak?.(row),
  });
  const undo = row === undefined ? undefined : onUndo?.(row);
  useAction({
    id: 'activity.undo',
    title: 'Undo what this row did',
    group: 'Sandbox',
    icon: <Undo2 size={14} />,
    shortcut: 'Mod+Z',
    within: '.activity-scroll',
    when: undo !== undefined,
    run: () => undo?.(),
  });
}
