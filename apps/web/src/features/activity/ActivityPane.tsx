import { formatElapsed } from '@sandglass/replay';
import { Button, EmptyState, IconButton, Menu, MenuChoice } from '@sandglass/ui';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Activity, ArrowDown, CircleDot, ListFilter, Undo2 } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { actions } from '../../platform/actions.ts';
import { breakOn } from '../../platform/breakOn.ts';
import { useClient, useConnection, useIsOffline, useLostSince } from '../../platform/client.tsx';
import { useEvents } from '../../platform/events.ts';
import { eventsUpTo } from '../../platform/eventsUpTo.ts';
import { undoableOf, useUndo } from '../../platform/interventions.ts';
import type { PaneProps } from '../../platform/pane.ts';
import { ListStale } from '../../platform/paneStates.tsx';
import { useMoment } from '../../platform/playhead.ts';
import { usePointedAt } from '../../platform/pointedAt.ts';
import { useSandbox } from '../../platform/sandboxes.ts';
import { isEnded } from '../../platform/status.ts';
import { useAction } from '../../platform/useAction.ts';
import { useMayOperate, useSession } from '../../platform/useSession.ts';
import { ActivityRow } from './ActivityRow.tsx';
import { ActivityFailed, ActivityLoading, ActivityStopped } from './ActivityStates.tsx';
import './activity.css';
import { namesOf } from '../../platform/names.ts';
import { breakTextOf } from './breakText.ts';
import { type Filter, filterRows, type Row, rowsOf } from './rows.ts';
import { useReached } from './useReached.ts';

const filters: readonly { value: Filter; label: string }[] = [
  { value: 'essential', label: 'What somebody did' },
  { value: 'everything', label: 'Everything' },
  { value: 'calls', label: 'Calls' },
  { value: 'files', label: 'File changes' },
  { value: 'network', label: 'Network' },
  { value: 'browser', label: 'Pages of the browser' },
  { value: 'machine', label: 'The machine' },
  { value: 'errors', label: 'Errors only' },
];

/** What happens in the sandbox, from its log, the newest at the foot. */
export default function ActivityPane({ sandbox }: PaneProps) {
  const { phase, events: all, earlier, error, retry } = useEvents(sandbox);
  const momentUs = useMoment();
  const events = useMemo(() => eventsUpTo(all, momentUs), [all, momentUs]);
  const lost = useConnection() === 'lost';
  const lostSince = useLostSince();
  const { stream } = useClient();
  const onBreak = useBreakOn(sandbox);
  const onUndo = useUndoIn(sandbox, momentUs === null);
  const [filter, setFilter] = useState<Filter>('essential');
  const rows = useMemo(
    () => filterRows(rowsOf(events, { everything: filter === 'everything' || filter === 'browser' }), filter),
    [events, filter],
  );
  const names = useMemo(() => namesOf(events), [events]);
  const pointed = usePointedAt();
  const wanted =
    pointed.event ??
    events.find(
      (event) => event.kind === 'call.asked' && event.data.call === pointed.call && pointed.call !== undefined,
    )?.seq;
  return (
    <div className="activity">
      <div className="activity-tools">
        <span>
          {momentUs !== null
            ? `Until ${formatElapsed(momentUs)}`
            : lost
              ? 'Not live'
              : phase === 'ended'
                ? 'Recorded'
                : 'Live'}
          {filter === 'essential' ? '' : ` · ${filters.find((each) => each.value === filter)?.label}`}
        </span>
        <Menu
          align="end"
          trigger={
            <IconButton label="Filter" size="small">
              <ListFilter size={14} />
            </IconButton>
          }
        >
          <MenuChoice label="Show" value={filter} options={filters} onChange={setFilter} />
        </Menu>
      </div>
      {lost && phase !== 'ended' && phase !== 'loading' ? (
        <ListStale sinceMs={lostSince} onRetry={() => stream.retryNow()} />
      ) : null}
      {error !== null && rows.length > 0 ? <ActivityStopped error={error} id={sandbox} onRetry={retry} /> : null}
      {phase === 'loading' ? (
        <ActivityLoading />
      ) : error !== null && rows.length === 0 ? (
        <ActivityFailed error={error} id={sandbox} onRetry={retry} />
      ) : rows.length === 0 ? (
        <Nothing filtered={filter !== 'essential'} onAll={() => setFilter('everything')} />
      ) : (
        <Rows
          rows={rows}
          names={names}
          earlier={earlier}
          wanted={wanted}
          wantedBy={pointed}
          onBreak={onBreak}
          onUndo={onUndo}
        />
      )}
    </div>
  );
}

/** A row becomes a breakpoint, where there can be one. */
function useBreakOn(id: PaneProps['sandbox']): ((row: Row) => void) | undefined {
  const sandbox = useSandbox(id);
  const mayOperate = useMayOperate(sandbox ?? { id });
  const offline = useIsOffline();
  if (offline || !mayOperate || sandbox === undefined || isEnded(sandbox)) return undefined;
  return (row) => {
    const text = breakTextOf(row);
    if (text === undefined) return;
    breakOn.ask(id, text);
    actions.run('panes.show:breakpoints');
  };
}

/** What takes a row's change back; absent where nobody may, or it is over. */
function useUndoIn(id: PaneProps['sandbox'], live: boolean): ((row: Row) => (() => void) | undefined) | undefined {
  const sandbox = useSandbox(id);
  const mayOperate = useMayOperate(sandbox ?? { id });
  const offline = useIsOffline();
  const { events } = useEvents(id);
  const undoable = useMemo(() => undoableOf(events), [events]);
  const undo = useUndo(id);
  if (offline || !live || !mayOperate || sandbox === undefined || isEnded(sandbox)) return undefined;
  return (row) => (undoable.has(row.key) && !undo.isPending ? () => undo.mutate(row.key) : undefined);
}

interface RowsProps {
  readonly rows: readonly Row[];
  readonly names: ReadonlyMap<string, string>;
  readonly earlier: boolean;
  readonly wanted: number | undefined;
  /** A new object leads there once more. */
  readonly wantedBy: object;
  readonly onBreak: ((row: Row) => void) | undefined;
  readonly onUndo: ((row: Row) => (() => void) | undefined) | undefined;
}

function Rows({ rows, names, earlier, wanted, wantedBy, onBreak, onUndo }: RowsProps) {
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
  // The newest stays in view until the person scrolls away from it.
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
  useAction({
    id: 'activity.break',
    title: 'Break on this call…',
    group: 'Gate',
    icon: <CircleDot size={14} />,
    ...(reachedRow === undefined ? {} : { hint: `${reachedRow.title} ${reachedRow.detail}`.slice(0, 120) }),
    shortcut: 'B',
    within: '.activity-scroll',
    keywords: 'breakpoint hold',
    when: onBreak !== undefined && reachedRow !== undefined && breakTextOf(reachedRow) !== undefined,
    run: () => reachedRow !== undefined && onBreak?.(reachedRow),
  });
  const undo = reachedRow === undefined ? undefined : onUndo?.(reachedRow);
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

function Nothing({ filtered, onAll }: { filtered: boolean; onAll: () => void }) {
  if (filtered)
    return <EmptyState title="Nothing of this kind yet" action={<Button onClick={onAll}>Show everything</Button>} />;
  return (
    <EmptyState icon={<Activity size={18} />} title="Nothing has happened yet">
      Calls of agents, your own acts, file changes and requests to the network appear here the moment they happen.
    </EmptyState>
  );
}
