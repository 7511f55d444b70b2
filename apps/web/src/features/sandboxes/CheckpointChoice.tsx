import type { SandboxId } from '@sandglass/protocol';
import { Field, Select } from '@sandglass/ui';
import { useState } from 'react';
import { useCheckpoints } from '../../platform/checkpoints.ts';
import { FailedNote } from '../../platform/Failed.tsx';
import { useSandboxes } from '../../platform/sandboxes.ts';

/** A restore point of any sandbox, ended ones too. */
export function CheckpointChoice({
  value,
  error,
  onChange,
}: {
  value: string;
  error: string | undefined;
  onChange: (checkpoint: string) => void;
}) {
  const sandboxes = useSandboxes().data ?? [];
  const [sandbox, setSandbox] = useState<SandboxId | undefined>(sandboxes[0]?.id);
  if (sandbox === undefined) return null;
  return (
    <>
      <Field label="Sandbox">
        <Select
          value={sandbox}
          onChange={(next) => {
            setSandbox(next as SandboxId);
            onChange('');
          }}
          options={sandboxes.map((each) => ({ value: each.id as string, label: `${each.name} · ${each.id}` }))}
        />
      </Field>
      <Points sandbox={sandbox} value={value} error={error} onChange={onChange} />
    </>
  );
}

function Points({
  sandbox,
  value,
  error,
  onChange,
}: {
  sandbox: SandboxId;
  value: string;
  error: string | undefined;
  onChange: (checkpoint: string) => void;
}) {
  const query = useCheckpoints(sandbox);
  if (query.isError) return <FailedNote error={query.error} />;
  if (query.data === undefined) return null;
  if (query.data.length === 0)
    return <p className="create-none">This one has no checkpoint. Make one in its console, or start from an image.</p>;
  return (
    <Field label="Checkpoint" error={error}>
      <Select
        value={value}
        onChange={onChange}
        options={[
          { value: '', label: 'Choose…' },
          ...query.data.map((each) => ({ value: each.id as string, label: `#${each.number} ${each.name}` })),
        ]}
      />
    </Field>
  );
}
