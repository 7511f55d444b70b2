import { Skeleton } from '@sandglass/ui';
import { PaneFailed, type PaneFailure, PaneStopped } from '../../platform/paneStates.tsx';
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

const kept = 'Everything is recorded all the same, and the sandbox goes on.';

export function ActivityFailed(failure: PaneFailure) {
  return <PaneFailed {...failure} kept={kept} />;
}

/** Rows are there, and nothing is added to them any more. */
export function ActivityStopped(failure: PaneFailure) {
  return <PaneStopped {...failure} kept={`What is below is the last that was heard. ${kept}`} />;
}
