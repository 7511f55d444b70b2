import type { Rule, RuleScope } from '@sandglass/protocol';
import { IconButton, RelativeTime, Switch } from '@sandglass/ui';
import { clsx } from 'clsx';
import { Pencil, Trash2 } from 'lucide-react';
import { shownName } from '../../platform/shownName.ts';
import { RuleText } from './RuleText.tsx';

interface RuleRowProps {
  readonly rule: Rule;
  readonly mayChange: boolean;
  readonly onToggle: (enabled: boolean) => void;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

/** One rule: on or off, what it says, where it holds, how often it matched. */
export function RuleRow({ rule, mayChange, onToggle, onEdit, onRemove }: RuleRowProps) {
  const { name, text, enabled, scope } = rule;
  const named = name !== text.slice(0, 80);
  return (
    <li className={clsx('rule', !enabled && 'rule-off')} aria-label={shownName(name)}>
      <div className="rule-head">
        {mayChange ? (
          <Switch checked={enabled} onChange={onToggle} label={`${shownName(name)}: on`} />
        ) : (
          <span className="rule-state">{enabled ? 'on' : 'off'}</span>
        )}
        <div className="rule-said">
          {named ? <b>{shownName(name)}</b> : null}
          <RuleText text={text} />
        </div>
        {mayChange ? (
          <span className="rule-acts">
            <IconButton size="small" label={`Edit ${shownName(name)}`} onClick={onEdit}>
              <Pencil size={13} />
            </IconButton>
            <IconButton size="small" label={`Remove ${shownName(name)}`} onClick={onRemove}>
              <Trash2 size={13} />
            </IconButton>
          </span>
        ) : null}
      </div>
      <p className="rule-facts">
        {scope.kind === 'sandbox' ? null : <span className="rule-scope">{scopeWords(scope)}</span>}
        <Hits rule={rule} />
      </p>
    </li>
  );
}

export const scopeWords = (scope: RuleScope): string =>
  scope.kind === 'everywhere'
    ? 'every sandbox'
    : scope.kind === 'template'
      ? `template ${shownName(scope.template)}`
      : 'this sandbox';

export function Hits({ rule: { hits, lastHitAtMs } }: { rule: Pick<Rule, 'hits' | 'lastHitAtMs'> }) {
  if (hits === 0) return <span>never matched</span>;
  return (
    <span>
      <b className="rule-hits">{hits}</b> {hits === 1 ? 'hit' : 'hits'}
      {lastHitAtMs === null ? null : (
        <>
          {' · '}
          <RelativeTime atMs={lastHitAtMs} /> ago
        </>
      )}
    </span>
  );
}
