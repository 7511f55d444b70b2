import type { RuleSet } from '@sandglass/protocol';
import { IconButton, Switch } from '@sandglass/ui';
import { Copy } from 'lucide-react';
import { Hits } from './RuleRow.tsx';
import { RuleText } from './RuleText.tsx';
import { SetTemplates } from './SetTemplates.tsx';

interface BuiltInSetsProps {
  readonly sets: readonly RuleSet[];
  readonly maySwitch: (set: RuleSet) => boolean;
  readonly onSwitch: (set: RuleSet, enabled: boolean) => void;
  /** Absent: this token may not change what holds in several sandboxes. */
  readonly onTemplate: ((set: RuleSet, template: string, enabled: boolean) => void) | undefined;
  /** Of this sandbox, which is the likeliest to be meant. */
  readonly ownTemplate: string | undefined;
  /** Absent: nothing can be added here. */
  readonly onCopy: ((text: string) => void) | undefined;
}

/** Rules that come with Sandglass: switched as a set, read one by one, copied to be changed. */
export function BuiltInSets({ sets, maySwitch, onSwitch, onTemplate, ownTemplate, onCopy }: BuiltInSetsProps) {
  return (
    <section className="rules-sets" aria-label="Built-in sets">
      <h2>Built-in sets</h2>
      {sets.map((set) => (
        <div key={set.name} className="rule-set">
          <div className="rule-head">
            {maySwitch(set) ? (
              <Switch checked={set.enabled} onChange={(enabled) => onSwitch(set, enabled)} label={set.title} />
            ) : (
              <span className="rule-state">{set.enabled ? 'on' : 'off'}</span>
            )}
            <div className="rule-said">
              <b>{set.title}</b>
              <p>{set.description}</p>
              {set.everywhere ? <p className="rule-facts">switched on for every sandbox</p> : null}
              <SetTemplates
                set={set}
                own={ownTemplate}
                onSwitch={onTemplate && ((template, enabled) => onTemplate(set, template, enabled))}
              />
              <details>
                <summary>
                  {set.rules.length} {set.rules.length === 1 ? 'rule' : 'rules'}
                  {set.enabled ? ` · ${hitWords(set)}` : ''}
                </summary>
                <ul>
                  {set.rules.map((rule) => (
                    <li key={rule.id}>
                      <span className="rule-set-name">
                        {rule.name}
                        {onCopy === undefined ? null : (
                          <IconButton
                            size="small"
                            label={`Copy “${rule.name}” as your own`}
                            onClick={() => onCopy(rule.text)}
                          >
                            <Copy size={12} />
                          </IconButton>
                        )}
                      </span>
                      <RuleText text={rule.text} />
                      {set.enabled ? (
                        <p className="rule-facts">
                          <Hits rule={rule} />
                        </p>
                      ) : null}
                    </li>
                  ))}
                </ul>
              </details>
            </div>
          </div>
        </div>
      ))}
    </section>
  );
}

function hitWords({ rules }: RuleSet): string {
  const hits = rules.reduce((sum, rule) => sum + rule.hits, 0);
  return hits === 0 ? 'never matched' : `${hits} ${hits === 1 ? 'hit' : 'hits'}`;
}
