/** What a page logs and throws → what is kept of it. Pure; all of it is the page's own and hostile. */
import { type LogLevel, MAX_LOGGED } from '@sandglass/protocol';
import { shownAddress } from './address.ts';

export interface Logged {
  readonly level: LogLevel;
  readonly source: 'console' | 'exception' | 'browser';
  /** Not cut yet: half a secret is not found any more. */
  readonly text: string;
  readonly at: { url: string; line: number; column: number } | null;
  readonly timestampMs: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** So much of one line is looked at. */
const MOST_CHARACTERS = 4 * MAX_LOGGED;
const MOST_PARTS = 50;

const levels: Readonly<Record<string, LogLevel>> = {
  debug: 'debug',
  verbose: 'debug',
  info: 'info',
  warning: 'warning',
  error: 'error',
  assert: 'error',
};
/** Calls of `console` that say nothing. */
const silent = new Set(['clear', 'endGroup', 'profile', 'profileEnd']);

/** Of `Runtime.consoleAPICalled`. */
export function loggedBy(params: Fields): Logged | undefined {
  const type = textOf(params['type']);
  if (silent.has(type)) return undefined;
  const parts = listOf(params['args']).slice(0, MOST_PARTS);
  return {
    level: levels[type] ?? 'log',
    source: 'console',
    text: format(parts).slice(0, MOST_CHARACTERS),
    at: placeOf(params['stackTrace']),
    timestampMs: numberOf(params['timestamp']),
  };
}

/** Of `Runtime.exceptionThrown`. */
export function thrownBy(params: Fields): Logged {
  const details = fieldsOf(params['exceptionDetails']);
  const exception = fieldsOf(details['exception']);
  const said = textOf(exception['description']) || (exception['type'] === undefined ? '' : wordsOf(exception));
  const text = said === '' ? textOf(details['text']) : said;
  const own = {
    url: shownAddress(textOf(details['url'])),
    line: whole(details['lineNumber']) + 1,
    column: whole(details['columnNumber']) + 1,
  };
  return {
    level: 'error',
    source: 'exception',
    text: text.slice(0, MOST_CHARACTERS),
    at: own.url === '' ? placeOf(details['stackTrace']) : own,
    timestampMs: numberOf(params['timestamp']),
  };
}

/** Of `Log.entryAdded`: what the browser says of the page. Requests tell of themselves, and remarks are left out. */
export function saidBy(params: Fields): Logged | undefined {
  const entry = fieldsOf(params['entry']);
  const level = levels[textOf(entry['level'])] ?? 'log';
  if (entry['source'] === 'network' || (level !== 'error' && level !== 'warning')) return undefined;
  const url = shownAddress(textOf(entry['url']));
  return {
    level,
    source: 'browser',
    text: textOf(entry['text']).slice(0, MOST_CHARACTERS),
    at: url === '' ? null : { url, line: whole(entry['lineNumber']) + 1, column: 1 },
    timestampMs: numberOf(entry['timestamp']),
  };
}

/** As the console would write it: the first text may say where the others go. */
function format(parts: readonly Fields[]): string {
  const [first, ...others] = parts;
  if (first === undefined) return '';
  const begin = first['type'] === 'string' ? textOf(first['value']) : undefined;
  if (begin === undefined || !/%[sdifoOcj%]/.test(begin.slice(0, MOST_CHARACTERS))) return parts.map(wordsOf).join(' ');
  let next = 0;
  const text = begin.slice(0, MOST_CHARACTERS).replace(/%([sdifoOcj%])/g, (mark, kind: string) => {
    if (kind === '%') return '%';
    const part = others[next];
    if (part === undefined) return mark;
    next++;
    return kind === 'c' ? '' : wordsOf(part);
  });
  return [text, ...others.slice(next).map(wordsOf)].join(' ');
}

function wordsOf(part: Fields): string {
  const { type, subtype, value, unserializableValue, description, preview } = part;
  if (type === 'string') return textOf(value);
  if (unserializableValue !== undefined) return textOf(unserializableValue);
  if (type === 'undefined') return 'undefined';
  if (value !== undefined && type !== 'object') return String(value);
  if (subtype === 'null') return 'null';
  if (subtype === 'error') return textOf(description);
  const shown = fieldsOf(preview);
  const properties = listOf(shown['properties']).slice(0, MOST_PARTS);
  if (type !== 'object' || !Array.isArray(shown['properties'])) return textOf(description);
  const more = shown['overflow'] === true ? ', …' : '';
  const isList = subtype === 'array' || subtype === 'typedarray';
  const inner = properties.map((one) => {
    const said = one['type'] === 'string' ? JSON.stringify(textOf(one['value'])) : textOf(one['value']);
    return isList ? said : `${textOf(one['name'])}: ${said}`;
  });
  return isList ? `[${inner.join(', ')}${more}]` : `{${inner.join(', ')}${more}}`;
}

function placeOf(stack: unknown): Logged['at'] {
  const [frame] = listOf(fieldsOf(stack)['callFrames']);
  const url = shownAddress(textOf(frame?.['url']));
  if (frame === undefined || url === '') return null;
  return { url, line: whole(frame['lineNumber']) + 1, column: whole(frame['columnNumber']) + 1 };
}

const fieldsOf = (value: unknown): Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};
const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
const whole = (value: unknown): number => Math.max(0, Math.trunc(numberOf(value)));
