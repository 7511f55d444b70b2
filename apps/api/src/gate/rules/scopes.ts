import { type RuleScope, SandboxId } from '@sandglass/protocol';

/** The label of a sandbox, or of a run, that says of which template it is. */
export const TEMPLATE_LABEL = 'template';

/** A scope as the key of a map and of a table. */
export function keyOf(scope: RuleScope): string {
  if (scope.kind === 'sandbox') return scope.sandbox;
  return scope.kind === 'template' ? `template:${scope.template}` : 'everywhere';
}

export function scopeOf(key: string): RuleScope {
  if (key === 'everywhere') return { kind: 'everywhere' };
  if (key.startsWith('template:')) return { kind: 'template', template: key.slice('template:'.length) };
  return { kind: 'sandbox', sandbox: SandboxId.parse(key) };
}
