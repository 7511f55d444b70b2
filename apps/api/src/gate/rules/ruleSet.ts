/** Rules ready to be asked: found by moment and name, so that a call meets only those that could be about it. */
import { compileCondition, type Predicate } from './compile.ts';
import { withinEffort } from './effort.ts';
import type { Facts } from './facts.ts';
import { parseRule } from './parse.ts';
import type { RuleRef } from './port.ts';
import type { Action, Condition, Moment, Pattern, RuleSyntax, Test, Trigger } from './syntax.ts';

export interface ReadyRule {
  readonly ref: RuleRef;
  readonly syntax: RuleSyntax;
  /** It has expressions, or globs, which are made of them. */
  readonly costly: boolean;
  /** It holds, asks or refuses. */
  readonly decides: boolean;
  readonly holds: Predicate;
}

export function readyRule(ref: RuleRef): ReadyRule {
  const syntax = parseRule(ref.text);
  const predicate = compileCondition(syntax.condition);
  // Rules are about agents; one that names the actor decides that itself.
  const any = syntax.trigger.moment === 'on' || fieldsOf(syntax.condition).has('actor');
  const holds: Predicate = any ? predicate : (facts) => facts.get('actor') === 'agent' && predicate(facts);
  const costly = patternsOf(syntax.condition).some(({ kind }) => kind !== 'text');
  const decides = syntax.actions.some(({ kind }) => kind === 'hold' || kind === 'ask' || kind === 'refuse');
  // Only a text that is made to be slow takes too long: what would stop it stops it, unread.
  return { ref, syntax, costly, decides, holds: costly ? (facts) => withinEffort(() => holds(facts), decides) : holds };
}

/** For the expressions of all rules together, on one call. A hundred usual ones take some hundredths of a millisecond. */
const MOST_MS = 100;
/** Names are given by agents: no more of them are remembered. */
const MOST_NAMES = 256;

export class ReadyRules {
  readonly #rules: readonly ReadyRule[];
  readonly #byName = new Map<string, readonly ReadyRule[]>();
  /** Every field that some condition reads. */
  readonly fields: ReadonlySet<string>;

  constructor(rules: readonly ReadyRule[]) {
    this.#rules = rules;
    this.fields = new Set(
      rules.flatMap(({ syntax }) => [...fieldsOf(syntax.condition), ...placeholdersOf(syntax.actions)]),
    );
  }

  /** Whether any could match; asked before the facts are gathered. */
  has(moment: Moment, name: string): boolean {
    return this.#about(moment, name).length > 0;
  }

  /** The same of those that hold. */
  decides(moment: Moment, name: string): boolean {
    return this.#about(moment, name).some(({ decides }) => decides);
  }

  match(facts: Facts, except?: ReadonlySet<string>): readonly ReadyRule[] {
    const about = this.#about(facts.moment, facts.name);
    let lateMs: number | undefined;
    return about.filter(({ ref, costly, decides, holds }) => {
      if (except?.has(ref.id)) return false;
      if (!costly) return holds(facts);
      const nowMs = performance.now();
      lateMs ??= nowMs + MOST_MS;
      return nowMs > lateMs ? decides : holds(facts);
    });
  }

  #about(moment: Moment, name: string): readonly ReadyRule[] {
    const key = `${moment} ${name}`;
    const known = this.#byName.get(key);
    if (known) return known;
    const about = this.#rules.filter(({ syntax }) => isAbout(syntax.trigger, moment, name));
    if (this.#byName.size < MOST_NAMES) this.#byName.set(key, about);
    return about;
  }
}

export function isAbout(trigger: Trigger, moment: Moment, name: string): boolean {
  if (trigger.moment !== moment) return false;
  if (trigger.names.length === 0) return true;
  return trigger.names.some((each) => each === name || (each.endsWith('.*') && name.startsWith(each.slice(0, -1))));
}

function testsOf(condition: Condition | null): Test[] {
  if (condition === null) return [];
  if (condition.kind === 'and' || condition.kind === 'or') return condition.of.flatMap(testsOf);
  return condition.kind === 'not' ? testsOf(condition.of) : [condition];
}

export const fieldsOf = (condition: Condition | null): Set<string> =>
  new Set(testsOf(condition).map(({ field }) => field));

export const patternsOf = (condition: Condition | null): Pattern[] =>
  testsOf(condition).flatMap((test) => (test.kind === 'matching' ? [test.pattern] : []));

const PLACEHOLDER = /\{([a-z]+(?:\.[A-Za-z0-9_-]+)*)\}/g;

const placeholdersOf = (actions: readonly Action[]): string[] =>
  actions.flatMap((action) => [...textOf(action).matchAll(PLACEHOLDER)].map((match) => match[1] as string));

export const textOf = (action: Action): string =>
  action.kind === 'refuse' ? action.reason : 'message' in action ? (action.message ?? '') : '';

/** `{path}` in a message is what the field says; a word that is no field stays as it is. */
export function fillIn(message: string, facts: Facts): string {
  return message.replace(PLACEHOLDER, (all, name: string) => {
    const [of, ...path] = name.split('.');
    const isMember = (of === 'argument' || of === 'result') && path.length > 0;
    const value = isMember ? facts.member(of, path) : facts.get(name);
    if (value === undefined || value === null) return all;
    const said = Array.isArray(value)
      ? value.join(', ')
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value);
    return said.slice(0, 300);
  });
}
