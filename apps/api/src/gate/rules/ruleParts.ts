/** A rule as a form shows it: a list of tests joined by one word. Brackets and `not` are more than that: then the text is edited. */
import type { RuleParts } from '@sandglass/protocol';
import { printRule } from './print.ts';
import { textOf } from './ruleSet.ts';
import type { Condition, RuleSyntax, Test } from './syntax.ts';

export function partsOf(rule: RuleSyntax): RuleParts {
  const { trigger, condition, actions } = rule;
  const joined = condition?.kind === 'or' ? 'or' : 'and';
  const listed =
    condition === null ? [] : condition.kind === 'and' || condition.kind === 'or' ? condition.of : [condition];
  return {
    moment: trigger.moment,
    names: [...trigger.names],
    tests: listed.every(isTest) ? listed.map((test) => partOf(test)) : null,
    joined,
    actions: actions.map((action) => ({ kind: action.kind, message: textOf(action) || null })),
  };
}

const isTest = (condition: Condition): condition is Test =>
  condition.kind !== 'and' && condition.kind !== 'or' && condition.kind !== 'not';

/** `by` is what stands between the field and its value, as it is written; `value` is written, too. */
function partOf(test: Test): { field: string; by: string; value: string } {
  const { field } = test;
  if (test.kind === 'flag') return { field, by: '', value: '' };
  const by =
    test.kind === 'compare'
      ? test.by
      : test.kind !== 'matching'
        ? test.kind
        : test.pattern.kind === 'glob'
          ? 'matching glob'
          : 'matching';
  const written = printRule({ trigger: { moment: 'on', names: [] }, condition: test, actions: [{ kind: 'hold' }] });
  const from = written.indexOf(` ${by} `) + by.length + 2;
  return { field, by, value: written.slice(from, written.lastIndexOf(' → hold')) };
}
