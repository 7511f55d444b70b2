import type { Checkpoint } from '@sandglass/protocol';
import { ConfirmDialog } from '@sandglass/ui';
import { useCheckpointActions } from '../../platform/checkpoints.ts';
import { progressOf, type SandboxDialogProps } from '../../platform/dialog.tsx';

export function RemoveDialog({
  sandbox,
  checkpoint,
  open,
  onOpenChange,
}: SandboxDialogProps & { checkpoint: Checkpoint }) {
  const { remove } = useCheckpointActions(sandbox.id);
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Remove #${checkpoint.number}?`}
      consequences={[
        { word: 'Lost', text: `the way back to “${checkpoint.name}”. This cannot be undone.` },
        { word: 'Kept', text: 'the sandbox, the recording, and sandboxes already forked from it.' },
      ]}
      cancelLabel="Keep it"
      confirmLabel="Remove"
      {...progressOf(remove)}
      onConfirm={() => remove.mutate(checkpoint.id, { onSuccess: () => onOpenChange(false) })}
    />
  );
}
