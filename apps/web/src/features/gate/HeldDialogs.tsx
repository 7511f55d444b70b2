import type { Decision, HeldCall, SandboxId } from '@sandglass/protocol';
import { Field, FormDialog, Input, TextArea } from '@sandglass/ui';
import { useState } from 'react';
import { progressOf } from '../../platform/dialog.tsx';
import { useGateAnswer } from '../../platform/gate.ts';
import { shownName } from '../../platform/shownName.ts';
import { type ArgumentField, fieldsOf, isChanged, parseFields, parseResult, startOfResult } from './argumentForm.ts';

interface DialogProps {
  readonly sandbox: SandboxId;
  readonly held: HeldCall;
  readonly onClose: () => void;
}

const rowsOf = (typed: string): number =>
  Math.min(12, Math.max(2, typed.split('\n').length + Math.floor(typed.length / 60)));

/** Other arguments than the agent gave. What was typed stays when the server refuses it. */
export function EditDialog({ sandbox, held, onClose }: DialogProps) {
  const [fields, setFields] = useState<readonly ArgumentField[]>(() => fieldsOf(held.arguments));
  const [reason, setReason] = useState('');
  const [wrong, setWrong] = useState<{ field: string; message: string }>();
  const answer = useGateAnswer(sandbox, onClose);
  const submit = () => {
    const parsed = parseFields(fields);
    setWrong(parsed.ok ? undefined : parsed);
    if (parsed.ok) answer.mutate(decided(held, { kind: 'edit', arguments: parsed.arguments, ...withReason(reason) }));
  };
  const change = (at: number, typed: string) =>
    setFields(fields.map((field, each) => (each === at ? { ...field, typed } : field)));
  return (
    <FormDialog
      open
      onOpenChange={onClose}
      title={`Edit ${shownName(held.name)}`}
      description="It runs with what you write here; the recording keeps both."
      submitLabel="Run it like this"
      {...progressOf(answer)}
      disabled={!isChanged(fields, held.arguments)}
      onSubmit={submit}
    >
      {fields.map((field, at) => (
        <Field
          key={field.name}
          label={shownName(field.name)}
          error={wrong?.field === field.name ? wrong.message : undefined}
        >
          <TextArea
            mono
            rows={rowsOf(field.typed)}
            value={field.typed}
            onChange={(event) => change(at, event.target.value)}
          />
        </Field>
      ))}
      <Why value={reason} onChange={setReason} />
    </FormDialog>
  );
}

/** In the sandbox's stead, or another result than it gave. */
export function AnswerDialog({ sandbox, held, onClose }: DialogProps) {
  const [typed, setTyped] = useState(() => startOfResult(held.name, held.result));
  const [reason, setReason] = useState('');
  const [wrong, setWrong] = useState<string>();
  const answer = useGateAnswer(sandbox, onClose);
  const submit = () => {
    const parsed = parseResult(typed);
    setWrong(parsed.ok ? undefined : parsed.message);
    if (parsed.ok) answer.mutate(decided(held, { kind: 'answer', result: parsed.arguments, ...withReason(reason) }));
  };
  const after = held.when === 'after';
  return (
    <FormDialog
      open
      onOpenChange={onClose}
      title={after ? `Edit the result of ${shownName(held.name)}` : `Answer ${shownName(held.name)} yourself`}
      description={
        after
          ? 'The agent sees this and not what came of it; the recording keeps both.'
          : 'The call does not run. The agent gets this, as if the sandbox had said it.'
      }
      submitLabel={after ? 'Give it this' : 'Answer'}
      {...progressOf(answer)}
      onSubmit={submit}
    >
      <Field label="Result (JSON)" error={wrong}>
        <TextArea
          mono
          rows={Math.max(5, rowsOf(typed))}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </Field>
      <Why value={reason} onChange={setReason} />
    </FormDialog>
  );
}

/** No, with words that the agent reads. */
export function RejectDialog({ sandbox, held, onClose }: DialogProps) {
  const [reason, setReason] = useState('');
  const answer = useGateAnswer(sandbox, onClose);
  return (
    <FormDialog
      open
      onOpenChange={onClose}
      title={`Reject ${shownName(held.name)}`}
      description={
        held.when === 'after'
          ? 'It has run already. The agent gets an error with your words in the place of its result.'
          : 'It does not run. The agent gets an error with your words.'
      }
      submitLabel="Reject"
      {...progressOf(answer)}
      disabled={reason.trim() === ''}
      onSubmit={() => answer.mutate(decided(held, { kind: 'reject', reason: reason.trim() }))}
    >
      <Field label="Why" hint="Say what to do instead: the agent goes on from here.">
        <TextArea rows={3} autoFocus value={reason} onChange={(event) => setReason(event.target.value)} />
      </Field>
    </FormDialog>
  );
}

function Why({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <Field label="Why" hint="Optional; for who reads the recording.">
      <Input value={value} onValueChange={onChange} />
    </Field>
  );
}

const withReason = (reason: string) => (reason.trim() === '' ? {} : { reason: reason.trim() });
const decided = (held: HeldCall, decision: Decision) => ({ kind: 'decide', call: held.call, decision }) as const;
