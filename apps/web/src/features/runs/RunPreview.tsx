import type { Judgement, Note, Run } from '@sandglass/protocol';
import { Button, Kbd, RelativeTime } from '@sandglass/ui';
import { Play } from 'lucide-react';
import { useMemo } from 'react';
import { useNotes } from '../../platform/notes.ts';
import { shownName } from '../../platform/shownName.ts';
import { Budget } from './Budget.tsx';
import { VerdictChip } from './RunRow.tsx';
import { RunThumb } from './RunThumb.tsx';
import { Strip } from './Strip.tsx';
import { VerdictButtons } from './VerdictButtons.tsx';
import { agentOf, formatLength, goalOf, outcomes, traceOf } from './words.ts';

export interface RunPreviewProps {
  readonly run: Run;
  readonly mayJudge: boolean;
  readonly onJudge: (judgement: Judgement | null) => void;
  readonly onOpen: (atUs?: number) => void;
  readonly onNext: (() => void) | undefined;
}

/** The run that is chosen: how it looked, what was said of it, and what to say of it. */
export function RunPreview({ run, mayJudge, onJudge, onOpen, onNext }: RunPreviewProps) {
  const notes = useNotes(run.sandbox).data;
  const shown = useMemo(() => notes?.filter((note) => isOf(note, run)) ?? [], [notes, run]);
  const { verdict } = run;
  return (
    <aside className="run-preview" aria-label="Chosen run">
      <header className="run-preview-head">
        <b className="run-preview-name">
          <bdi>{shownName(run.sandboxName)}</bdi>
        </b>
        <span className="run-preview-length">{formatLength(run.durationMs)}</span>
      </header>
      <div className="run-preview-body">
        <button type="button" className="run-preview-picture" onClick={() => onOpen()} aria-label="Open the replay">
          <RunThumb key={run.id} run={run} className="run-preview-still" />
        </button>
        <Strip run={run} />
        <p className="run-preview-goal">
          <bdi>{shownName(goalOf(run))}</bdi>
        </p>
        <p className="run-preview-facts">
          <span className={`ui-tone-${outcomes[run.outcome].tone} run-outcome`}>{outcomes[run.outcome].word}</span> ·{' '}
          <bdi>{shownName(agentOf(run))}</bdi> · {run.calls.toLocaleString('en')} calls
          <Budget run={run} />
        </p>
        {traceOf(run) === null ? null : (
          <p className="run-preview-facts">
            Trace <code>{traceOf(run)}</code>
          </p>
        )}
        {run.reason === null ? null : (
          <p className="run-preview-reason">
            <bdi>{shownName(run.reason)}</bdi>
          </p>
        )}
        {verdict === null ? null : (
          <div className="run-preview-verdict">
            <VerdictChip run={run} />
            <span>
              {verdict.reason === null ? null : <bdi>{shownName(verdict.reason)}</bdi>}
              <small>
                {shownName(verdict.by.name)} · <RelativeTime atMs={verdict.atMs} />
              </small>
            </span>
          </div>
        )}
        <ol className="run-preview-notes" aria-label="Notes">
          {shown.map((note) => (
            <li key={note.id}>
              <button type="button" onClick={() => onOpen(note.atUs)}>
                <em>{formatLength((note.atUs - run.startedAtUs) / 1_000)}</em>
                <bdi>{note.text.split('\n').map(shownName).join('\n')}</bdi>
              </button>
            </li>
          ))}
        </ol>
      </div>
      <footer className="run-preview-foot">
        {mayJudge ? <VerdictButtons run={run} onJudge={onJudge} /> : null}
        <div className="run-preview-acts">
          <Button tone="primary" icon={<Play size={13} />} onClick={() => onOpen()}>
            Open replay <Kbd>↵</Kbd>
          </Button>
          {onNext === undefined ? null : (
            <Button onClick={onNext}>
              Next <Kbd>J</Kbd>
            </Button>
          )}
        </div>
      </footer>
    </aside>
  );
}

export const isOf = (note: Note, run: Run): boolean =>
  note.run === run.id ||
  (note.run === null && note.atUs >= run.startedAtUs && (run.endedAtUs === null || note.atUs <= run.endedAtUs));
