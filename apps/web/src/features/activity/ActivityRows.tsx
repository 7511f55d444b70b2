import { Button } from '@sandglass/ui';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useSession } from '../../platform/useSession.ts';
import { ActivityRow } from './ActivityRow.tsx';
import type { Row } from './rows.ts';
import { useReached } from './useReached.ts';
import { type RowActs, useRowActions } from './useRowActions.tsx';

interface ActivityRowsProps extends RowActs {
  readonly rows: readonly Row[];
  readonly names: ReadonlyMap<string, string>;
  readonly earlier: boolean;
  readonly wanted: number | undefined;
  /** A new object leads there once more. */
  readonly wantedBy: object;
}

/** The rows, as many as are seen; the newest stays in view until the person scrolls away from it. */
export function ActivityRows({ rows, names, earlier, wanted, wantedBy, onBreak, onUndo }: ActivityRowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);
  const session = useSession();
  const me = session.phase === 'open' ? session.session.token.id : undefined;
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 29,
    overscan: 12,
    getItemKey: (index) => rows[index]?.key ?? index,
  });
  useEffect(() => {
    if (following && rows.length > 0) list.scrollToIndex(rows.length - 1, { align: 'end' });
  }, [following, rows, list]);
  // The one that the address points at: its own row, or the burst or the call it went into. Once; then the person scrolls.
  const at = wanted === undefined ? -1 : rows.findLastIndex((row) => row.key <= wanted);
  const gone = useRef<object | undefined>(undefined);
  useEffect(() => {
    if (at < 0 || gone.current === wantedBy) return;
    gone.current = wantedBy;
    setFollowing(false);
    list.scrollToIndex(at, { align: 'center' });
  }, [at, wantedBy, list]);
  const { reached, handleKey, go } = useReached(scroller, {
    count: rows.length,
    keyAt: (index) => rows[index]?.key,
    indexOf: (key) => rows.findLastIndex((row) => row.key <= key),
    scrollTo: (index) => {
      setFollowing(false);
      list.scrollToIndex(index, { align: 'auto' });
    },
  });
  const reachedRow = reached === undefined ? undefined : rows.findLast((row) => row.key <= reached);
  useRowActions({ row: reachedRow, onBreak, onUndo });
  const handleScroll = () => {
    const element = scroller.current;
    if (element !== null) setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < 40);
  };
  return (
    <div className="activity-body">
      <div
        ref={scroller}
        className="activity-scroll"
        onScroll={handleScroll}
        onKeyDown={handleKey}
        role="log"
        aria-label="Events"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
      >
        {earlier ? <p className="activity-earlier">Older events are in the recording.</p> : null}
        <div style={{ height: list.getTotalSize(), position: 'relative' }}>
          {list.getVirtualItems().map((item) => (
            <div
              key={item.key}
              ref={list.measureElement}
              data-index={item.index}
              data-key={rows[item.index]?.key}
              className="activity-slot"
              aria-current={item.index === at ? 'location' : undefined}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <ActivityRow
                row={rows[item.index]!}
                mine={rows[item.index]?.by === me}
                name={names.get(rows[item.index]?.by ?? '')}
                reached={rows[item.index] === reachedRow}
                onBreak={onBreak}
                onUndo={onUndo?.(rows[item.index]!)}
                onGo={go}
              />
            </div>
          ))}
        </div>
      </div>
      {following ? null : (
        <Button
          size="small"
          className="activity-jump"
          icon={<ArrowDown size={13} />}
          onClick={() => setFollowing(true)}
        >
          Jump to newest
        </Button>
      )}
    </div>
  );
}
