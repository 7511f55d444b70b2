import { Checkbox, Field, FormDialog, Input } from '@sandglass/ui';
import { useState } from 'react';
import { useCheckpointActions } from '../../platform/checkpoints.ts';
import { progressOf, type SandboxDialogProps } from '../../platform/dialog.tsx';

/** A checkpoint with a name, and, where the driver can, with the programs that run. */
export function CheckpointDialog({ sandbox, open, onOpenChange }: SandboxDialogProps) {
  const { createNamed } = useCheckpointActions(sandbox.id);
  const [name, setName] = useState('');
  const [memory, setMemory] = useState(false);
  const change = (isOpen: boolean) => {
    if (!isOpen) {
      setName('');
      setMemory(false);
      createNamed.reset();
    }
    onOpenChange(isOpen);
  };
  const submit = () => {
    const wanted = name.trim();
    createNamed.mutate(
      { ...(wanted === '' ? {} : { name: wanted }), ...(memory ? { memory } : {}) },
      { onSuccess: () => change(false) },
    );
  };
  return (
    <FormDialog
      open={open}
      onOpenChange={change}
      title="New checkpoint"
      description="Keeps the files as they are now and the place in the recording; the sandbox goes on."
      submitLabel="Make it"
      busyLabel="Making it…"
      {...progressOf(createNamed)}
      onSubmit={submit}
    >
      <Field label="Name">
        <Input value={name} onValueChange={setName} maxLength={80} placeholder="before the migration" />
      </Field>
      {sandbox.capabilities.checkpoint.memory ? (
        <Checkbox checked={memory} onChange={setMemory}>
          Hold the running programs too: stops it for seconds
        </Checkbox>
      ) : null}
    </FormDialog>
  );
}
