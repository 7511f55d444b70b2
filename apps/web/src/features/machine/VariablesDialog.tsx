import type { Sandbox } from '@sandglass/protocol';
import { Button, Field, FormDialog, Input, TextArea } from '@sandglass/ui';
import { useMutation } from '@tanstack/react-query';
import { Pencil, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { progressOf } from '../../platform/dialog.tsx';
import { usePutSandbox } from '../../platform/sandboxes.ts';
import { shownName } from '../../platform/shownName.ts';
import { nameProblem, type Variable, variablesOf } from './variables.ts';

/** What programs are given from now on. Each change is an event that can be taken back in the activity. */
export default function VariablesDialog({ sandbox, onClose }: { sandbox: Sandbox; onClose: () => void }) {
  const client = useClient();
  const put = usePutSandbox();
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const [wrong, setWrong] = useState<string>();
  const change = useMutation({
    mutationFn: (body: { variables?: Record<string, string | null>; without?: string[] }) =>
      client.request('changeEnvironment', { params: { sandbox: sandbox.id }, body }),
    onSuccess: (next) => {
      put(next);
      setName('');
      setValue('');
    },
  });
  const variables = variablesOf(sandbox);
  const submit = () => {
    const problem = nameProblem(name.trim());
    setWrong(problem);
    if (problem === undefined) change.mutate({ variables: { [name.trim()]: value } });
  };
  return (
    <FormDialog
      open
      onOpenChange={onClose}
      title="Variables"
      description="For programs and terminals that are started from now on; those that run keep theirs."
      submitLabel="Set"
      cancelLabel="Close"
      {...progressOf(change)}
      disabled={name.trim() === ''}
      onSubmit={submit}
    >
      <Field label="Name" error={wrong}>
        <Input mono value={name} onValueChange={setName} placeholder="DEBUG" autoFocus />
      </Field>
      <Field label="Value" hint="A name such as API_KEY makes it a secret: its value is not recorded or shown again.">
        <TextArea mono rows={2} value={value} onChange={(event) => setValue(event.target.value)} />
      </Field>
      {variables.length === 0 ? null : (
        <ul className="machine-variables" aria-label="Variables">
          {variables.map((variable) => (
            <Row
              key={variable.name}
              variable={variable}
              busy={change.isPending}
              onEdit={() => {
                setName(variable.name);
                setValue(variable.value ?? '');
              }}
              onReset={() => change.mutate({ variables: { [variable.name]: null } })}
              onRemove={() => change.mutate({ without: [variable.name] })}
            />
          ))}
        </ul>
      )}
    </FormDialog>
  );
}

interface RowProps {
  readonly variable: Variable;
  readonly busy: boolean;
  readonly onEdit: () => void;
  readonly onReset: () => void;
  readonly onRemove: () => void;
}

function Row({ variable: { name, value, changed, removed }, busy, onEdit, onReset, onRemove }: RowProps) {
  return (
    <li aria-label={name}>
      <code>
        <b>{name}</b> {removed ? 'taken away' : value === null ? '•••' : shownName(value).slice(0, 300)}
      </code>
      <span className="machine-variable-acts">
        {changed ? (
          <Button
            size="small"
            tone="quiet"
            icon={<RotateCcw size={12} />}
            aria-label={`${name} as it was`}
            disabled={busy}
            onClick={onReset}
          >
            As it was
          </Button>
        ) : null}
        <Button size="small" tone="quiet" icon={<Pencil size={12} />} aria-label={`Change ${name}`} onClick={onEdit}>
          Change
        </Button>
        {removed ? null : (
          <Button
            size="small"
            tone="quiet"
            icon={<Trash2 size={12} />}
            aria-label={`Take ${name} away`}
            disabled={busy}
            onClick={onRemove}
          >
            Take away
          </Button>
        )}
      </span>
    </li>
  );
}
