/** Tree → the one way to write it. `parseRule(printRule(rule))` is `rule`. */
import { findField } from './fields.ts';
import type { Action, Condition, Pattern, RuleSyntax, Test, Value } from './syntax.ts';
import { printUnit } from './units.ts';

export function printRule({ trigger, condition, actions }: RuleSyntax): string {
  const names = trigger.names.length === 0 ? 'call' : trigger.names.join(' or ');
  const said = condition === null ? '' : printCondition(condition);
  const where = said === '' ? '' : said.startsWith('matching ') ? ` ${said}` : ` where ${said}`;
  return `${trigger.moment} ${names}${where} → ${actions.map(printAction).join(', ')}`;
}

function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'or':
      return condition.of.map(printCondition).join(' or ');
    case 'and':
      return condition.of.map(bracketed('or')).join(' and ');
    case 'not':
      return `not ${bracketed('or', 'and')(condition.of)}`;
    default:
      return printTest(condition);
  }
}

const bracketed =
  (...kinds: Condition['kind'][]) =>
  (condition: Condition): string =>
    kinds.includes(condition.kind) ? `(${printCondition(condition)})` : printCondition(condition);

function printTest(test: Test): string {
  const { field } = test;
  switch (test.kind) {
    case 'flag':
      return field;
    case 'matching':
      return `${field === 'text' ? '' : `${field} `}matching ${printPattern(test.pattern)}`;
    case 'compare':
      return `${field} ${test.by} ${printValue(field, test.value)}`;
    case 'in':
      return `${field} in (${test.values.map((value) => printValue(field, value)).join(', ')})`;
    case 'inside': {
      const { left, top, width, height } = test.box;
      return `${field} inside (${left}, ${top}, ${width}, ${height})`;
    }
  }
}

function printPattern(pattern: Pattern): string {
  if (pattern.kind === 'text') return JSON.stringify(pattern.text);
  if (pattern.kind === 'glob') return `glob ${JSON.stringify(pattern.text)}`;
  // A slash gets its backslash back; what has one already is left as it is.
  const source = pattern.source.replace(/\\.|\//g, (part) => (part === '/' ? '\\/' : part));
  return `/${source}/${pattern.ignoreCase ? 'i' : ''}`;
}

function printValue(name: string, value: Value): string {
  const type = findField(name)?.type;
  if (typeof value === 'string') return type === 'choice' ? value : JSON.stringify(value);
  return type === 'duration' || type === 'bytes' ? printUnit(type, value) : String(value);
}

function printAction(action: Action): string {
  const text = action.kind === 'refuse' ? action.reason : 'message' in action ? action.message : null;
  return text === null ? action.kind : `${action.kind} ${JSON.stringify(text)}`;
}
