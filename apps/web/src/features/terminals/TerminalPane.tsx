import type { SandboxId } from '@sandglass/protocol';
import { EmptyState, Skeleton } from '@sandglass/ui';
import { SquareTerminal } from 'lucide-react';
import { useEffect } from 'react';
import { Failed } from '../../platform/Failed.tsx';
import { type PaneProps, type TerminalParams, usePane } from '../../platform/pane.ts';
import { useSandbox } from '../../platform/sandboxes.ts';
import { useStore } from '../../platform/store.ts';
import { TerminalBar } from './TerminalBar.tsx';
import { TerminalNotice } from './TerminalNotice.tsx';
import { TerminalScreenView } from './TerminalScreenView.tsx';
import type { TerminalModel } from './terminalModel.ts';
import { useTerminal } from './useTerminal.ts';
import './terminal.css';

/** One terminal: a bar that says whose it is, the screen, and a line when it cannot be typed into. */
export default function TerminalPane({ sandbox, params }: PaneProps<TerminalParams>) {
  const terminal = useTerminal(sandbox, params.terminal);
  const { setTitle } = usePane();
  const name = terminal.info?.name;
  useEffect(() => {
    if (name !== undefined) setTitle(name);
  }, [name, setTitle]);
  if (terminal.info === null) {
    return (
      <EmptyState icon={<SquareTerminal />} title="This terminal is gone">
        It was hung up, or the sandbox was put back to a time before it was opened.
      </EmptyState>
    );
  }
  if (terminal.info !== undefined && terminal.model !== null)
    return <Live sandbox={sandbox} terminal={terminal} info={terminal.info} model={terminal.model} />;
  if (terminal.query.isError)
    return <Failed error={terminal.query.error} onRetry={() => void terminal.query.refetch()} />;
  return (
    <div className="terminal-pane terminal-loading">
      <Skeleton width="40%" />
    </div>
  );
}

interface LiveProps {
  readonly sandbox: SandboxId;
  readonly terminal: ReturnType<typeof useTerminal>;
  readonly info: NonNullable<ReturnType<typeof useTerminal>['info']>;
  readonly model: TerminalModel;
}

function Live({ sandbox, terminal, info, model }: LiveProps) {
  const state = useStore(model);
  const frozen = useSandbox(sandbox)?.phase === 'frozen';
  return (
    <div className="terminal-pane">
      <TerminalBar info={info} state={state} onRename={terminal.rename} />
      <TerminalScreenView model={model} frozen={frozen} />
      <TerminalNotice state={state} frozen={frozen} />
    </div>
  );
}
