import { EmptyState, Skeleton } from '@sandglass/ui';
import { MonitorOff } from 'lucide-react';
import { type PaneAway, PaneFailed, type PaneFailure, PaneStale } from '../../platform/paneStates.tsx';
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

export function ScreenFailed(failure: PaneFailure) {
  return <PaneFailed {...failure} kept="The desktop itself goes on, and what it shows is recorded." />;
}

export function ScreenGone() {
  return (
    <EmptyState icon={<MonitorOff />} title="The screen went with the sandbox">
      Fork one of its checkpoints to go on.
    </EmptyState>
  );
}

/** Under the last picture, while the link is away. */
export function ScreenStale(away: PaneAway) {
  return <PaneStale {...away} last="This is the last picture." meanwhile="What you do now is not sent." />;
}
