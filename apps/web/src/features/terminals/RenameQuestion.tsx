import { Button, Dialog, Field, Input } from '@sandglass/ui';
import { useState } from 'react';
import { describeFailure } from '../../platform/errors.ts';

interface RenameQuestionProps {
  readonly name: string;
  readonly onRename: (name: string) => Promise<void>;
  readonly onClose: () => void;
}

export function RenameQuestion({ name, onRename, onClose }: RenameQuestionProps) {
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
