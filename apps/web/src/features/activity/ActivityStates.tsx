import { Button, Skeleton, StaleNote } from '@sandglass/ui';
import { Age, PaneFailed, PaneStopped } from '../../platform/paneStates.tsx';
import './activity.css';

const lines = ['72%', '54%', '86%', '40%', '63%', '77%'];

/** Rows in the shape of what comes: when, what, how long. */
export function ActivityLoading() {
  return (
    <div className="activity-loading" role="status" aria-busy="true" aria-label="Loading what has happened">
      {lines.map((width) => (
        <span key={width} className="activity-row">
          <Skeleton width={34} height={10} />
          <Skeleton width={14} height={14} />
          <Skeleton width={width} />
          <Skeleton width={26} height={10} />
        </span>
      ))}
    </div>
  );
}

interface FailedProps {
  readonly error: unknown;
  readonly sandbox: string;
  readonly onRetry: (() => void) | undefined;
}

const kept = 'Everything is recorded all the same, and the sandbox goes on.';

export function ActivityFailed({ error, sandbox, onRetry }: FailedProps) {
  return <PaneFailed error={error} id={sandbox} kept={kept} onRetry={onRetry} />;
}

/** Rows are there, and nothing is added to them any more. */
export function ActivityStopped({ error, sandbox, onRetry }: FailedProps) {
  return (
    <PaneStopped
      error={error}
      id={sandbox}
      kept={<>What is below is the last that was heard. {kept}</>}
      onRetry={onRetry}
    />
  );
}

/** The connection is away: it comes back by itself. `nowMs`: for stories. */
export function ActivityStale({
  sinceMs,
  nowMs,
  onRetry,
}: {
  sinceMs: number | undefined;
  nowMs?: number;
  onRetry: () => void;
}) {
  return (
    <StaleNote
      moving
      action={
        <Button size="small" tone="quiet" onClick={onRetry}>
          Try now
        </Button>
      }
    >
      Last known.
      <Age sinceMs={sinceMs} nowMs={nowMs} /> Reconnecting…
    </StaleNote>
  );
}
