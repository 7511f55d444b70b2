import { Button } from '@sandglass/ui';
import { usePaneActions } from '../../platform/pane.ts';
import { describeExit, type TerminalState } from './terminalModel.ts';

/** One line under the screen when it is not simply live and yours to type into. */
export function TerminalNotice({ state, frozen }: { state: TerminalState; frozen: boolean }) {
  const { newTerminal } = usePaneActions();
  if (state.phase === 'ended') {
    return (
      <p className="terminal-notice" role="status">
        <span>This terminal {describeExit(state.exit)}.</span>
        <Button size="small" onClick={newTerminal}>
          New terminal
        </Button>
      </p>
    );
  }
  const text = noticeOf(state, frozen);
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

function noticeOf(state: TerminalState, frozen: boolean): string | null {
  if (state.phase === 'failed') return `This terminal cannot be shown: ${state.error.message}`;
  if (state.phase === 'lost') return 'Reconnecting… What you type now is not sent. The shell goes on.';
  if (frozen) return 'Frozen: nothing moves in it until it is thawed.';
  if (state.phase === 'live' && !state.mayInput) return 'You are watching. Your token may not type.';
  return null;
}
