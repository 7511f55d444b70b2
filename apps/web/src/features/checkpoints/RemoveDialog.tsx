import type { Checkpoint, Sandbox } from '@sandglass/protocol';
import { ConfirmDialog } from '@sandglass/ui';
import { useCheckpointActions } from '../../platform/checkpoints.ts';
import { FailedNote } from '../../platform/Failed.tsx';

export function RemoveDialog({
  sandbox,
  checkpoint,
  open,
  onOpenChange,
}: {
  sandbox: Sandbox;
  checkpoint: Checkpoint;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
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
      busy={remove.isPending}
      error={remove.isError ? <FailedNote error={remove.error} /> : null}
      onConfirm={() => remove.mutate(checkpoint.id, { onSuccess: () => onOpenChange(false) })}
    />
  );
}
