/** What a pane that follows a stream shows when it cannot: one voice for all of them. */
import { Button, ErrorNote, ErrorState, RelativeTime } from '@sandglass/ui';
import type { ReactNode } from 'react';
import { describeFailure } from './errors.ts';
import { isMissingPart } from './missingPart.ts';
import { PartMissing } from './PartMissing.tsx';
import './paneStates.css';

interface PaneFailedProps {
  readonly error: unknown;
  /** What goes on, or is still there, all the same. */
  readonly kept: ReactNode;
  /** To quote where the error has no id of its own: the sandbox's. */
  readonly id: string;
  readonly onRetry: (() => void) | undefined;
}

/** Nothing can be shown: what happened, what was kept, what next. */
export function PaneFailed({ error, kept, id, onRetry }: PaneFailedProps) {
  if (isMissingPart(error)) return <PartMissing />;
  const failure = describeFailure(error);
  return (
    <ErrorState
      title={failure.title}
      id={failure.id ?? id}
      action={onRetry === undefined ? undefined : <Button onClick={onRetry}>Try again</Button>}
    >
      {failure.detail} {kept}
    </ErrorState>
  );
}

/** It stopped, and what was there is still shown: the same on a strip. */
export function PaneStopped({ error, kept, id, onRetry }: PaneFailedProps) {
  const failure = describeFailure(error);
  return (
    <div className="pane-stopped">
      <ErrorNote
        title={failure.title}
        id={failure.id ?? id}
        action={
          onRetry === undefined ? undefined : (
            <Button size="small" onClick={onRetry}>
              Try again
            </Button>
          )
        }
      >
        {failure.detail} {kept}
      </ErrorNote>
    </div>
  );
}

/** How old what is shown is; nothing where that is not known. `nowMs`: for stories. */
export function Age({ sinceMs, nowMs }: { sinceMs: number | undefined; nowMs?: number | undefined }) {
  if (sinceMs === undefined) return null;
  return (
    <>
      {' '}
      It is <RelativeTime atMs={sinceMs} {...(nowMs === undefined ? {} : { nowMs })} /> old.
    </>
  );
}
