import type { Checkpoint, Sandbox } from '@sandglass/protocol';
import { Button, Dialog, formatAge, Switch } from '@sandglass/ui';
import { useState } from 'react';
import { useCheckpointActions } from '../../platform/checkpoints.ts';
import { FailedNote } from '../../platform/Failed.tsx';
import './checkpoints.css';

/** Going back loses what came after; the dialog says what, and offers to keep it. */
export function RestoreDialog({
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
  const { restore } = useCheckpointActions(sandbox.id);
  const [first, setFirst] = useState(true);
  const named = checkpoint.name === `#${checkpoint.number}` ? `#${checkpoint.number}` : `“${checkpoint.name}”`;
  const go = () => restore.mutate({ checkpoint, first }, { onSuccess: () => onOpenChange(false) });
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Restore #${checkpoint.number}?`}
      description={`${sandbox.name} goes back ${formatAge(Date.now() - checkpoint.atMs)}, to ${named}.`}
      actions={
        <>
          <Button onClick={() => onOpenChange(false)}>
            {restore.isPending ? 'Close, it goes on' : 'Leave it as it is'}
          </Button>
          <Button tone="primary" busy={restore.isPending} onClick={go}>
            {restore.isPending ? 'Restoring…' : 'Restore'}
          </Button>
        </>
      }
    >
      <ul className="dialog-list">
        <li>
          <b>Lost:</b> files written since then
          {checkpoint.holds.memory ? '' : '; every process and terminal starts anew'}.
        </li>
        {checkpoint.notHeld.length === 0 ? null : (
          <li>
            <b>Not brought back:</b> {checkpoint.notHeld.join('; ')}.
          </li>
        )}
        <li>
          <b>Kept:</b> the recording and all checkpoints.
        </li>
      </ul>
      <div className="dialog-switch">
        <Switch checked={first} onChange={setFirst} label="Checkpoint first" />
        <span>Make a checkpoint of the present state first</span>
      </div>
      {restore.isError ? <FailedNote error={restore.error} /> : null}
    </Dialog>
  );
}
