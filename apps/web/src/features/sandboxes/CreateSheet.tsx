import type { System } from '@sandglass/protocol';
import { Button, Field, Input, Segments, Select, Sheet, TextArea } from '@sandglass/ui';
import { ChevronRight } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { FailedNote } from '../../platform/Failed.tsx';
import { useSandboxes, useSystem } from '../../platform/sandboxes.ts';
import { readPreference, writePreference } from '../../platform/storage.ts';
import { CheckpointChoice } from './CheckpointChoice.tsx';
import { CreateProgress } from './CreateProgress.tsx';
import { CreateForm, emptyForm, type FormErrors, readForm } from './createForm.ts';
import { useCreateSandbox } from './createSandbox.ts';
import './createSheet.css';
import { ImageChoice } from './ImageChoice.tsx';

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
        <Field
          label="Hosts it may reach"
          error={errors.hosts}
          hint="One a line: host, *.host or host:port. Empty = none; every request is logged."
        >
          <TextArea
            mono
            rows={2}
            value={form.hosts}
            onChange={(event) => change({ hosts: event.target.value })}
            placeholder={'api.example.org\n*.example.com'}
          />
        </Field>
        <More form={form} errors={errors} onChange={change} />
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

interface PartProps {
  readonly form: CreateForm;
  readonly errors: FormErrors;
  readonly onChange: (part: Partial<CreateForm>) => void;
}

function Source({ form, errors, system, onChange }: PartProps & { system: System | undefined }) {
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

function Limits({ form, errors, system, onChange }: PartProps & { system: System | undefined }) {
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

function More({ form, errors, onChange }: PartProps) {
  return (
    <details
      className="create-more"
      open={errors.labels !== undefined || errors.environment !== undefined || undefined}
    >
      <summary>
        <ChevronRight size={13} /> Labels, environment, screen, lifetime
      </summary>
      <Field label="Labels" error={errors.labels} hint="One a line: key=value.">
        <TextArea
          mono
          rows={2}
          value={form.labels}
          onChange={(event) => onChange({ labels: event.target.value })}
          placeholder="team=checkout"
        />
      </Field>
      <Field
        label="Environment"
        error={errors.environment}
        hint="One a line: NAME=value. Every program in it sees them, and so does everybody who may look: no secrets."
      >
        <TextArea
          mono
          rows={2}
          value={form.environment}
          onChange={(event) => onChange({ environment: event.target.value })}
          placeholder="NODE_ENV=test"
        />
      </Field>
      {form.source === 'image' && (form.image === 'desktop' || form.image === 'browser') ? (
        <Field label="Screen">
          <Select
            value={form.screen}
            onChange={(screen) => onChange({ screen })}
            options={[
              { value: 'usual', label: 'As usual' },
              { value: '1024x768', label: '1024 × 768' },
              { value: '1440x900', label: '1440 × 900' },
              { value: '1920x1080', label: '1920 × 1080' },
              { value: 'headless', label: 'No desktop, the browser’s page alone' },
            ]}
          />
        </Field>
      ) : null}
      <div className="create-pair">
        <Field label="Kill after">
          <Select
            value={form.ttl}
            onChange={(ttl) => onChange({ ttl })}
            options={[
              { value: 'never', label: 'Never' },
              { value: '1h', label: '1 hour' },
              { value: '8h', label: '8 hours' },
              { value: '24h', label: '1 day' },
            ]}
          />
        </Field>
        <Field label="When nobody uses it">
          <Select
            value={form.idle}
            onChange={(idle) => onChange({ idle })}
            options={[
              { value: 'never', label: 'Leave it running' },
              { value: 'freeze30m', label: 'Freeze after 30 min' },
              { value: 'kill2h', label: 'Kill after 2 hours' },
            ]}
          />
        </Field>
      </div>
    </details>
  );
}
