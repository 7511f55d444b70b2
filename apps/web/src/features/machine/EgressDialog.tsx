import type { EgressRule } from '@sandglass/protocol';
import { Field, FormDialog, TextArea } from '@sandglass/ui';
import { useState } from 'react';
import { progressOf, type SandboxDialogProps } from '../../platform/dialog.tsx';
import { nameOfRule, parseHosts } from '../../platform/egressRules.ts';
import { useUpdateSandbox } from '../../platform/sandboxes.ts';

const textOf = (rules: readonly EgressRule[] = []): string => rules.map(nameOfRule).join('\n');

const lists = [
  {
    list: 'allow',
    label: 'Hosts',
    rows: 5,
    hint: 'One a line: host, *.host, an address or a range (10.0.0.0/8), each with :port or none. * = everything. Empty = none. Holds from the next request on.',
  },
  {
    list: 'deny',
    label: 'Except',
    rows: 3,
    hint: 'What * does not allow. A host that is listed above is allowed all the same.',
  },
] as const;
type List = (typeof lists)[number]['list'];
type Texts = Partial<Record<List, string>>;

/** Changes whom the sandbox may reach, from the next request on. */
export function EgressDialog({ sandbox, open, onOpenChange }: SandboxDialogProps) {
  const [typed, setTyped] = useState<Texts>({});
  const [wrong, setWrong] = useState<Texts>({});
  const save = useUpdateSandbox(sandbox.id, {
    onDone: () => {
      setTyped({});
      onOpenChange(false);
    },
  });
  const texts = {
    allow: typed.allow ?? textOf(sandbox.egress.allow),
    deny: typed.deny ?? textOf(sandbox.egress.deny),
  };
  const submit = () => {
    const mistakes: Texts = {};
    const read = (list: List): EgressRule[] => {
      try {
        return parseHosts(texts[list]);
      } catch (error) {
        mistakes[list] = error instanceof Error ? error.message : 'not valid';
        return [];
      }
    };
    const [allow, deny] = [read('allow'), read('deny')];
    setWrong(mistakes);
    if (Object.keys(mistakes).length > 0) return;
    save.mutate({ egress: { allow, ...(deny.length === 0 ? {} : { deny }) } });
  };
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title="Allowed hosts"
      description="Everything else is refused. Every request is logged either way."
      submitLabel="Save"
      {...progressOf(save)}
      onSubmit={submit}
    >
      {lists.map(({ list, label, rows, hint }) => (
        <Field key={list} label={label} error={wrong[list]} hint={hint}>
          <TextArea
            mono
            rows={rows}
            value={texts[list]}
            onChange={(event) => setTyped({ ...typed, [list]: event.target.value })}
          />
        </Field>
      ))}
    </FormDialog>
  );
}
