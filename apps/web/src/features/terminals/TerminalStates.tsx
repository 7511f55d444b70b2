import { Button, Skeleton } from '@sandglass/ui';
import { Age, PaneFailed, PaneStopped } from '../../platform/paneStates.tsx';
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

interface FailedProps {
  readonly error: unknown;
  readonly terminal: string;
  readonly onRetry: (() => void) | undefined;
}

const kept = 'The shell goes on, and what it says is recorded.';

export function TerminalFailed({ error, terminal, onRetry }: FailedProps) {
  return <PaneFailed error={error} id={terminal} kept={kept} onRetry={onRetry} />;
}

/** What it said so far stays above. */
export function TerminalStopped({ error, terminal, onRetry }: FailedProps) {
  return <PaneStopped error={error} id={terminal} kept={kept} onRetry={onRetry} />;
}

/** Over its foot, while the link is away: room taken from it would resize it. `nowMs`: for stories. */
export function TerminalStale({
  sinceMs,
  nowMs,
  onRetry,
}: {
  sinceMs: number | undefined;
  nowMs?: number;
  onRetry: () => void;
}) {
  return (
    <div className="terminal-notice terminal-notice-lost" role="status">
      <span>
        This is the last it said.
        <Age sinceMs={sinceMs} nowMs={nowMs} /> Reconnecting… What you type now is not sent. The shell goes on.
      </span>
      <Button size="small" tone="quiet" onClick={onRetry}>
        Try now
      </Button>
    </div>
  );
}
