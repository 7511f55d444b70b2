import type { EgressRule, Sandbox } from '@sandglass/protocol';
import { Button, Dialog, Select } from '@sandglass/ui';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { nameOfRule } from '../../platform/egressRules.ts';
import { FailedNote } from '../../platform/Failed.tsx';
import { usePutSandbox } from '../../platform/sandboxes.ts';
import { type Reach, reachesOf, ruleOf, withRule } from './allowing.ts';
import type { EgressEvent } from './egress.ts';

interface AllowQuestionProps {
  readonly sandbox: Sandbox;
  readonly request: EgressEvent['data'];
  readonly onAllowed: (rule: EgressRule) => void;
  readonly onClose: () => void;
}

const words: Record<Reach, string> = {
  port: 'This port only',
  host: 'Every port of it',
  below: 'Everything below its domain',
};

/** From a refused request to a rule. */
export function AllowQuestion({ sandbox, request, onAllowed, onClose }: AllowQuestionProps) {
  const client = useClient();
  const put = usePutSandbox();
  const [reach, setReach] = useState<Reach>('port');
  const rule = ruleOf(request, reach);
  const allow = useMutation({
    mutationFn: () =>
      client.request('updateSandbox', {
        params: { sandbox: sandbox.id },
        body: { egress: withRule(sandbox.egress, rule) },
      }),
    onSuccess: (next) => {
      put(next);
      onAllowed(rule);
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Allow ${nameOfRule(rule)}?`}
      description="From the next request on, whatever in the sandbox asks for it. What was refused is not repeated."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" busy={allow.isPending} onClick={() => allow.mutate()}>
            Allow
          </Button>
        </>
      }
    >
      <Select
        label="How much"
        value={reach}
        options={reachesOf(request.host).map((value) => ({ value, label: words[value] }))}
        onChange={setReach}
      />
      {allow.isError ? <FailedNote error={allow.error} /> : null}
    </Dialog>
  );
}
