import type { Terminal } from '@sandglass/protocol';
import { Button, Dialog, Field, IconButton, Input, toast } from '@sandglass/ui';
import { Pencil, Plus, Power } from 'lucide-react';
import { useState } from 'react';
import { describeFailure } from '../../platform/errors.ts';
import { usePane, usePaneActions } from '../../platform/pane.ts';
import { OwnerChip } from './OwnerChip.tsx';
import type { TerminalState } from './terminalModel.ts';

interface TerminalBarProps {
  readonly info: Terminal;
  readonly state: TerminalState;
  readonly onRename: (name: string) => Promise<unknown>;
  readonly onHangUp: () => Promise<unknown>;
}

/** Whose terminal it is, what runs in it, and what can be done to it. */
export function TerminalBar({ info, state, onRename, onHangUp }: TerminalBarProps) {
  const [asks, setAsks] = useState<'rename' | 'hangUp' | null>(null);
  const pane = usePane();
  const actions = usePaneActions();
  const ended = state.phase === 'ended';
  const close = () => setAsks(null);
  const hangUp = async () => {
    close();
    try {
      if (!ended) await onHangUp();
      pane.close();
    } catch (error) {
      toast.fail('The terminal was not closed', describeFailure(error).detail);
    }
  };
  return (
    <header className="terminal-bar">
      <OwnerChip owner={info.owner} />
      <bdi className="terminal-name">{info.name}</bdi>
      <bdi className="terminal-title">{state.title}</bdi>
      <span className="terminal-size">
        {state.size.columns}×{state.size.rows}
      </span>
      {state.mayInput ? (
        <IconButton size="small" label="Rename" onClick={() => setAsks('rename')}>
          <Pencil size={13} />
        </IconButton>
      ) : null}
      <IconButton size="small" label="New terminal" onClick={actions.newTerminal}>
        <Plus size={14} />
      </IconButton>
      {state.mayInput || ended ? (
        <IconButton
          size="small"
          label={ended ? 'Close' : 'Hang up'}
          onClick={() => (ended ? void hangUp() : setAsks('hangUp'))}
        >
          <Power size={13} />
        </IconButton>
      ) : null}
      {asks === 'rename' ? <RenameQuestion name={info.name} onRename={onRename} onClose={close} /> : null}
      <Dialog
        open={asks === 'hangUp'}
        onOpenChange={close}
        title={`Hang up “${info.name}”?`}
        description={
          info.owner === 'agent'
            ? "It is the agent's terminal. What runs in it gets SIGHUP."
            : 'What runs in it gets SIGHUP. The recording keeps everything.'
        }
        actions={
          <>
            <Button onClick={close}>Keep it</Button>
            <Button tone="danger" onClick={() => void hangUp()}>
              Hang up
            </Button>
          </>
        }
      />
    </header>
  );
}

function RenameQuestion({
  name,
  onRename,
  onClose,
}: {
  name: string;
  onRename: (name: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const [text, setText] = useState(name);
  const [problem, setProblem] = useState<string | undefined>();
  const rename = async () => {
    try {
      await onRename(text.trim());
      onClose();
    } catch (error) {
      setProblem(describeFailure(error).detail);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Rename this terminal"
      actions={
        <Button tone="primary" disabled={text.trim() === ''} onClick={() => void rename()}>
          Rename
        </Button>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void rename();
        }}
      >
        <Field label="Name" error={problem}>
          <Input value={text} maxLength={60} onChange={(event) => setText(event.target.value)} autoFocus />
        </Field>
      </form>
    </Dialog>
  );
}
