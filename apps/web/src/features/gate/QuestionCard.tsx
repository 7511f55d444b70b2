import type { Question, SandboxId } from '@sandglass/protocol';
import { Button, Field, Input, Select, Switch, TextArea } from '@sandglass/ui';
import { Hand, MessageCircleQuestion, Send } from 'lucide-react';
import { useState } from 'react';
import { FailedNote } from '../../platform/Failed.tsx';
import { useGateAct, useGateAnswer } from '../../platform/gate.ts';
import { shownLines, shownName } from '../../platform/shownName.ts';
import { type Filled, fillQuestion, type QuestionForm, startOfForm } from './questionForm.ts';
import { useWaited } from './useWaited.ts';

/** What the agent asks a person, and the answer. What was typed stays until it is given. */
export function QuestionCard({
  sandbox,
  question,
  mayAnswer,
}: {
  sandbox: SandboxId;
  question: Question;
  mayAnswer: boolean;
}) {
  const [form, setForm] = useState<QuestionForm>(() => startOfForm(question));
  const waited = useWaited(question.askedAtMs);
  const give = useGateAnswer(sandbox, () => undefined);
  const act = useGateAct(sandbox);
  const filled: Filled = fillQuestion(question, form);
  const send = (answer: Filled['answer'] | { declined: true }) => {
    if (answer !== undefined) give.mutate({ kind: 'answer', call: question.call, answer });
  };
  return (
    <section className="gate-card" aria-label="The agent asks you">
      <h2 className="gate-head">
        <MessageCircleQuestion size={14} aria-hidden="true" />
        <span>The agent asks you</span>
        <span className="gate-waiting">waiting {waited}</span>
      </h2>
      <p className="gate-question">{shownLines(question.question)}</p>
      {mayAnswer ? (
        <form
          className="gate-form"
          onSubmit={(event) => {
            event.preventDefault();
            send(filled.answer);
          }}
        >
          {question.choices === null ? null : (
            <div className="gate-acts">
              {question.choices.map((choice) => (
                <Button key={choice} disabled={give.isPending} onClick={() => send({ choice })}>
                  {shownName(choice)}
                </Button>
              ))}
            </div>
          )}
          {question.fields?.map((field) => (
            <FieldInput
              key={field.name}
              field={field}
              value={form.fields[field.name] ?? ''}
              onChange={(value) => setForm({ ...form, fields: { ...form.fields, [field.name]: value } })}
            />
          ))}
          {question.takeOver ? (
            <div className="gate-acts">
              <Button tone="human" icon={<Hand size={14} />} onClick={() => act.mutate({ kind: 'take' })}>
                Take control
              </Button>
              <span className="gate-watching">It goes on when you hand back.</span>
            </div>
          ) : null}
          {question.fields === null ? (
            <Field label={question.choices === null ? 'Your answer' : 'Or in your own words'}>
              <TextArea
                rows={2}
                value={form.text}
                onChange={(event) => setForm({ ...form, text: event.target.value })}
              />
            </Field>
          ) : null}
          {give.isError ? <FailedNote error={give.error} /> : null}
          <div className="gate-acts">
            <Button
              tone="primary"
              type="submit"
              icon={<Send size={14} />}
              busy={give.isPending}
              disabled={filled.answer === undefined}
            >
              Answer
            </Button>
            <Button tone="quiet" disabled={give.isPending} onClick={() => send({ declined: true })}>
              No answer
            </Button>
          </div>
        </form>
      ) : (
        <p className="gate-watching">A person with the right to operate answers.</p>
      )}
    </section>
  );
}

function FieldInput({
  field,
  value,
  onChange,
}: {
  field: NonNullable<Question['fields']>[number];
  value: string;
  onChange: (value: string) => void;
}) {
  const label = `${shownName(field.label)}${field.required ? '' : ' (optional)'}`;
  if (field.kind === 'yesNo')
    return (
      <div className="gate-yes">
        <Switch label={label} checked={value === 'true'} onChange={(on) => onChange(String(on))} /> {label}
      </div>
    );
  if (field.kind === 'choice')
    return (
      <Field label={label}>
        <Select
          label={label}
          value={value}
          options={(field.choices ?? []).map((choice) => ({ value: choice, label: shownName(choice) }))}
          onChange={onChange}
        />
      </Field>
    );
  return (
    <Field label={label}>
      <Input value={value} onValueChange={onChange} {...(field.kind === 'number' ? { inputMode: 'decimal' } : {})} />
    </Field>
  );
}
