import { Button, Dialog } from '@sandglass/ui';
import { asOneLine, type PasteReport, shownPaste, withoutControls } from './pasteGuard.ts';

interface PasteQuestionProps {
  readonly report: PasteReport;
  readonly onPaste: (text: string) => void;
  readonly onClose: () => void;
}

/** As much as a person reads before they decide. */
const SHOWN = 4_000;

/** What a paste would do, before it does. */
export function PasteQuestion({ report, onPaste, onClose }: PasteQuestionProps) {
  const { text, lines, characters, controls } = report;
  const shown = shownPaste(text);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={lines > 1 ? `Paste ${lines} lines?` : 'Paste control characters?'}
      description={describe(report)}
      actions={
        <>
          {controls.length > 0 ? null : <Button onClick={onClose}>Cancel</Button>}
          {lines > 1 ? (
            <Button onClick={() => onPaste(withoutControls(asOneLine(text)))}>Paste as one line</Button>
          ) : null}
          {controls.length > 0 ? <Button onClick={() => onPaste(text)}>Paste as it is</Button> : null}
          <Button tone="primary" onClick={() => onPaste(withoutControls(text))}>
            {controls.length > 0 ? 'Paste without them' : 'Paste'}
          </Button>
        </>
      }
    >
      <pre className="terminal-preview">
        {shown.slice(0, SHOWN)}
        {shown.length > SHOWN ? `\n… ${(characters - SHOWN).toLocaleString()} more characters` : ''}
      </pre>
    </Dialog>
  );
}

function describe({ lines, controls }: PasteReport): string {
  const parts = [];
  if (lines > 1) parts.push('A shell may run each line as soon as it arrives.');
  if (controls.length > 0)
    parts.push(`It holds control characters that press keys: ${controls.slice(0, 8).join(', ')}.`);
  return parts.join(' ');
}
