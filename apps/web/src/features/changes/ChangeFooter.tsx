import type { Change, Changes } from '@sandglass/protocol';
import { Button, IconButton } from '@sandglass/ui';
import { ClipboardCopy, FileDiff, Undo2, X } from 'lucide-react';
import { shownName } from '../../platform/shownName.ts';
import type { useChangeActs } from './useChangeActs.ts';

interface ChangeFooterProps {
  readonly about: Changes | undefined;
  readonly acts: ReturnType<typeof useChangeActs>;
  readonly current: Change | undefined;
  readonly shown: readonly Change[];
  /** Why nothing can be put back now; null when it can. */
  readonly whyNot: string | null;
  readonly onOpen: (change: Change) => void;
  /** What is read for a patch is what is there now. */
  readonly isPast: boolean;
}

/** What can be done with the chosen one and with all, and what the list leaves out. */
export function ChangeFooter({ about, acts, current, shown, whyNot, onOpen, isPast }: ChangeFooterProps) {
  const { state } = acts;
  return (
    <footer className="changes-foot">
      {state.phase === 'idle' ? (
        <span className="changes-about">{about === undefined ? '' : describe(about)}</span>
      ) : (
        <span className="changes-about" role={state.phase === 'failed' ? 'alert' : 'status'} data-phase={state.phase}>
          {shownName(state.text)}
        </span>
      )}
      {state.phase === 'done' && state.reverted.length > 0 ? (
        <Button size="small" icon={<Undo2 size={13} />} onClick={() => void acts.undo(state.reverted)}>
          Undo
        </Button>
      ) : null}
      {state.phase === 'done' || state.phase === 'failed' ? (
        <IconButton size="small" label="Dismiss" onClick={acts.dismiss}>
          <X size={13} />
        </IconButton>
      ) : null}
      {current === undefined || current.directory ? null : (
        <>
          <IconButton size="small" label="Compare" onClick={() => onOpen(current)}>
            <FileDiff size={13} />
          </IconButton>
          <IconButton
            size="small"
            label={whyNot === null ? 'Put back as it was' : `Put back as it was: ${whyNot}`}
            disabled={whyNot !== null || state.phase === 'busy'}
            onClick={() => void acts.revert(current)}
          >
            <Undo2 size={13} />
          </IconButton>
        </>
      )}
      {shown.length === 0 || isPast ? null : (
        <IconButton
          size="small"
          label="Copy as patch"
          disabled={state.phase === 'busy'}
          onClick={() => void acts.copyPatch(shown)}
        >
          <ClipboardCopy size={13} />
        </IconButton>
      )}
    </footer>
  );
}

function describe({ items, ignored, truncated, lost }: Changes): string {
  const parts = [`${items.length}${truncated ? '+' : ''} changed`];
  if (ignored > 0) parts.push('caches left out');
  if (lost) parts.push('some names are missing');
  return parts.join(' · ');
}
