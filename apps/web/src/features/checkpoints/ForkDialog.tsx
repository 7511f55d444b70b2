import type { Checkpoint, CheckpointId, Sandbox } from '@sandglass/protocol';
import { Field, FormDialog, Input, Select } from '@sandglass/ui';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useCheckpoints, useRefreshCheckpoints } from '../../platform/checkpoints.ts';
import { useClient } from '../../platform/client.tsx';
import { progressOf, type SandboxDialogProps } from '../../platform/dialog.tsx';
import { usePutSandbox } from '../../platform/sandboxes.ts';

const NOW = 'now';

/** A new sandbox from a checkpoint, or from this moment (which makes a checkpoint first). The old one goes on untouched. */
export function ForkDialog({
  sandbox,
  checkpoint,
  open,
  onOpenChange,
}: SandboxDialogProps & { checkpoint?: Checkpoint }) {
  const navigate = useNavigate();
  const points = useCheckpoints(sandbox.id, open);
  const canNow = sandbox.phase === 'running' || sandbox.phase === 'frozen';
  const [chosen, setChosen] = useState<string>();
  const [name, setName] = useState('');
  const fork = useFork(sandbox);
  const from = chosen ?? checkpoint?.id ?? (canNow ? NOW : (points.data?.[0]?.id ?? ''));
  const submit = () => {
    const wanted = name.trim();
    fork.mutate(
      { from, name: wanted === '' ? undefined : wanted },
      {
        onSuccess: (made) => {
          onOpenChange(false);
          void navigate({ to: '/s/$sandbox', params: { sandbox: made.id } });
        },
      },
    );
  };
  const options = [
    ...(canNow ? [{ value: NOW, label: 'This moment (makes a checkpoint)' }] : []),
    ...(points.data ?? []).map((each) => ({ value: each.id as string, label: `#${each.number} ${each.name}` })),
  ];
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Fork ${sandbox.name}`}
      description="A new sandbox with these files; this one goes on as it is."
      submitLabel="Fork"
      busyLabel="Forking…"
      {...progressOf(fork)}
      disabled={from === ''}
      onSubmit={submit}
    >
      <Field label="From">
        <Select value={from} onChange={setChosen} options={options} />
      </Field>
      <Field label="Name">
        <Input value={name} onValueChange={setName} placeholder={`${sandbox.name} · fork`} />
      </Field>
    </FormDialog>
  );
}

function useFork(sandbox: Sandbox) {
  const client = useClient();
  const put = usePutSandbox();
  const refresh = useRefreshCheckpoints(sandbox.id);
  return useMutation({
    mutationFn: async ({ from, name }: { from: string; name: string | undefined }) => {
      const checkpoint =
        from === NOW
          ? (
              await client.request('createCheckpoint', {
                params: { sandbox: sandbox.id },
                body: { name: 'before fork' },
                timeoutMs: 120_000,
              })
            ).id
          : (from as CheckpointId);
      return client.request('createSandbox', {
        body: { checkpoint, name: (name ?? `${sandbox.name} · fork`).slice(0, 80) },
        timeoutMs: 120_000,
      });
    },
    onSuccess: put,
    onSettled: refresh,
  });
}
