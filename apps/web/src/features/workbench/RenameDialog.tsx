import { Label } from '@sandglass/protocol';
import { Field, FormDialog, Input } from '@sandglass/ui';
import { useState } from 'react';
import { progressOf, type SandboxDialogProps } from '../../platform/dialog.tsx';
import { useUpdateSandbox } from '../../platform/sandboxes.ts';

export function RenameDialog({ sandbox, open, onOpenChange }: SandboxDialogProps) {
  const [typed, setTyped] = useState<string>();
  const [wrong, setWrong] = useState<string>();
  const rename = useUpdateSandbox(sandbox.id, {
    onDone: () => {
      setTyped(undefined);
      onOpenChange(false);
    },
  });
  const submit = () => {
    const name = Label(80).safeParse(typed ?? sandbox.name);
    setWrong(name.success ? undefined : (name.error.issues[0]?.message ?? 'not a name'));
    if (name.success) rename.mutate({ name: name.data });
  };
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title="Rename"
      submitLabel="Rename"
      {...progressOf(rename)}
      onSubmit={submit}
    >
      <Field label="Name" error={wrong}>
        <Input value={typed ?? sandbox.name} onValueChange={setTyped} autoFocus />
      </Field>
    </FormDialog>
  );
}
