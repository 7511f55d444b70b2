import { costOf, type Run } from '@sandglass/protocol';
import { Dot, RelativeTime } from '@sandglass/ui';
import { clsx } from 'clsx';
import { MessageSquare } from 'lucide-react';
import { shownName } from '../../platform/shownName.ts';
import { BudgetMark } from './Budget.tsx';
import { RunThumb } from './RunThumb.tsx';
import { Strip } from './Strip.tsx';
import { agentOf, formatCost, formatLength, goalOf, judgements, outcomes } from './words.ts';

const none = (count: number) => (count === 0 ? 'run-zero' : undefined);

/** The cells of one run. */
export function RunRow({ run }: { run: Run }) {
  const outcome = outcomes[run.outcome];
  return (
    <>
      <td className="run-thumb-cell">
        <RunThumb run={run} className="run-thumb" />
      </td>
      <td className="run-name">
        <b>
          <bdi>{shownName(run.sandboxName)}</bdi>
          {run.notes === 0 ? null : (
            <span className="run-notes" title={run.notes === 1 ? 'One note' : `${run.notes} notes`}>
              <MessageSquare size={11} /> {run.notes}
            </span>
          )}
        </b>
        <span className={clsx('run-goal', run.goal === '' && 'run-goal-none')}>
          <bdi>{shownName(goalOf(run))}</bdi>
        </span>
      </td>
      <td className="run-agent">
        <bdi>{shownName(agentOf(run))}</bdi>
      </td>
      <td className={`run-outcome ui-tone-${outcome.tone}`}>
        <Dot tone={outcome.tone} moving={run.outcome === 'running'} /> {outcome.word}
      </td>
      <td className="run-strip-cell">
        <Strip run={run} />
      </td>
      <td className="run-number run-length">{formatLength(run.durationMs)}</td>
      <td className="run-number run-calls">{run.calls.toLocaleString('en')}</td>
      <td className={clsx('run-number run-errors', none(run.errors))}>{run.errors}</td>
      <td className={clsx('run-number run-people', none(run.interventions))}>{run.interventions}</td>
      <td className="run-number run-cost">
        {formatCost(costOf(run))}
        <BudgetMark run={run} />
      </td>
      <td className="run-verdict-cell">
        <VerdictChip run={run} />
      </td>
      <td className="run-when">
        {run.outcome === 'running' ? 'now' : <RelativeTime atMs={run.endedAtMs ?? run.startedAtMs} />}
      </td>
    </>
  );
}

export function VerdictChip({ run }: { run: Pick<Run, 'verdict' | 'outcome'> }) {
  if (run.verdict !== null) {
    const { word, tone } = judgements[run.verdict.judgement];
    return <span className={`run-verdict ui-tone-${tone}`}>{word}</span>;
  }
  return run.outcome === 'running' ? (
    <span className="run-verdict run-verdict-later">–</span>
  ) : (
    <span className="run-verdict">Review</span>
  );
}
