import type { Checkpoint } from '@sandglass/protocol';
import { Checkbox, ConfirmDialog, formatAge } from '@sandglass/ui';
import { useState } from 'react';
import { useCheckpointActions } from '../../platform/checkpoints.ts';
import { progressOf, type SandboxDialogProps } from '../../platform/dialog.tsx';

/** Going back loses what came after; the dialog says what, and offers to keep it. */
export function RestoreDialog({
  sandbox,
  checkpoint,
  open,
  onOpenChange,
}: SandboxDialogProps & { checkpoint: Checkpoint }) {
  const { restore } = useCheckpointActions(sandbox.id);
  const [first, setFirst] = useState(true);
  const named = checkpoint.name === `#${checkpoint.number}` ? `#${checkpoint.number}` : `“${checkpoint.name}”`;
  const go = () => restore.mutate({ checkpoint, first }, { onSuccess: () => onOpenChange(false) });
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Restore #${checkpoint.number}?`}
      description={`${sandbox.name} goes back ${formatAge(Date.now() - checkpoint.atMs)}, to ${named}.`}
      consequences={[
        {
          word: 'Lost',
          text: `files written since then${checkpoint.holds.memory ? '' : '; every process and terminal starts anew'}.`,
        },
        ...(checkpoint.notHeld.length === 0
          ? []
          : [{ word: 'Not brought back', text: `${checkpoint.notHeld.join('; ')}.` }]),
        { word: 'Kept', text: 'the recording and all checkpoints.' },
      ]}
      tone="primary"
      cancelLabel={restore.isPending ? 'Close, it goes on' : 'Leave it as it is'}
      confirmLabel="Restore"
      busyLabel="Restoring…"
      {...progressOf(restore)}
      onConfirm={go}
    >
      <Checkbox checked={first} onChange={setFirst}>
        Make a checkpoint of the present state first
      </Checkbox>
    </ConfirmDialog>
  );
}
