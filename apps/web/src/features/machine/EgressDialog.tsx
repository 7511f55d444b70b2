import type { EgressPolicy, EgressRule, Sandbox } from '@sandglass/protocol';
import { Field, FormDialog, TextArea } from '@sandglass/ui';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { nameOfRule, parseHosts } from '../../platform/egressRules.ts';
import { FailedNote } from '../../platform/Failed.tsx';
import { usePutSandbox } from '../../platform/sandboxes.ts';

const textOf = (rules: readonly EgressRule[] = []): string => rules.map(nameOfRule).join('\n');

type Texts = Partial<Record<'allow' | 'deny', string>>;

/** Changes whom the sandbox may reach, from the next request on. */
export function EgressDialog({
  sandbox,
  open,
  onOpenChange,
}: {
  sandbox: Sandbox;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const client = useClient();
  const put = usePutSandbox();
  const [typed, setTyped] = useState<Texts>({});
  const [wrong, setWrong] = useState<Texts>({});
  const save = useMutation({
    mutationFn: (egress: EgressPolicy) =>
      client.request('updateSandbox', { params: { sandbox: sandbox.id }, body: { egress } }),
    onSuccess: (next) => {
      put(next);
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
    const read = (list: 'allow' | 'deny'): EgressRule[] => {
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
    save.mutate({ allow, ...(deny.length === 0 ? {} : { deny }) });
  };
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title="Allowed hosts"
      description="Everything else is refused. Every request is logged either way."
      submitLabel="Save"
      busy={save.isPending}
      error={save.isError ? <FailedNote error={save.error} /> : null}
      onSubmit={submit}
    >
      <Field
        label="Hosts"
        error={wrong.allow}
        hint="One a line: host, *.host, an address or a range (10.0.0.0/8), each with :port or none. * = everything. Empty = none. Holds from the next request on."
      >
        <TextArea
          mono
          rows={5}
          value={texts.allow}
          onChange={(event) => setTyped({ ...typed, allow: event.target.value })}
        />
      </Field>
      <Field
        label="Except"
        error={wrong.deny}
        hint="What * does not allow. A host that is listed above is allowed all the same."
      >
        <TextArea
          mono
          rows={3}
          value={texts.deny}
          onChange={(event) => setTyped({ ...typed, deny: event.target.value })}
        />
      </Field>
    </FormDialog>
  );
}
