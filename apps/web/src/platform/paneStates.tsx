/** What a pane that follows a stream shows when it cannot: one voice for all of them. */
import { Button, ErrorNote, ErrorState, RelativeTime, StaleNote } from '@sandglass/ui';
import type { ReactNode } from 'react';
import { describeFailure } from './errors.ts';
import { isMissingPart } from './missingPart.ts';
import { PaneNotice } from './PaneNotice.tsx';
import { PartMissing } from './PartMissing.tsx';
import './paneStates.css';

export interface PaneFailure {
  readonly error: unknown;
  /** To quote where the error has no id of its own: the sandbox's, the terminal's. */
  readonly id: string;
  readonly onRetry: (() => void) | undefined;
}

interface PaneFailedProps extends PaneFailure {
  /** What goes on, or is still there, all the same. */
  readonly kept: ReactNode;
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

export interface PaneAway {
  readonly sinceMs: number | undefined;
  /** For stories. */
  readonly nowMs?: number;
  readonly onRetry: () => void;
}

interface PaneStaleProps extends PaneAway {
  /** What is shown now. */
  readonly last: string;
  /** What that means for who works in it. */
  readonly meanwhile: string;
  readonly place?: 'foot' | 'over';
}

/** The link is away and comes back by itself; at the foot of what was there. */
export function PaneStale({ last, meanwhile, place = 'foot', onRetry, ...age }: PaneStaleProps) {
  return (
    <PaneNotice tone="warn" place={place} action={<TryNow onRetry={onRetry} />}>
      {last}
      <Age {...age} /> Reconnecting… {meanwhile}
    </PaneNotice>
  );
}

/** The same at the head of a list, where what comes is added below. */
export function ListStale({ onRetry, ...age }: PaneAway) {
  return (
    <StaleNote moving action={<TryNow onRetry={onRetry} />}>
      Last known.
      <Age {...age} /> Reconnecting…
    </StaleNote>
  );
}

function TryNow({ onRetry }: Pick<PaneAway, 'onRetry'>) {
  return (
    <Button size="small" tone="quiet" onClick={onRetry}>
      Try now
    </Button>
  );
}

/** How old what is shown is; nothing where that is not known. */
function Age({ sinceMs, nowMs }: Pick<PaneAway, 'sinceMs' | 'nowMs'>) {
  if (sinceMs === undefined) return null;
  return (
    <>
      {' '}
      It is <RelativeTime atMs={sinceMs} {...(nowMs === undefined ? {} : { nowMs })} /> old.
    </>
  );
}
