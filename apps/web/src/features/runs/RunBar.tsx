import { costOf, type GiveVerdict, type Judgement, type Run, type RunId, type SandboxId } from '@sandglass/protocol';
import { IconButton, Skeleton, StaleNote } from '@sandglass/ui';
import { ChevronDown, ChevronUp, List, MessageSquareText, SkipBack, SkipForward } from 'lucide-react';
import { useState } from 'react';
import { describeFailure } from '../../platform/errors.ts';
import { placeInQueue, type RunPlace } from '../../platform/runQueue.ts';
import { useRun, useRunActs } from '../../platform/runs.ts';
import { shownName } from '../../platform/shownName.ts';
import { useActions } from '../../platform/useAction.ts';
import { mayOnlyWatch, useMayOperate } from '../../platform/useSession.ts';
import { Budget } from './Budget.tsx';
import { VerdictButtons } from './VerdictButtons.tsx';
import { VerdictDialog } from './VerdictDialog.tsx';
import { verdictActions } from './verdictActions.tsx';
import { agentOf, formatCost, formatLength, goalOf, judgements, outcomes } from './words.ts';
import './runs.css';
import './runBar.css';

const group = 'Runs';

export interface RunBarProps {
  readonly sandbox: SandboxId;
  readonly run: RunId;
  readonly onGo: (place: RunPlace) => void;
  readonly onList: () => void;
}

/** Which run is reviewed: what it was for, what to think of it, and the way to the next. */
export function RunBar({ sandbox, run: id, onGo, onList }: RunBarProps) {
  const { data: run, error } = useRun(sandbox, id);
  const { judge } = useRunActs(sandbox);
  const mayJudge = useMayOperate({ id: sandbox });
  const [judging, setJudging] = useState(false);
  const { at, count, previous, next } = placeInQueue(id);
  const blocked = mayJudge ? undefined : mayOnlyWatch;
  const give = (verdict: GiveVerdict | null) => judge.mutateAsync({ run: id, verdict });
  const giveQuickly = (judgement: Judgement | null) => {
    const reason = run?.verdict?.reason ?? undefined;
    // A failure says itself in a toast.
    give(judgement === null ? null : { judgement, ...(reason && { reason }) }).catch(() => undefined);
  };
  useActions([
    {
      id: 'runs.next',
      title: 'Next run',
      group,
      icon: <SkipForward size={14} />,
      shortcut: 'J',
      blocked: next === undefined ? 'This is the last one' : undefined,
      when: count > 0,
      run: () => next && onGo(next),
    },
    {
      id: 'runs.previous',
      title: 'Previous run',
      group,
      icon: <SkipBack size={14} />,
      shortcut: 'Shift+J',
      blocked: previous === undefined ? 'This is the first one' : undefined,
      when: count > 0,
      run: () => previous && onGo(previous),
    },
    { id: 'runs.list', title: 'Back to the list of runs', group, icon: <List size={14} />, shortcut: 'U', run: onList },
    ...verdictActions({ when: run !== undefined, blocked, onAsk: () => setJudging(true), onGive: giveQuickly }),
  ]);
  return (
    <section className="run-bar" aria-label="Run">
      <span className="run-bar-walk">
        <IconButton size="small" label="Back to the list" shortcut="U" onClick={onList}>
          <List size={14} />
        </IconButton>
        {count === 0 ? null : (
          <>
            <IconButton
              size="small"
              label="Previous run"
              shortcut="Shift+J"
              disabled={previous === undefined}
              onClick={() => previous && onGo(previous)}
            >
              <ChevronUp size={14} />
            </IconButton>
            <IconButton
              size="small"
              label="Next run"
              shortcut="J"
              disabled={next === undefined}
              onClick={() => next && onGo(next)}
            >
              <ChevronDown size={14} />
            </IconButton>
            <span className="run-bar-place">
              {at + 1} of {count}
            </span>
          </>
        )}
      </span>
      {run === undefined ? (
        error === null ? (
          <Skeleton width={240} />
        ) : (
          <StaleNote>{describeFailure(error).detail}</StaleNote>
        )
      ) : (
        <>
          <Facts run={run} />
          {mayJudge ? (
            <span className="run-bar-judge">
              <VerdictButtons run={run} onJudge={giveQuickly} />
              <IconButton label="Verdict with a reason…" shortcut="V" onClick={() => setJudging(true)}>
                <MessageSquareText size={14} />
              </IconButton>
            </span>
          ) : run.verdict === null ? null : (
            <span className={`run-verdict ui-tone-${judgements[run.verdict.judgement].tone}`}>
              {judgements[run.verdict.judgement].word}
            </span>
          )}
          <VerdictDialog run={run} open={judging} onOpenChange={setJudging} onGive={(verdict) => give(verdict)} />
        </>
      )}
    </section>
  );
}

function Facts({ run }: { run: Run }) {
  return (
    <p className="run-bar-facts">
      <b>
        <bdi>{shownName(goalOf(run))}</bdi>
      </b>
      <Budget run={run} />
      <span className="run-bar-more">
        <span className={`run-outcome ui-tone-${outcomes[run.outcome].tone}`}>{outcomes[run.outcome].word}</span> ·{' '}
        <bdi>{shownName(agentOf(run))}</bdi> · {formatLength(run.durationMs)} · {run.calls} calls
        {run.errors === 0 ? '' : ` · ${run.errors} failed`}
        {costOf(run) === null ? '' : ` · ${formatCost(costOf(run))}`}
        {run.verdict?.reason == null ? null : (
          <>
            {' '}
            · <bdi className="run-bar-reason">“{shownName(run.verdict.reason)}”</bdi>
          </>
        )}
      </span>
    </p>
  );
}
