import type { CheckedRule, RuleScope, SandboxId } from '@sandglass/protocol';
import { Field, FormDialog, Input, Segments, Select } from '@sandglass/ui';
import type { UseMutationResult } from '@tanstack/react-query';
import { FailedNote } from '../../platform/Failed.tsx';
import { shownName } from '../../platform/shownName.ts';
import { useStore } from '../../platform/store.ts';
import { PastMatches } from './PastMatches.tsx';
import { RuleFormFields } from './RuleFormFields.tsx';
import { scopeWords } from './RuleRow.tsx';
import { RuleTextField } from './RuleTextField.tsx';
import type { RuleDraft, RuleDraftState } from './ruleDraft.ts';
import { formOfParts, textOfForm } from './ruleForm.ts';
import { type SavedRule, useCheckedRule, useRuleFields } from './useRules.ts';

interface RuleDialogProps {
  readonly sandbox: SandboxId;
  /** Of which template the sandbox is. */
  readonly template: string | undefined;
  readonly draft: RuleDraft;
  readonly save: UseMutationResult<unknown, Error, SavedRule>;
  /** May rules for other sandboxes, too. */
  readonly mayShare: boolean;
}

/** A rule is written here: by form or as text, with what it would have matched so far, before it holds anything. */
export function RuleDialog(props: RuleDialogProps) {
  const state = useStore(props.draft);
  return state === null ? null : <Writing {...props} state={state} />;
}

function Writing({ sandbox, template, draft, save, mayShare, state }: RuleDialogProps & { state: RuleDraftState }) {
  const fields = useRuleFields();
  const typeOf = (name: string) => fields.data?.find((field) => field.name === name)?.type ?? 'any';
  const text = state.mode === 'form' ? textOfForm(state.form, typeOf) : state.text;
  const { checked, fresh, error } = useCheckedRule(text);
  const good = checked?.ok === true ? checked : undefined;
  const canForm = good !== undefined && formOfParts(good.parts) !== undefined;
  const close = () => {
    save.reset();
    draft.close();
  };
  const failed = save.error ?? error;
  return (
    <FormDialog
      open
      onOpenChange={(next) => (next ? undefined : close())}
      title={state.editing === null ? 'New breakpoint' : 'Edit breakpoint'}
      submitLabel={state.editing === null ? 'Add' : 'Save'}
      busyLabel="Saving…"
      busy={save.isPending}
      disabled={!fresh || good === undefined}
      error={failed === null ? undefined : <FailedNote error={failed} />}
      onSubmit={() =>
        save.mutate({ editing: state.editing, scope: state.scope, text, name: state.name }, { onSuccess: close })
      }
    >
      <div className="rule-mode">
        <Segments
          label="Write it"
          value={state.mode}
          segments={[
            { value: 'form', label: 'Form' },
            { value: 'text', label: 'Text' },
          ]}
          onChange={(mode) => {
            if (mode === 'text') draft.toText(good?.text ?? text);
            else if (good) draft.toForm(good.parts);
            else if (text.trim() === '') draft.begin(state.scope);
          }}
        />
        {state.mode === 'text' && text.trim() !== '' && !canForm ? (
          <span className="rule-hint">
            {good ? 'More than the form can show' : 'The form needs a rule that can be read'}
          </span>
        ) : null}
      </div>
      {state.mode === 'form' ? (
        <>
          <RuleFormFields form={state.form} fields={fields.data ?? []} onChange={(form) => draft.change({ form })} />
          <Written text={text} checked={checked} fresh={fresh} />
        </>
      ) : (
        <RuleTextField
          text={state.text}
          problem={fresh && checked?.ok === false ? checked.problem : undefined}
          onChange={(next) => draft.change({ text: next })}
        />
      )}
      <div className="rule-pair">
        <Field label="Name" hint="Said when it stops the agent.">
          <Input
            value={state.name}
            maxLength={80}
            placeholder="its text"
            onChange={(event) => draft.change({ name: event.target.value })}
          />
        </Field>
        <Field label="Holds in">
          <Select
            value={keyOf(state.scope)}
            options={scopesFor(state, { sandbox, template, mayShare }).map((scope) => ({
              value: keyOf(scope),
              label: scopeWords(scope),
            }))}
            onChange={(key) => {
              const scope = scopesFor(state, { sandbox, template, mayShare }).find((each) => keyOf(each) === key);
              if (scope) draft.change({ scope });
            }}
          />
        </Field>
      </div>
      <PastMatches sandbox={sandbox} text={good?.text} />
    </FormDialog>
  );
}

const keyOf = (scope: RuleScope): string => scope.kind;

/** Where a rule holds is chosen when it is made. */
function scopesFor(
  { editing, scope }: RuleDraftState,
  { sandbox, template, mayShare }: { sandbox: SandboxId; template: string | undefined; mayShare: boolean },
): RuleScope[] {
  if (editing !== null) return [scope];
  return [
    { kind: 'sandbox', sandbox },
    ...(mayShare && template !== undefined ? [{ kind: 'template', template } as const] : []),
    ...(mayShare ? [{ kind: 'everywhere' } as const] : []),
  ];
}

/** What the form says, as it will be kept, or what is still missing. */
function Written({ text, checked, fresh }: { text: string; checked: CheckedRule | undefined; fresh: boolean }) {
  const problem = fresh && checked?.ok === false ? checked.problem : undefined;
  return (
    <div className="rule-written">
      <output aria-label="The rule as text">
        <code className="rule-text">{shownName(checked?.ok === true && fresh ? checked.text : text)}</code>
      </output>
      {problem === undefined ? null : <p role="status">{problem.message}</p>}
    </div>
  );
}
