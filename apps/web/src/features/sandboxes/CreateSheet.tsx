import type { System } from '@sandglass/protocol';
import { Button, Field, Input, Segments, Sheet } from '@sandglass/ui';
import { type FormEvent, useId, useState } from 'react';
import { FailedNote } from '../../platform/Failed.tsx';
import { useSandboxes, useSystem } from '../../platform/sandboxes.ts';
import { readPreference, writePreference } from '../../platform/storage.ts';
import { CheckpointChoice } from './CheckpointChoice.tsx';
import { CreateMore, type CreatePartProps } from './CreateMore.tsx';
import { CreateProgress } from './CreateProgress.tsx';
import { CreateForm, emptyForm, type FormErrors, readForm } from './createForm.ts';
import { useCreateSandbox } from './createSandbox.ts';
import './createSheet.css';
import { ImageChoice } from './ImageChoice.tsx';
import { Lines } from './Lines.tsx';

const PREFERENCE = 'create';

/** Everything a sandbox can be created with. The last choice is the next suggestion, but for its name. */
export default function CreateSheet({
  open,
  onOpenChange,
  onCreated,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onCreated: (sandbox: string) => void;
}) {
  const formId = useId();
  const system = useSystem().data;
  const [form, setForm] = useState<CreateForm>(() => ({
    ...emptyForm,
    ...readPreference(PREFERENCE, CreateForm),
    name: '',
    source: 'image',
    checkpoint: '',
  }));
  const [errors, setErrors] = useState<FormErrors>({});
  const create = useCreateSandbox((sandbox) => {
    onOpenChange(false);
    onCreated(sandbox.id);
  });
  const creating = create.phase === 'creating';
  const cancelling = create.phase === 'cancelling';
  const change = (part: Partial<CreateForm>) => setForm((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const result = readForm(form);
    setErrors(result.ok ? {} : result.errors);
    if (!result.ok) return;
    writePreference(PREFERENCE, form);
    create.start(result.body);
  };
  return (
    <Sheet
      open={open}
      onOpenChange={onOpenChange}
      title="New sandbox"
      actions={
        <>
          <Button onClick={() => (creating ? create.cancel() : onOpenChange(false))}>
            {creating ? 'Cancel and kill it' : cancelling ? 'Close' : 'Cancel'}
          </Button>
          <Button tone="primary" type="submit" form={formId} busy={creating || cancelling}>
            {creating ? 'Creating…' : 'Create'}
          </Button>
        </>
      }
    >
      <form id={formId} className="create" onSubmit={submit} noValidate>
        <Source form={form} errors={errors} system={system} onChange={change} />
        <Field label="Name" error={errors.name} hint="Left empty, it gets one you can change later.">
          <Input value={form.name} onValueChange={(name) => change({ name })} placeholder="checkout-bug-repro" />
        </Field>
        <Limits form={form} errors={errors} system={system} onChange={change} />
        <Lines
          label="Hosts it may reach"
          error={errors.hosts}
          hint="One a line: host, *.host or host:port. Empty = none; every request is logged."
          value={form.hosts}
          onChange={(hosts) => change({ hosts })}
          placeholder={'api.example.org\n*.example.com'}
        />
        <CreateMore form={form} errors={errors} onChange={change} />
        {creating ? (
          <CreateProgress creation={create} name={form.name.trim() === '' ? undefined : form.name.trim()} />
        ) : null}
        {cancelling ? (
          <p className="create-none" role="status">
            Cancelling: it is killed as soon as it is there.
          </p>
        ) : null}
        {create.phase === 'cancelled' ? (
          <p className="create-none" role="status">
            Cancelled. What was begun is killed; nothing of it is left.
          </p>
        ) : null}
        {create.phase === 'failed' ? <FailedNote error={create.error} /> : null}
      </form>
    </Sheet>
  );
}

function Source({ form, errors, system, onChange }: CreatePartProps & { system: System | undefined }) {
  const any = (useSandboxes().data?.length ?? 0) > 0;
  return (
    <div className="create-source">
      {any ? (
        <Segments
          label="Start from"
          value={form.source}
          onChange={(source) => onChange({ source })}
          segments={[
            { value: 'image', label: 'From an image' },
            { value: 'checkpoint', label: 'From a checkpoint' },
          ]}
        />
      ) : null}
      {form.source === 'image' ? (
        <ImageChoice value={form.image} system={system} onChange={(image) => onChange({ image })} />
      ) : (
        <CheckpointChoice
          value={form.checkpoint}
          error={errors.checkpoint}
          onChange={(checkpoint) => onChange({ checkpoint })}
        />
      )}
    </div>
  );
}

function Limits({ form, errors, system, onChange }: CreatePartProps & { system: System | undefined }) {
  const defaults = system?.images.find((image) => image.name === form.image)?.defaults;
  const host = system?.host;
  return (
    <fieldset className="create-limits">
      <legend>
        Limits{' '}
        {host === undefined ? null : (
          <span>
            of this host's {host.cpus} cores and {Math.round(host.memoryMb / 1024)} GB memory
          </span>
        )}
      </legend>
      <Field label="Processor" error={errors.cpus}>
        <Input
          inputMode="decimal"
          suffix="cores"
          value={form.cpus}
          onValueChange={(cpus) => onChange({ cpus })}
          placeholder={defaults === undefined ? '' : String(defaults.cpus)}
        />
      </Field>
      <Field label="Memory" error={errors.memoryMb}>
        <Input
          inputMode="numeric"
          suffix="MB"
          value={form.memoryMb}
          onValueChange={(memoryMb) => onChange({ memoryMb })}
          placeholder={defaults === undefined ? '' : String(defaults.memoryMb)}
        />
      </Field>
      <Field label="Disk" error={errors.diskMb}>
        <Input
          inputMode="numeric"
          suffix="MB"
          value={form.diskMb}
          onValueChange={(diskMb) => onChange({ diskMb })}
          placeholder={defaults === undefined ? '' : String(defaults.diskMb)}
        />
      </Field>
      <Field label="Processes" error={errors.pids}>
        <Input
          inputMode="numeric"
          value={form.pids}
          onValueChange={(pids) => onChange({ pids })}
          placeholder={defaults === undefined ? '' : String(defaults.pids)}
        />
      </Field>
    </fieldset>
  );
}
