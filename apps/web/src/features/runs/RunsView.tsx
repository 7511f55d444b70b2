import { isAppError, type Judgement, type Run, type RunId } from '@sandglass/protocol';
import { Button, EmptyState, LoadingState, NoPermissionState, StaleNote } from '@sandglass/ui';
import { Check, Film, Play, SearchX, SkipBack, SkipForward } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Failed } from '../../platform/Failed.tsx';
import { useNarrow } from '../../platform/narrow.ts';
import { keepQueue } from '../../platform/runQueue.ts';
import { useRunActs, useRuns } from '../../platform/runs.ts';
import { useActions } from '../../platform/useAction.ts';
import { mayOnlyWatch, useMayOperate, useSession } from '../../platform/useSession.ts';
import { keepRunsLook } from './lastLook.ts';
import { isNarrowed, questionOf, type RunsLook } from './look.ts';
import { RunList } from './RunList.tsx';
import { RunPreview } from './RunPreview.tsx';
import { RunsHead } from './RunsHead.tsx';
import { RunsStats } from './RunsStats.tsx';
import { VerdictDialog } from './VerdictDialog.tsx';
import { verdictActions } from './verdictActions.tsx';
import './runs.css';

const group = 'Runs';

export interface RunsViewProps {
  readonly look: RunsLook;
  readonly onLook: (look: RunsLook) => void;
  /** Opens the recording, at the start of the run or at a moment. */
  readonly onOpen: (run: Run, atUs?: number) => void;
}

/** The review queue. */
export function RunsView({ look, onLook, onOpen }: RunsViewProps) {
  const session = useSession();
  const me = session.phase === 'open' ? session.session.token.id : '';
  const { items, summary, isPending, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useRuns(
    questionOf(look, me),
  );
  useEffect(() => keepRunsLook(look), [look]);
  const narrow = useNarrow();
  const [judging, setJudging] = useState(false);
  // One that goes out of the list, since it was judged, leaves its place to the next.
  const lastAt = useRef(0);
  const found = items.findIndex(({ id }) => id === look.run);
  const at = found >= 0 ? found : look.run === undefined ? -1 : Math.min(lastAt.current, items.length - 1);
  if (at >= 0) lastAt.current = at;
  const chosen = items[at];
  const mayJudge = useMayOperate(chosen && { id: chosen.sandbox });
  const { judge } = useRunActs(chosen?.sandbox ?? ('' as Run['sandbox']));

  const choose = (run: RunId | undefined) => onLook({ ...look, run });
  const move = (step: number) => {
    const next = items[Math.max(0, Math.min(items.length - 1, at + step))];
    if (next !== undefined) choose(next.id);
  };
  const open = (run: Run, atUs?: number) => {
    keepQueue(items.map(({ sandbox, id }) => ({ sandbox, run: id })));
    onOpen(run, atUs);
  };
  const giveQuickly = (judgement: Judgement | null) => {
    if (chosen === undefined) return;
    // The reason that was given stays with another judgement.
    const reason = chosen.verdict?.reason ?? undefined;
    judge.mutate({ run: chosen.id, verdict: judgement === null ? null : { judgement, ...(reason && { reason }) } });
  };
  const blocked = chosen !== undefined && !mayJudge ? mayOnlyWatch : undefined;
  useActions([
    { id: 'runs.next', title: 'Next run', group, icon: <SkipForward size={14} />, shortcut: 'J', run: () => move(1) },
    {
      id: 'runs.previous',
      title: 'Previous run',
      group,
      icon: <SkipBack size={14} />,
      shortcut: ['Shift+J', 'K'],
      run: () => move(-1),
    },
    {
      id: 'runs.open',
      title: 'Open the replay',
      group,
      icon: <Play size={14} />,
      shortcut: 'O',
      when: chosen !== undefined,
      run: () => chosen && open(chosen),
    },
    ...verdictActions({ when: chosen !== undefined, blocked, onAsk: () => setJudging(true), onGive: giveQuickly }),
  ]);

  if (isAppError(error) && error.code === 'forbidden' && summary === undefined)
    return (
      <NoPermissionState title="You cannot see the runs of this server">
        Your token does not reach them. Ask who runs this server for one that does.
      </NoPermissionState>
    );
  return (
    <div className="runs">
      <div className="runs-main">
        <RunsHead look={look} summary={summary} onLook={onLook} />
        {error !== null && summary !== undefined ? (
          <StaleNote action={<Button onClick={() => void refetch()}>Try again</Button>}>
            The server does not answer; this is what it said last.
          </StaleNote>
        ) : null}
        <RunsStats summary={summary} />
        {summary === undefined ? (
          isPending && error === null ? (
            <LoadingState label="Loading the runs" lines={8} />
          ) : (
            <Failed error={error} onRetry={() => void refetch()} />
          )
        ) : items.length === 0 ? (
          <Nothing look={look} onLook={onLook} />
        ) : (
          <RunList
            runs={items}
            chosen={chosen?.id}
            sort={look.sort ?? 'newest'}
            onChoose={(run) => (narrow ? open(run) : choose(run.id))}
            onOpen={open}
            onMove={move}
            onSort={(sort) => onLook({ ...look, sort })}
            onMore={hasNextPage && !isFetchingNextPage ? () => void fetchNextPage() : undefined}
          />
        )}
      </div>
      {narrow ? null : chosen === undefined ? (
        <aside className="run-preview" aria-label="Chosen run">
          <EmptyState icon={<Film size={18} />} title="Choose a run">
            J and K walk the list, Enter opens the replay, 1 2 3 judge it.
          </EmptyState>
        </aside>
      ) : (
        <RunPreview
          run={chosen}
          mayJudge={mayJudge}
          onJudge={giveQuickly}
          onOpen={(atUs) => open(chosen, atUs)}
          onNext={at < items.length - 1 ? () => move(1) : undefined}
        />
      )}
      {chosen === undefined ? null : (
        <VerdictDialog
          run={chosen}
          open={judging}
          onOpenChange={setJudging}
          onGive={(verdict) => judge.mutateAsync({ run: chosen.id, verdict })}
        />
      )}
    </div>
  );
}

function Nothing({ look, onLook }: { look: RunsLook; onLook: (look: RunsLook) => void }) {
  if (look.show === 'review' && !isNarrowed({ ...look, show: 'all' }))
    return (
      <EmptyState
        icon={<Check size={18} />}
        title="Nothing is left to review"
        action={<Button onClick={() => onLook({ ...look, show: 'all' })}>Show all runs</Button>}
      >
        Runs that end appear here until somebody has given a verdict.
      </EmptyState>
    );
  if (isNarrowed(look))
    return (
      <EmptyState
        icon={<SearchX size={18} />}
        title="No run fits"
        action={<Button onClick={() => onLook({})}>Show all runs</Button>}
      >
        Goals, agents, names, notes, and what was recorded while they ran are looked through.
      </EmptyState>
    );
  return (
    <EmptyState icon={<Film size={18} />} title="No agent has run here yet">
      A run appears with the first call of an agent. One that begins it by itself can say its goal and its outcome:{' '}
      <code>sandbox.run({'{ goal }'}, async (run) =&gt; …)</code>
    </EmptyState>
  );
}
