import { Button, EmptyState, Skeleton } from '@sandglass/ui';
import { MonitorOff } from 'lucide-react';
import { Age, PaneFailed } from '../../platform/paneStates.tsx';
import './screen.css';

/** A picture in the shape of the one that comes. */
export function ScreenLoading() {
  return (
    <div className="screen-stage screen-loading" role="status" aria-busy="true" aria-label="Connecting to the screen">
      <div className="screen-frame">
        <Skeleton height="100%" />
      </div>
    </div>
  );
}

export function ScreenFailed({
  error,
  sandbox,
  onRetry,
}: {
  error: unknown;
  sandbox: string;
  onRetry: (() => void) | undefined;
}) {
  return (
    <PaneFailed
      error={error}
      id={sandbox}
      kept="The desktop itself goes on, and what it shows is recorded."
      onRetry={onRetry}
    />
  );
}

export function ScreenGone() {
  return (
    <EmptyState icon={<MonitorOff />} title="The screen went with the sandbox">
      Fork one of its checkpoints to go on.
    </EmptyState>
  );
}

/** Under the last picture, while the link is away. `nowMs`: for stories. */
export function ScreenStale({
  sinceMs,
  nowMs,
  onRetry,
}: {
  sinceMs: number | undefined;
  nowMs?: number;
  onRetry: () => void;
}) {
  return (
    <div className="screen-notice screen-notice-lost" role="status">
      <span>
        This is the last picture.
        <Age sinceMs={sinceMs} nowMs={nowMs} /> Reconnecting… What you do now is not sent.
      </span>
      <Button size="small" tone="quiet" onClick={onRetry}>
        Try now
      </Button>
    </div>
  );
}
