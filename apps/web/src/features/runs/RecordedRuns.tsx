import type { Run } from '@sandglass/protocol';
import { usePlayhead } from '../../platform/playhead.ts';
import { shownName } from '../../platform/shownName.ts';
import { VerdictChip } from './RunRow.tsx';
import { formatLength, goalOf, outcomes } from './words.ts';
import './runs.css';

/** The runs that are in a recording, as they were when it was taken away; a click goes to the start of one. */
export function RecordedRuns({ runs }: { runs: readonly Run[] }) {
  const playhead = usePlayhead();
  if (runs.length === 0) return null;
  return (
    <ol className="run-recorded" aria-label="Runs">
      {runs.map((run) => (
        <li key={run.id}>
          <button type="button" onClick={() => playhead.seek(run.startedAtUs)}>
            <b>
              <bdi>{shownName(goalOf(run))}</bdi>
            </b>
            <VerdictChip run={run} />
            <small>
              <span className={`run-outcome ui-tone-${outcomes[run.outcome].tone}`}>{outcomes[run.outcome].word}</span>{' '}
              · {shownName(run.agent)} · {formatLength(run.durationMs)}
              {run.verdict?.reason == null ? null : <> · “{shownName(run.verdict.reason)}”</>}
            </small>
          </button>
        </li>
      ))}
    </ol>
  );
}
