import type { Run, RunId, RunSort } from '@sandglass/protocol';
import { useVirtualizer } from '@tanstack/react-virtual';
import { clsx } from 'clsx';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { shownName } from '../../platform/shownName.ts';
import { RunRow } from './RunRow.tsx';
import { goalOf } from './words.ts';

const ROW_PX = 58;
/** So many rows before the end of what is there, more is asked for. */
const MORE_BEFORE = 12;

const KEEPS_FOCUS = 'input, textarea, [role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';

const columns: readonly {
  readonly key: string;
  readonly head: string;
  readonly sort?: RunSort;
  readonly name?: string;
}[] = [
  { key: 'thumb', head: '', name: 'Picture' },
  { key: 'name', head: 'Run' },
  { key: 'agent', head: 'Agent' },
  { key: 'outcome', head: 'Outcome' },
  { key: 'strip', head: 'What happened' },
  { key: 'length', head: 'Time', sort: 'longest' },
  { key: 'calls', head: 'Calls', sort: 'calls' },
  { key: 'errors', head: 'Err', sort: 'errors', name: 'Errors' },
  { key: 'people', head: 'You', sort: 'interventions', name: 'Interventions' },
  { key: 'cost', head: 'Cost', sort: 'cost' },
  { key: 'verdict', head: 'Verdict' },
  { key: 'when', head: 'When', sort: 'newest' },
];

export interface RunListProps {
  readonly runs: readonly Run[];
  readonly chosen: RunId | undefined;
  readonly sort: RunSort;
  readonly onChoose: (run: Run) => void;
  readonly onOpen: (run: Run) => void;
  readonly onMove: (step: number) => void;
  readonly onSort: (sort: RunSort) => void;
  /** There are more; asks for them. */
  readonly onMore: (() => void) | undefined;
}

/** The runs, row by row as they come into view. */
export function RunList({ runs, chosen, sort, onChoose, onOpen, onMove, onSort, onMore }: RunListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: runs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    getItemKey: (index) => runs[index]?.id ?? index,
  });
  const items = list.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (onMore !== undefined && lastShown >= runs.length - MORE_BEFORE) onMore();
  }, [onMore, lastShown, runs.length]);
  const at = runs.findIndex(({ id }) => id === chosen);
  useEffect(() => {
    if (at >= 0) list.scrollToIndex(at, { align: 'auto' });
  }, [at, list]);
  // Who walks by keys takes the focus along; who types, or is asked something, keeps it.
  useEffect(() => {
    const row = chosen === undefined ? null : scroller.current?.querySelector<HTMLElement>(`[data-run="${chosen}"]`);
    if (document.activeElement?.closest(KEEPS_FOCUS) == null) row?.focus();
  }, [chosen]);
  const handleKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    const run = runs[at];
    if (step !== undefined) onMove(step);
    else if (event.key === 'Enter' && run !== undefined) onOpen(run);
    else return;
    event.preventDefault();
  };
  return (
    <div ref={scroller} className="run-list">
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its rows are chosen and opened */}
      <table role="grid" aria-label="Runs" aria-rowcount={runs.length + 1}>
        <thead className="run-heads">
          <tr className="run-head" aria-rowindex={1}>
            {columns.map(({ key, head, sort: by, name }) => (
              <th
                key={key}
                scope="col"
                className={`run-head-${key}`}
                abbr={name}
                aria-sort={by !== undefined && by === sort ? 'descending' : undefined}
              >
                {by === undefined ? (
                  head === '' ? (
                    <span className="ui-unseen">{name}</span>
                  ) : (
                    head
                  )
                ) : (
                  <button
                    type="button"
                    className={by === sort ? 'run-sort-on' : undefined}
                    onClick={() => onSort(by)}
                    title={`Sort by ${(name ?? head).toLowerCase()}`}
                  >
                    {head}
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="run-rows" style={{ height: list.getTotalSize() }} onKeyDown={handleKeyDown}>
          {items.map((item) => {
            const run = runs[item.index]!;
            const isChosen = run.id === chosen;
            return (
              <tr
                key={item.key}
                data-run={run.id}
                aria-rowindex={item.index + 2}
                aria-selected={isChosen}
                aria-label={`${shownName(run.sandboxName)}: ${shownName(goalOf(run))}`}
                tabIndex={isChosen || (at < 0 && item.index === 0) ? 0 : -1}
                className={clsx('run-row', isChosen && 'run-row-chosen')}
                style={{ transform: `translateY(${item.start}px)`, height: ROW_PX }}
                onClick={() => onChoose(run)}
                onDoubleClick={() => onOpen(run)}
              >
                <RunRow run={run} />
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

const steps: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};
