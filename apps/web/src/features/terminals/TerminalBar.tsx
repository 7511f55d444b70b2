import type { Terminal } from '@sandglass/protocol';
import { Button, Dialog, Field, IconButton, Input } from '@sandglass/ui';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { describeFailure } from '../../platform/errors.ts';
import { OwnerChip } from './OwnerChip.tsx';
import type { TerminalState } from './terminalModel.ts';

interface TerminalBarProps {
  readonly info: Terminal;
  readonly state: TerminalState;
  readonly onRename: (name: string) => Promise<void>;
}

/** Whose terminal it is, what runs in it, how large it is. */
export function TerminalBar({ info, state, onRename }: TerminalBarProps) {
  const [renaming, setRenaming] = useState(false);
  return (
    <header className="terminal-bar">
      <OwnerChip owner={info.owner} watching={state.phase === 'live' && !state.mayInput} />
      <bdi className="terminal-title">{state.title}</bdi>
      <span className="terminal-size">
        {state.size.columns}×{state.size.rows}
      </span>
      {state.mayInput ? (
        <IconButton size="small" label="Rename" onClick={() => setRenaming(true)}>
          <Pencil size={12} />
        </IconButton>
      ) : null}
      {renaming ? <RenameQuestion name={info.name} onRename={onRename} onClose={() => setRenaming(false)} /> : null}
    </header>
  );
}

interface RenameQuestionProps {
  readonly name: string;
  readonly onRename: (name: string) => Promise<void>;
  readonly onClose: () => void;
}

function RenameQuestion({ name, onRename, onClose }: RenameQuestionProps) {
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
          <Input
            value={text}
            maxLength={60}
            onChange={(event) => setText(event.target.value)}
            onFocus={(event) => event.target.select()}
            autoFocus
          />
        </Field>
      </form>
    </Dialog>
  );
}
