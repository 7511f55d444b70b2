import { Button, Dialog } from '@sandglass/ui';
import { copyFromSandbox } from '../../platform/clipboard.ts';
import { shownPaste } from './pasteGuard.ts';

interface ClipboardQuestionProps {
  readonly text: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

const SHOWN = 4_000;

/** What a program in the sandbox would put on the person's clipboard. */
export function ClipboardQuestion({ text, onDone, onClose }: ClipboardQuestionProps) {
  const copy = async () => {
    if (await copyFromSandbox(text)) onDone();
  };
  const shown = shownPaste(text);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Put ${text.length.toLocaleString()} ${text.length === 1 ? 'character' : 'characters'} on your clipboard?`}
      description="A program in the sandbox asks for it. What you paste elsewhere next would be this."
      actions={
        <>
          <Button onClick={onDone}>Refuse</Button>
          <Button tone="primary" onClick={() => void copy()}>
            Copy it
          </Button>
        </>
      }
    >
      <pre className="terminal-preview">
        {shown.slice(0, SHOWN)}
        {shown.length > SHOWN ? `\n… ${(shown.length - SHOWN).toLocaleString()} more characters` : ''}
      </pre>
    </Dialog>
  );
}
