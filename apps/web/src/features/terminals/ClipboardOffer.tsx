import { Button, IconButton } from '@sandglass/ui';
import { Ban, ClipboardCopy, X } from 'lucide-react';
import { formatBytes } from '../../platform/format.ts';
import { useStore } from '../../platform/store.ts';
import type { TerminalViewModel } from './terminalViewModel.ts';

/** A program wants the person's clipboard. It gets nothing before they looked. */
export function ClipboardOffer({ view }: { view: TerminalViewModel }) {
  const { clipboard } = useStore(view);
  if (clipboard === null) return null;
  const { text, sizeBytes } = clipboard;
  return (
    <p className="terminal-offer" role="status">
      <ClipboardCopy size={13} aria-hidden="true" />
      <span>
        {text === null
          ? `A program tried to put ${formatBytes(sizeBytes)} on your clipboard that is not text you could check. It was refused.`
          : `A program wants to put ${text.length.toLocaleString()} characters on your clipboard.`}
      </span>
      {text === null ? null : (
        <Button size="small" onClick={() => view.ask({ kind: 'clipboard', text })}>
          Look at it…
        </Button>
      )}
      <IconButton size="small" label="Never ask for this terminal" onClick={() => view.dropClipboard({ always: true })}>
        <Ban size={13} />
      </IconButton>
      <IconButton
        size="small"
        label={text === null ? 'Close' : 'Refuse'}
        onClick={() => view.dropClipboard({ always: false })}
      >
        <X size={13} />
      </IconButton>
    </p>
  );
}
