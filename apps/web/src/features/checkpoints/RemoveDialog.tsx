import type { Checkpoint, Sandbox } from '@sandglass/protocol';
import { Button, Dialog } from '@sandglass/ui';
import { useCheckpointActions } from '../../platform/checkpoints.ts';
import { FailedNote } from '../../platform/Failed.tsx';
import './checkpoints.css';

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
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Remove #${checkpoint.number}?`}
      actions={
        <>
          <Button onClick={() => onOpenChange(false)}>Keep it</Button>
          <Button
            tone="danger"
            busy={remove.isPending}
            onClick={() => remove.mutate(checkpoint.id, { onSuccess: () => onOpenChange(false) })}
          >
            Remove
          </Button>
        </>
      }
    >
      <ul className="dialog-list">
        <li>
          <b>Lost:</b> the way back to “{checkpoint.name}”. This cannot be undone.
        </li>
        <li>
          <b>Kept:</b> the sandbox, the recording, and sandboxes already forked from it.
        </li>
      </ul>
      {remove.isError ? <FailedNote error={remove.error} /> : null}
    </Dialog>
  );
}
