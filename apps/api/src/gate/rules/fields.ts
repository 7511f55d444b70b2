/** What a rule can ask about. One row a field: its type, where it is known, and what it is. The guide and the form show this table. */
import type { RuleField } from '@sandglass/protocol';
import { type EventName, events as eventNames, type Moment, type Trigger } from './syntax.ts';

type FieldType = RuleField['type'];

interface FieldRow {
  readonly type: FieldType;
  /** Known before and after a call, only after one, or not at all for calls. */
  readonly calls: 'both' | 'after' | 'none';
  readonly events: readonly EventName[] | 'all';
  readonly values?: readonly string[];
  readonly meaning: string;
}

const actors = ['agent', 'person', 'system'] as const;
const doors = ['native', 'console', 'e2b', 'mcp', 'cdp', 'computer', 'model'] as const;
const changes = ['created', 'modified', 'deleted', 'renamed', 'attributes'] as const;
const verdicts = ['allowed', 'denied', 'failed'] as const;

const table = {
  text: {
    type: 'text',
    calls: 'both',
    events: 'all',
    meaning:
      'all that is said: of a call its summary and arguments, of output its lines; meant where no field is named',
  },
  name: { type: 'text', calls: 'both', events: [], meaning: 'kind of call, such as exec or write' },
  path: { type: 'text', calls: 'both', events: ['file'], meaning: 'every path that the call or the change names' },
  host: {
    type: 'text',
    calls: 'both',
    events: ['request', 'page'],
    meaning: 'host names: of URLs in the arguments, of requests and pages',
  },
  url: {
    type: 'text',
    calls: 'both',
    events: ['request', 'page'],
    meaning: 'URL of the call, else of the page that is open',
  },
  title: {
    type: 'text',
    calls: 'both',
    events: 'all',
    meaning: 'title of the window that has the keyboard, or of the page that a door told of last',
  },
  terminal: { type: 'text', calls: 'both', events: 'all', meaning: 'what terminals and commands printed last' },
  at: { type: 'point', calls: 'both', events: [], meaning: 'where on the screen the call points' },
  exit: { type: 'number', calls: 'after', events: ['exit'], meaning: 'exit code' },
  failed: { type: 'flag', calls: 'after', events: [], meaning: 'it ended with an error or an exit code other than 0' },
  error: { type: 'text', calls: 'after', events: [], meaning: 'code and message of the error' },
  duration: { type: 'duration', calls: 'after', events: ['request'], meaning: 'how long it took' },
  count: { type: 'number', calls: 'both', events: [], meaning: 'calls of this name so far, with this one' },
  repeats: { type: 'number', calls: 'both', events: [], meaning: 'how often in a row exactly this call was made' },
  cost: { type: 'number', calls: 'both', events: 'all', meaning: 'dollars that model calls have cost so far' },
  actor: { type: 'choice', calls: 'both', events: 'all', values: actors, meaning: 'who' },
  door: { type: 'choice', calls: 'both', events: [], values: doors, meaning: 'by which protocol' },
  change: { type: 'choice', calls: 'none', events: ['file'], values: changes, meaning: 'what happened to the file' },
  method: { type: 'text', calls: 'none', events: ['request'], meaning: 'HTTP method, or CONNECT' },
  port: { type: 'number', calls: 'none', events: ['request'], meaning: 'port of the request' },
  status: { type: 'number', calls: 'none', events: ['request'], meaning: 'HTTP status of the answer' },
  verdict: {
    type: 'choice',
    calls: 'none',
    events: ['request'],
    values: verdicts,
    meaning: 'what the egress rules said',
  },
  sent: { type: 'bytes', calls: 'none', events: ['request'], meaning: 'bytes sent' },
  received: { type: 'bytes', calls: 'none', events: ['request'], meaning: 'bytes received' },
  application: {
    type: 'text',
    calls: 'none',
    events: ['window'],
    meaning: 'the program of the window, as it calls itself',
  },
  phase: { type: 'text', calls: 'none', events: ['phase'], meaning: 'the new phase of the sandbox' },
} as const satisfies Record<string, FieldRow>;

export type FieldName = keyof typeof table;

const rows: Readonly<Record<string, FieldRow>> = table;
const member: FieldRow = { type: 'any', calls: 'both', events: [], meaning: 'one argument, by its name' };
const resultMember: FieldRow = {
  type: 'any',
  calls: 'after',
  events: [],
  meaning: 'one part of the result, by its name',
};
const MEMBER = /^(argument|result)(?:\.[A-Za-z0-9_-]{1,64}){1,8}$/;

export function findField(name: string): FieldRow | undefined {
  if (Object.hasOwn(rows, name)) return rows[name];
  if (!MEMBER.test(name)) return undefined;
  return name.startsWith('argument.') ? member : resultMember;
}

/** Why a field has no value where this rule looks; undefined when it has one. */
export function refusalOf(name: string, field: FieldRow, trigger: Trigger): string | undefined {
  const { moment } = trigger;
  if (moment === 'on') {
    const { events } = field;
    const lacking = trigger.names.find((event) => events !== 'all' && !(events as readonly string[]).includes(event));
    return lacking === undefined ? undefined : `“${name}” is not known on ${lacking}.`;
  }
  if (field.calls === 'none') return `“${name}” is not known of calls; it is ${whereOf(field)}.`;
  if (field.calls === 'after' && moment === 'before') return `“${name}” is only known after a call. Write “after”.`;
  return undefined;
}

const whereOf = (field: FieldRow): string =>
  field.events === 'all' ? 'known on every event' : `known on ${field.events.join(' and ')}`;

export const fieldNamesFor = (moment: Moment, names: readonly string[]): string[] => {
  const known = Object.keys(rows).filter((name) => !refusalOf(name, rows[name] as FieldRow, { moment, names }));
  return moment === 'on' ? known : [...known, 'argument.NAME', ...(moment === 'after' ? ['result.NAME'] : [])];
};

export const fieldList = (): RuleField[] =>
  Object.entries(rows).map(([name, { type, calls, events, values, meaning }]) => ({
    name,
    type,
    meaning,
    values: [...(values ?? [])],
    calls,
    events: events === 'all' ? [...allEvents] : [...events],
  }));

const allEvents = eventNames;
