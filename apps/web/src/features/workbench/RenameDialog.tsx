import { Label, type Sandbox } from '@sandglass/protocol';
import { Field, FormDialog, Input } from '@sandglass/ui';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { FailedNote } from '../../platform/Failed.tsx';
import { usePutSandbox } from '../../platform/sandboxes.ts';

export function RenameDialog({
  sandbox,
  open,
  onOpenChange,
}: {
  sandbox: Sandbox;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const client = useClient();
  const put = usePutSandbox();
  const [typed, setTyped] = useState<string>();
  const [wrong, setWrong] = useState<string>();
  const rename = useMutation({
    mutationFn: (name: string) => client.request('updateSandbox', { params: { sandbox: sandbox.id }, body: { name } }),
    onSuccess: (next) => {
      put(next);
      setTyped(undefined);
      onOpenChange(false);
    },
  });
  const submit = () => {
    const name = Label(80).safeParse(typed ?? sandbox.name);
    setWrong(name.success ? undefined : (name.error.issues[0]?.message ?? 'not a name'));
    if (name.success) rename.mutate(name.data);
  };
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title="Rename"
      submitLabel="Rename"
      busy={rename.isPending}
      error={rename.isError ? <FailedNote error={rename.error} /> : null}
      onSubmit={submit}
    >
      <Field label="Name" error={wrong}>
        <Input value={typed ?? sandbox.name} onValueChange={setTyped} autoFocus />
      </Field>
    </FormDialog>
  );
}
