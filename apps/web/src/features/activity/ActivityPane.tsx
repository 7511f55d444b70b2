import { formatElapsed } from '@sandglass/replay';
import { Button, EmptyState, IconButton, Menu, MenuChoice } from '@sandglass/ui';
import { Activity, ListFilter } from 'lucide-react';
import { useMemo, useState } from 'react';
import { actions } from '../../platform/actions.ts';
import { breakOn } from '../../platform/breakOn.ts';
import { useClient, useConnection, useIsOffline, useLostSince } from '../../platform/client.tsx';
import { useEvents } from '../../platform/events.ts';
import { eventsUpTo } from '../../platform/eventsUpTo.ts';
import { undoableOf, useUndo } from '../../platform/interventions.ts';
import type { PaneProps } from '../../platform/pane.ts';
import { ListStale } from '../../platform/paneStates.tsx';
import { useIsPast, useMoment } from '../../platform/playhead.ts';
import { usePointedAt } from '../../platform/pointedAt.ts';
import { useSandbox } from '../../platform/sandboxes.ts';
import { isEnded } from '../../platform/status.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import { ActivityRows } from './ActivityRows.tsx';
import { ActivityFailed, ActivityLoading, ActivityStopped } from './ActivityStates.tsx';
import './activity.css';
import { namesOf } from '../../platform/names.ts';
import { breakTextOf } from './breakText.ts';
import { type Filter, filterRows, type Row, rowsOf } from './rows.ts';

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
  const onUndo = useUndoIn(sandbox);
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
        <ActivityRows
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
function useUndoIn(id: PaneProps['sandbox']): ((row: Row) => (() => void) | undefined) | undefined {
  const sandbox = useSandbox(id);
  const mayOperate = useMayOperate(sandbox ?? { id });
  const offline = useIsOffline();
  const isPast = useIsPast();
  const { events } = useEvents(id);
  const undoable = useMemo(() => undoableOf(events), [events]);
  const undo = useUndo(id);
  if (offline || isPast || !mayOperate || sandbox === undefined || isEnded(sandbox)) return undefined;
  return (row) => (undoable.has(row.key) && !undo.isPending ? () => undo.mutate(row.key) : undefined);
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
