import { Button, IconButton } from '@sandglass/ui';
import { Copy, X } from 'lucide-react';
import { copyFromSandbox } from '../../platform/clipboard.ts';

const SHOWN = 24;

/** The sandbox copied something. It does not get to the person's clipboard by itself: it may be anything. */
export function CopiedChip({ text, onDone }: { text: string | null; onDone: () => void }) {
  if (text === null) return null;
  const line = text.replace(/\s+/g, ' ').trim();
  const copy = async () => {
    if (await copyFromSandbox(text)) onDone();
  };
  return (
    <span className="screen-copied">
      <bdi title={line.slice(0, 500)}>{line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line}</bdi>
      <Button size="small" tone="quiet" icon={<Copy size={12} />} onClick={() => void copy()}>
        Copy from the sandbox
      </Button>
      <IconButton size="small" label="Leave it" onClick={onDone}>
        <X size={12} />
      </IconButton>
    </span>
  );
}
