/** A rule as a form holds it, and the text it stands for. Pure; what the text means is the server's to say. */
import type { RuleField, RuleParts } from '@sandglass/protocol';

export type Moment = RuleParts['moment'];

/** How a value is compared, as the form offers it. */
export type By =
  | 'contains'
  | 'glob'
  | 'expression'
  | 'is'
  | 'is not'
  | 'in'
  | '<'
  | '<='
  | '>'
  | '>='
  | 'inside'
  | 'so';

export interface TestForm {
  readonly field: string;
  readonly by: By;
  /** As the person types it: a text without its quotes. */
  readonly value: string;
}

export interface RuleForm {
  readonly moment: Moment;
  /** Names of calls or events, joined by spaces, commas or `or`; empty = any call. */
  readonly names: string;
  readonly tests: readonly TestForm[];
  readonly joined: 'and' | 'or';
  readonly decision: 'hold' | 'ask' | 'refuse' | 'nothing';
  readonly reason: string;
  readonly checkpoint: boolean;
  readonly notify: boolean;
  readonly log: boolean;
  readonly message: string;
}

export const newForm: RuleForm = {
  moment: 'before',
  names: 'exec',
  tests: [{ field: 'text', by: 'contains', value: '' }],
  joined: 'and',
  decision: 'hold',
  reason: '',
  checkpoint: false,
  notify: false,
  log: false,
  message: '',
};

type FieldType = RuleField['type'];

const texts: readonly By[] = ['contains', 'glob', 'expression', 'is', 'is not', 'in'];
const ordered: readonly By[] = ['is', 'is not', '<', '<=', '>', '>=', 'in'];
const byType: Readonly<Record<FieldType, readonly By[]>> = {
  text: texts,
  any: [...texts, '<', '<=', '>', '>='],
  number: ordered,
  duration: ordered,
  bytes: ordered,
  choice: ['is', 'is not', 'in'],
  point: ['inside'],
  flag: ['so'],
};
export const waysOf = (type: FieldType): readonly By[] => byType[type];

export const byWords: Readonly<Record<By, string>> = {
  contains: 'contains',
  glob: 'fits the glob',
  expression: 'fits /…/',
  is: 'is',
  'is not': 'is not',
  in: 'is one of',
  '<': '<',
  '<=': '≤',
  '>': '>',
  '>=': '≥',
  inside: 'lies inside',
  so: 'is so',
};

/** `exec, write` → `exec or write`. */
const namesOf = (names: string): string =>
  names
    .split(/[\s,]+/)
    .filter((name) => name !== '' && name !== 'or')
    .join(' or ') || 'call';

export function textOfForm(form: RuleForm, typeOf: (field: string) => FieldType): string {
  const tests = form.tests.map((test) => textOfTest(test, typeOf(test.field)));
  const where = tests.length === 0 ? '' : ` where ${tests.join(` ${form.joined} `)}`;
  const message = form.message.trim() === '' ? '' : ` ${JSON.stringify(form.message.trim())}`;
  const actions = [
    ...(form.checkpoint ? ['checkpoint'] : []),
    ...(form.decision === 'nothing'
      ? []
      : [form.decision === 'refuse' ? `refuse ${JSON.stringify(form.reason.trim())}` : form.decision]),
    ...(form.notify ? [`notify${message}`] : []),
    ...(form.log ? [`log${message}`] : []),
  ];
  return `${form.moment} ${namesOf(form.names)}${where} → ${actions.join(', ')}`;
}

function textOfTest({ field, by, value }: TestForm, type: FieldType): string {
  switch (by) {
    case 'so':
      return field;
    case 'contains':
      return `${field} matching ${JSON.stringify(value)}`;
    case 'glob':
      return `${field} matching glob ${JSON.stringify(value)}`;
    case 'expression':
      return `${field} matching ${value.startsWith('/') ? value : `/${value.replace(/\\.|\//g, (part) => (part === '/' ? '\\/' : part))}/`}`;
    case 'in':
      return `${field} in (${value
        .split(',')
        .map((each) => written(each.trim(), type))
        .join(', ')})`;
    case 'inside':
      return `${field} inside (${value.replace(/^\(|\)$/g, '')})`;
    default:
      return `${field} ${by} ${written(value, type)}`;
  }
}

/** A text gets its quotes; what can be a number, a time or one of a few is left as it is. */
function written(value: string, type: FieldType): string {
  const isNumber = /^-?\d+(\.\d+)?$/.test(value);
  return type === 'text' || (type === 'any' && !isNumber) ? JSON.stringify(value) : value.trim();
}

/** What a form can show of a rule that the server has read; undefined where only the text tells it. */
export function formOfParts(parts: RuleParts): RuleForm | undefined {
  const { moment, names, joined, actions } = parts;
  const tests = parts.tests?.map(testOfPart);
  if (tests === undefined || tests.some((test) => test === undefined)) return undefined;
  const has = (kind: string) => actions.find((action) => action.kind === kind);
  const [notify, log] = [has('notify'), has('log')];
  // One field for both messages.
  if (notify && log && notify.message !== log.message) return undefined;
  const deciding = actions.find(({ kind }) => kind === 'hold' || kind === 'ask' || kind === 'refuse');
  return {
    moment,
    names: names.join(' or '),
    tests: tests as TestForm[],
    joined,
    decision: (deciding?.kind as RuleForm['decision']) ?? 'nothing',
    reason: deciding?.message ?? '',
    checkpoint: has('checkpoint') !== undefined,
    notify: notify !== undefined,
    log: log !== undefined,
    message: notify?.message ?? log?.message ?? '',
  };
}

function testOfPart({ field, by, value }: NonNullable<RuleParts['tests']>[number]): TestForm | undefined {
  if (by === '') return { field, by: 'so', value: '' };
  if (by === 'matching glob') return { field, by: 'glob', value: plain(value) };
  if (by === 'matching')
    return value.startsWith('"') ? { field, by: 'contains', value: plain(value) } : { field, by: 'expression', value };
  if (by === 'in') {
    const items = value.replace(/^\(|\)$/g, '');
    // A comma inside a text would be taken for one between two.
    if (/"[^"]*,[^"]*"/.test(items) || items.includes('\\')) return undefined;
    return { field, by: 'in', value: items.replaceAll('"', '') };
  }
  if (by === 'inside') return { field, by: 'inside', value: value.replace(/^\(|\)$/g, '') };
  return { field, by: by as By, value: value.startsWith('"') ? plain(value) : value };
}

const plain = (quoted: string): string => JSON.parse(quoted) as string;
