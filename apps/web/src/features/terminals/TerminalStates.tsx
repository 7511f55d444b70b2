import { Skeleton } from '@sandglass/ui';
import { type PaneAway, PaneFailed, type PaneFailure, PaneStale, PaneStopped } from '../../platform/paneStates.tsx';
import './terminal.css';

const lines = ['38%', '64%', '52%', '22%'];

/** A bar and lines, as they will stand. */
export function TerminalLoading() {
  return (
    <div className="terminal-pane" role="status" aria-busy="true" aria-label="Connecting to the terminal">
      <div className="terminal-bar">
        <Skeleton width={46} height={16} />
        <Skeleton width="30%" height={10} />
      </div>
      <TerminalLines />
    </div>
  );
}

/** In the place of what it will say. */
export function TerminalLines() {
  return (
    <div className="terminal-lines">
      {lines.map((width) => (
        <Skeleton key={width} width={width} />
      ))}
    </div>
  );
}

const kept = 'The shell goes on, and what it says is recorded.';

export function TerminalFailed(failure: PaneFailure) {
  return <PaneFailed {...failure} kept={kept} />;
}

/** What it said so far stays above. */
export function TerminalStopped(failure: PaneFailure) {
  return <PaneStopped {...failure} kept={kept} />;
}

/** Over its foot, while the link is away. */
export function TerminalStale(away: PaneAway) {
  return (
    <PaneStale
      {...away}
      place="over"
      last="This is the last it said."
      meanwhile="What you type now is not sent. The shell goes on."
    />
  );
}
