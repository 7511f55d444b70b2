/** What a rule is held against: one call or one event, and what is known around it. Each value is worked out once, and only when asked for. */
import { posix } from 'node:path';
import type { Actor } from '@sandglass/protocol';
import type { AskedFacts, EndedFacts } from './port.ts';
import type { EventName, Moment } from './syntax.ts';

export type FactValue = string | readonly string[] | number | boolean | Point | undefined;
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What else is so at that moment. */
export interface Around {
  readonly count: number;
  readonly repeats: number;
  readonly cost: number;
  readonly title: string | undefined;
  readonly url: string | undefined;
  readonly terminal: () => string;
}

/** Fields of an event, by their names in fields.ts. */
export type EventFacts = Readonly<Record<string, FactValue>> & { readonly text: string };

type Subject =
  | { readonly moment: 'before'; readonly call: AskedFacts }
  | { readonly moment: 'after'; readonly call: EndedFacts }
  | { readonly moment: 'on'; readonly event: EventName; readonly actor: Actor; readonly data: EventFacts };

export class Facts {
  readonly #subject: Subject;
  readonly #around: Around;
  readonly #known = new Map<string, FactValue>();

  constructor(subject: Subject, around: Around) {
    this.#subject = subject;
    this.#around = around;
  }

  get moment(): Moment {
    return this.#subject.moment;
  }

  /** What the trigger of a rule names. */
  get name(): string {
    return this.#subject.moment === 'on' ? this.#subject.event : this.#subject.call.name;
  }

  get(field: string): FactValue {
    if (this.#known.has(field)) return this.#known.get(field);
    const value = this.#read(field);
    this.#known.set(field, value);
    return value;
  }

  /** Something of the arguments or the result, by its names. */
  member(of: 'argument' | 'result', path: readonly string[]): unknown {
    if (this.#subject.moment === 'on') return undefined;
    const { call } = this.#subject;
    let value: unknown = of === 'argument' ? call.arguments : 'result' in call ? call.result : undefined;
    for (const key of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
      value = (value as Record<string, unknown>)[key];
    }
    return value;
  }

  #read(field: string): FactValue {
    const subject = this.#subject;
    const around = this.#around;
    switch (field) {
      case 'title':
        // Of a window's own event, its own.
        return subject.moment === 'on' && subject.data['title'] !== undefined ? subject.data['title'] : around.title;
      case 'cost':
        return around.cost;
      case 'terminal':
        return around.terminal();
      case 'actor':
        return subject.moment === 'on' ? subject.actor : subject.call.actor;
    }
    if (subject.moment === 'on') return subject.data[field];
    switch (field) {
      case 'count':
      case 'repeats':
        return around[field];
      case 'url':
        return urlOf(subject.call.arguments) ?? around.url;
      default:
        return ofCall(field, subject.call);
    }
  }
}

function ofCall(field: string, call: AskedFacts | EndedFacts): FactValue {
  switch (field) {
    case 'name':
    case 'door':
      return call[field];
    case 'text':
      return textOf(call);
    case 'path':
      return pathsOf(call.arguments);
    case 'host':
      return hostsOf(call.arguments);
    case 'at':
      return pointOf(call.arguments);
  }
  if (!('durationMs' in call)) return undefined;
  switch (field) {
    case 'exit':
      return exitOf(call);
    case 'failed':
      return !call.ok || (exitOf(call) ?? 0) !== 0 || call.result?.['timedOut'] === true;
    case 'error':
      return call.error && `${call.error.code}: ${call.error.message}`;
    case 'duration':
      return call.durationMs;
    default:
      return undefined;
  }
}

const exitOf = ({ result }: EndedFacts): number | undefined => {
  const code = result?.['code'] ?? result?.['exitCode'];
  return typeof code === 'number' ? code : undefined;
};

/** A megabyte of text is as good as all of it, and bounds what plain texts cost. */
const MOST_TEXT = 1_048_576;

function textOf(call: AskedFacts | EndedFacts): string {
  const after = 'outcome' in call ? [call.outcome, ...stringsOf(call.result)] : [];
  const all = [call.summary, ...stringsOf(call.arguments), ...after];
  return [...new Set(all)].join('\n').slice(0, MOST_TEXT);
}

/** Every text in a value, however deep; a list of words is one text, as a shell would read it. */
function stringsOf(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth > 8) return [];
  if (!Array.isArray(value)) return Object.values(value).flatMap((each) => stringsOf(each, depth + 1));
  if (value.every((each) => typeof each === 'string')) return [value.join(' ')];
  return value.flatMap((each) => stringsOf(each, depth + 1));
}

const HOME = '/home/user';
const pathKeys = ['path', 'paths', 'from', 'to', 'file', 'filePath', 'file_path', 'filename', 'source', 'destination'];
const MOST_PATHS = 256;
/** A word of a command that is a path. */
const PATH_WORD = /(?<![^\s"'=<>|&;(:])(?:~|\.{1,2})?\/[^\s"'<>|&;)]*/g;

function pathsOf(given: Record<string, unknown>): string[] {
  const named = pathKeys.flatMap((key) => {
    const value = given[key];
    return Array.isArray(value) ? value : [value];
  });
  const paths = named.filter((each) => typeof each === 'string').slice(0, MOST_PATHS);
  const { command } = given;
  const said = typeof command === 'string' ? command : Array.isArray(command) ? command.join(' ') : '';
  const words = said.slice(0, MOST_TEXT).match(PATH_WORD) ?? [];
  const at = typeof given['cwd'] === 'string' ? posix.resolve(HOME, given['cwd']) : HOME;
  const whole = (path: string) => posix.resolve(at, path.startsWith('~/') ? `${HOME}${path.slice(1)}` : path);
  return [...new Set([...paths, ...words.slice(0, MOST_PATHS)].map(whole))];
}

const URL_HOST = /:\/\/([^\s/?#"'<>\\]+)/g;

function hostsOf(given: Record<string, unknown>): string[] {
  const named = [given['host'], given['hostname']].filter((each) => typeof each === 'string');
  const said = stringsOf(given).join('\n').slice(0, MOST_TEXT);
  const found = [...said.matchAll(URL_HOST)].slice(0, MOST_PATHS).map((match) => hostOf(match[1] as string));
  return [...new Set([...named, ...found].map((host) => host.toLowerCase()))];
}

/** Without user and port. */
function hostOf(authority: string): string {
  const place = authority.slice(authority.lastIndexOf('@') + 1);
  if (place.startsWith('[')) return place.slice(1, place.indexOf(']') === -1 ? undefined : place.indexOf(']'));
  const colon = place.indexOf(':');
  return colon === -1 ? place : place.slice(0, colon);
}

export function urlOf(given: Record<string, unknown> | undefined): string | undefined {
  const url = given?.['url'];
  return typeof url === 'string' ? url.slice(0, MOST_TEXT) : undefined;
}

function pointOf(given: Record<string, unknown>): Point | undefined {
  const at = given['at'] ?? given['coordinate'] ?? given['position'] ?? given;
  const [x, y] = Array.isArray(at) ? at : [(at as Partial<Point>)?.x, (at as Partial<Point>)?.y];
  return typeof x === 'number' && typeof y === 'number' ? { x, y } : undefined;
}
