import type { EgressRule, Sandbox } from '@sandglass/protocol';
import { ConfirmDialog, Select } from '@sandglass/ui';
import { useState } from 'react';
import { progressOf } from '../../platform/dialog.tsx';
import { nameOfRule } from '../../platform/egressRules.ts';
import { useUpdateSandbox } from '../../platform/sandboxes.ts';
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
  const [reach, setReach] = useState<Reach>('port');
  const rule = ruleOf(request, reach);
  const allow = useUpdateSandbox(sandbox.id, { onDone: () => onAllowed(rule) });
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Allow ${nameOfRule(rule)}?`}
      description="From the next request on, whatever in the sandbox asks for it. What was refused is not repeated."
      tone="primary"
      confirmLabel="Allow"
      {...progressOf(allow)}
      onConfirm={() => allow.mutate({ egress: withRule(sandbox.egress, rule) })}
    >
      <Select
        label="How much"
        value={reach}
        options={reachesOf(request.host).map((value) => ({ value, label: words[value] }))}
        onChange={setReach}
      />
    </ConfirmDialog>
  );
}
