import { type CreatedToken, CreateToken, type Role } from '@sandglass/protocol';
import { Field, FormDialog, Input, Select } from '@sandglass/ui';
import { useState } from 'react';
import { type OpenProps, progressOf } from '../../platform/dialog.tsx';
import { useSandboxes } from '../../platform/sandboxes.ts';
import { shownName } from '../../platform/shownName.ts';
import { isEnded } from '../../platform/status.ts';
import { useTokenActions } from './tokens.ts';

const roles: readonly { readonly value: Role; readonly label: string }[] = [
  { value: 'viewer', label: 'Viewer: sees, touches nothing' },
  { value: 'operator', label: 'Operator: works in sandboxes' },
  { value: 'admin', label: 'Admin: also tokens and settings' },
];
const HOUR_MS = 3_600_000;
const lifetimes = [
  { value: 'hour', label: 'One hour', ttlMs: HOUR_MS },
  { value: 'day', label: 'One day', ttlMs: 24 * HOUR_MS },
  { value: 'month', label: '30 days', ttlMs: 720 * HOUR_MS },
  { value: 'ever', label: 'Until it is revoked', ttlMs: undefined },
] as const;
type Lifetime = (typeof lifetimes)[number]['value'];

export function CreateTokenDialog({
  open,
  onOpenChange,
  onCreated,
}: OpenProps & { onCreated: (token: CreatedToken) => void }) {
  const { create } = useTokenActions();
  const sandboxes = (useSandboxes().data ?? []).filter((sandbox) => !isEnded(sandbox));
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [reach, setReach] = useState('all');
  const [lifetime, setLifetime] = useState<Lifetime>('day');
  const [wrong, setWrong] = useState<string>();
  const submit = () => {
    const ttlMs = lifetimes.find(({ value }) => value === lifetime)?.ttlMs;
    const body = CreateToken.safeParse({
      name: name.trim(),
      role,
      scope: reach === 'all' ? { kind: 'all' } : { kind: 'sandbox', sandbox: reach },
      ...(ttlMs === undefined ? {} : { ttlMs }),
    });
    setWrong(body.success ? undefined : (body.error.issues[0]?.message ?? 'not a name'));
    if (!body.success) return;
    create.mutate(body.data, {
      onSuccess: (token) => {
        setName('');
        onOpenChange(false);
        onCreated(token);
      },
    });
  };
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title="New token"
      description="Give each person and each program one of its own: what they do is recorded under its name."
      submitLabel="Make the token"
      {...progressOf(create)}
      onSubmit={submit}
    >
      <Field label="Name" error={wrong}>
        <Input value={name} onValueChange={setName} placeholder="Reviewer 2" autoFocus />
      </Field>
      <Field label="Role">
        <Select value={role} options={roles} onChange={setRole} />
      </Field>
      <Field label="Reaches">
        <Select
          value={reach}
          options={[
            { value: 'all', label: 'Every sandbox' },
            ...sandboxes.map((sandbox) => ({ value: sandbox.id as string, label: shownName(sandbox.name) })),
          ]}
          onChange={setReach}
        />
      </Field>
      <Field label="Good for">
        <Select value={lifetime} options={[...lifetimes]} onChange={setLifetime} />
      </Field>
    </FormDialog>
  );
}
