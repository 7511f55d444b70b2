import type { Sandbox } from '@sandglass/protocol';
import { ConfirmDialog } from '@sandglass/ui';
import { shownName } from '../../platform/shownName.ts';

const NAMED = 5;

/** Killing cannot be taken back: asked for twice, with the names of those who go. */
export function KillMany({
  sandboxes,
  onClose,
  onKill,
}: {
  sandboxes: readonly Sandbox[];
  onClose: () => void;
  onKill: () => void;
}) {
  const count = sandboxes.length;
  const names = sandboxes.slice(0, NAMED).map((sandbox) => shownName(sandbox.name).slice(0, 80));
  const named = count > NAMED ? `${names.join(', ')} and ${count - NAMED} more` : names.join(', ');
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={count === 1 ? `Kill ${names[0]}?` : `Kill ${count} sandboxes?`}
      consequences={[
        ...(count === 1 ? [] : [{ word: 'Killed', text: `${named}.` }]),
        { word: 'Lost', text: 'processes, terminals and every file that is in no checkpoint.' },
        { word: 'Kept', text: 'recordings and checkpoints; each can still be forked.' },
      ]}
      cancelLabel={count === 1 ? 'Keep it' : 'Keep them'}
      confirmLabel={count === 1 ? 'Kill' : `Kill ${count}`}
      onConfirm={() => {
        onKill();
        onClose();
      }}
    />
  );
}
