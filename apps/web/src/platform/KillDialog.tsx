import type { Sandbox } from '@sandglass/protocol';
import { Button, Dialog } from '@sandglass/ui';
import { useLifecycle } from './lifecycle.ts';
import './killDialog.css';

/** Killing cannot be taken back, so it is asked for twice; the dialog says what goes and what stays. */
export function KillDialog({
  sandbox,
  open,
  onOpenChange,
}: {
  sandbox: Sandbox;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const { ask } = useLifecycle(sandbox.id);
  const kill = () => {
    ask('kill');
    onOpenChange(false);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Kill ${sandbox.name}?`}
      actions={
        <>
          <Button onClick={() => onOpenChange(false)}>Keep it</Button>
          <Button tone="danger" onClick={kill}>
            Kill
          </Button>
        </>
      }
    >
      <ul className="kill-list">
        <li>
          <b>Lost:</b> its processes, terminals and every file that is in no checkpoint.
        </li>
        <li>
          <b>Kept:</b> its recording and its checkpoints; each can still be forked.
        </li>
      </ul>
    </Dialog>
  );
}
