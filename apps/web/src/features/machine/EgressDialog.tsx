import type { EgressRule, Sandbox } from '@sandglass/protocol';
import { Field, FormDialog, TextArea } from '@sandglass/ui';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { parseHosts } from '../../platform/egressRules.ts';
import { FailedNote } from '../../platform/Failed.tsx';
import { usePutSandbox } from '../../platform/sandboxes.ts';

const textOf = (rules: readonly EgressRule[]): string =>
  rules.map((rule) => (rule.port === undefined ? rule.host : `${rule.host}:${rule.port}`)).join('\n');

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
  const [typed, setTyped] = useState<string>();
  const [wrong, setWrong] = useState<string>();
  const save = useMutation({
    mutationFn: (allow: EgressRule[]) =>
      client.request('updateSandbox', { params: { sandbox: sandbox.id }, body: { egress: { allow } } }),
    onSuccess: (next) => {
      put(next);
      setTyped(undefined);
      onOpenChange(false);
    },
  });
  const submit = () => {
    try {
      const allow = parseHosts(typed ?? textOf(sandbox.egress.allow));
      setWrong(undefined);
      save.mutate(allow);
    } catch (error) {
      setWrong(error instanceof Error ? error.message : 'not valid');
    }
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
        error={wrong}
        hint="One a line: host, *.host or host:port. Empty = none. Holds from the next request on."
      >
        <TextArea
          mono
          rows={6}
          value={typed ?? textOf(sandbox.egress.allow)}
          onChange={(event) => setTyped(event.target.value)}
        />
      </Field>
    </FormDialog>
  );
}
