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
  const name = terminal.query.data?.name;
  useEffect(() => {
    if (name !== undefined) setTitle(name);
  }, [name, setTitle]);
  if (terminal.query.isError)
    return <Failed error={terminal.query.error} onRetry={() => void terminal.query.refetch()} />;
  if (terminal.query.data === null) {
    return (
      <EmptyState icon={<SquareTerminal />} title="This terminal is gone">
        It was hung up, or the sandbox was put back to a time before it was opened.
      </EmptyState>
    );
  }
  if (terminal.query.data === undefined || terminal.model === null) {
    return (
      <div className="terminal-pane terminal-loading">
        <Skeleton width="40%" />
      </div>
    );
  }
  return <Live sandbox={sandbox} terminal={terminal} model={terminal.model} />;
}

function Live({
  sandbox,
  terminal,
  model,
}: {
  sandbox: SandboxId;
  terminal: ReturnType<typeof useTerminal>;
  model: TerminalModel;
}) {
  const state = useStore(model);
  const frozen = useSandbox(sandbox)?.phase === 'frozen';
  if (!terminal.query.data) return null;
  return (
    <section className="terminal-pane" aria-label={`Terminal ${terminal.query.data.name}`}>
      <TerminalBar info={terminal.query.data} state={state} onRename={terminal.rename} onHangUp={terminal.hangUp} />
      <TerminalScreenView model={model} frozen={frozen} />
      <TerminalNotice state={state} frozen={frozen} />
    </section>
  );
}
