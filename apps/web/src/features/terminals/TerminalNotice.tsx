import { Button } from '@sandglass/ui';
import { RotateCcw } from 'lucide-react';
import { useClient, useLostSince } from '../../platform/client.tsx';
import { PaneNotice } from '../../platform/PaneNotice.tsx';
import { usePane } from '../../platform/pane.ts';
import { TerminalStale, TerminalStopped } from './TerminalStates.tsx';
import { describeExit, type TerminalState } from './terminalModel.ts';
import type { TerminalCommands } from './useTerminalCommands.ts';

interface TerminalNoticeProps {
  readonly terminal: string;
  readonly state: TerminalState;
  readonly frozen: boolean;
  /** Who else has control, in words; null when nobody has. */
  readonly driver: string | null;
  readonly commands: TerminalCommands;
  /** Follows it anew. */
  readonly onReconnect: () => void;
}

/** One line under the screen when it is not simply live and yours to type into. */
export function TerminalNotice({ terminal, state, frozen, driver, commands, onReconnect }: TerminalNoticeProps) {
  const pane = usePane();
  const { stream } = useClient();
  const lostSince = useLostSince();
  if (state.phase === 'ended') {
    return (
      <PaneNotice
        action={
          <>
            {commands.restart === undefined || state.exit === null ? null : (
              <Button size="small" icon={<RotateCcw size={12} />} onClick={commands.restart}>
                Start again
              </Button>
            )}
            <Button size="small" tone="quiet" onClick={() => pane.close()}>
              Close
            </Button>
          </>
        }
      >
        This terminal {describeExit(state.exit)}. What it said stays here.
      </PaneNotice>
    );
  }
  if (state.phase === 'failed') return <TerminalStopped error={state.error} id={terminal} onRetry={onReconnect} />;
  if (state.phase === 'lost') return <TerminalStale sinceMs={lostSince} onRetry={() => stream.retryNow()} />;
  const text = noticeOf(state, frozen, driver);
  if (text === null) return null;
  return <PaneNotice place={state.phase === 'live' ? 'over' : 'foot'}>{text}</PaneNotice>;
}

function noticeOf(state: TerminalState, frozen: boolean, driver: string | null): string | null {
  if (frozen) return 'Frozen: nothing moves in it until it is thawed.';
  if (state.phase === 'live' && !state.mayInput) return 'You are watching. Your token may not type.';
  if (state.phase === 'live' && driver !== null) return `${driver}. You are watching; take control to type.`;
  if (state.phase === 'live' && state.returned) return 'Connected again. Nothing was lost.';
  return null;
}
