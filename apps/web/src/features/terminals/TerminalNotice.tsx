import { Button } from '@sandglass/ui';
import { RotateCcw } from 'lucide-react';
import { usePane } from '../../platform/pane.ts';
import { describeExit, type TerminalState } from './terminalModel.ts';
import type { TerminalCommands } from './useTerminalCommands.ts';

interface TerminalNoticeProps {
  readonly state: TerminalState;
  readonly frozen: boolean;
  /** Who else has control, in words; null when nobody has. */
  readonly driver: string | null;
  readonly commands: TerminalCommands;
}

/** One line under the screen when it is not simply live and yours to type into. */
export function TerminalNotice({ state, frozen, driver, commands }: TerminalNoticeProps) {
  const pane = usePane();
  if (state.phase === 'ended') {
    return (
      <p className="terminal-notice" role="status">
        <span>This terminal {describeExit(state.exit)}. What it said stays here.</span>
        <span className="terminal-notice-actions">
          {commands.restart === undefined || state.exit === null ? null : (
            <Button size="small" icon={<RotateCcw size={12} />} onClick={commands.restart}>
              Start again
            </Button>
          )}
          <Button size="small" tone="quiet" onClick={() => pane.close()}>
            Close
          </Button>
        </span>
      </p>
    );
  }
  const text = noticeOf(state, frozen, driver);
  if (text === null) return null;
  return (
    <p
      className={`terminal-notice terminal-notice-${state.phase}`}
      role={state.phase === 'failed' ? 'alert' : 'status'}
    >
      {text}
    </p>
  );
}

function noticeOf(state: TerminalState, frozen: boolean, driver: string | null): string | null {
  if (state.phase === 'failed') return `This terminal cannot be shown: ${state.error.message}`;
  if (state.phase === 'lost') return 'Reconnecting… What you type now is not sent. The shell goes on.';
  if (frozen) return 'Frozen: nothing moves in it until it is thawed.';
  if (state.phase === 'live' && !state.mayInput) return 'You are watching. Your token may not type.';
  if (state.phase === 'live' && driver !== null) return `${driver}. You are watching; take control to type.`;
  if (state.phase === 'live' && state.returned) return 'Connected again. Nothing was lost.';
  return null;
}
