import { ConfirmDialog } from '@sandglass/ui';
import type { SandboxDialogProps } from './dialog.tsx';
import { useLifecycle } from './lifecycle.ts';

/** Killing cannot be taken back, so it is asked for twice; the dialog says what goes and what stays. */
export function KillDialog({ sandbox, open, onOpenChange }: SandboxDialogProps) {
  const { ask } = useLifecycle(sandbox.id);
  const kill = () => {
    ask('kill');
    onOpenChange(false);
  };
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Kill ${sandbox.name}?`}
      consequences={[
        { word: 'Lost', text: 'its processes, terminals and every file that is in no checkpoint.' },
        { word: 'Kept', text: 'its recording and its checkpoints; each can still be forked.' },
      ]}
      cancelLabel="Keep it"
      confirmLabel="Kill"
      onConfirm={kill}
    />
  );
}
