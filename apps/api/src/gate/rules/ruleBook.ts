/** Every rule of this server, held in memory, and for each sandbox those that count there, ready to be asked. */
import { AppError, type RuleId, type RuleSetName } from '@sandglass/protocol';
import { builtInSets } from './builtIn.ts';
import { sizeOf } from './patterns.ts';
import type { RuleRef } from './port.ts';
import { patternsOf, type ReadyRule, ReadyRules, readyRule } from './ruleSet.ts';
import { scopeOf } from './scopes.ts';
import type { StoredRule } from './store.ts';

/** Rules of one scope. */
const MOST_RULES = 200;
/** What the expressions of one scope may cost for each character: what is usual has ten to fifty, and some are needed. */
const MOST_COST = 1_500;

/** Compiled ones, those of texts that were changed since among them. */
const MOST_REMEMBERED = 2_000;

export const refOf = ({ id, name, text }: StoredRule): RuleRef => ({ id, name: name ?? text.slice(0, 80), text });

export class RuleBook {
  readonly #rules = new Map<RuleId, StoredRule>();
  readonly #ready = new Map<string, ReadyRule>();
  readonly #switched = new Map<string, Set<RuleSetName>>();
  /** By the narrowest of the scopes: a sandbox, mostly. */
  readonly #bySandbox = new Map<string, { readonly scopes: string; readonly ready: ReadyRules }>();

  all(): StoredRule[] {
    return [...this.#rules.values()];
  }

  of(scope: string): StoredRule[] {
    return this.all().filter((rule) => rule.scope === scope);
  }

  find(id: RuleId): StoredRule | undefined {
    return this.#rules.get(id);
  }

  /** @throws AppError `limitExceeded` when that scope would have too many, or too costly ones */
  assertRoom(scope: string, added: readonly StoredRule[]): void {
    const ids = new Set(added.map((rule) => rule.id));
    const rules = [...this.of(scope).filter((rule) => !ids.has(rule.id)), ...added];
    if (rules.length > MOST_RULES)
      throw new AppError(
        'limitExceeded',
        `There are at most ${MOST_RULES} rules for the same sandboxes. Remove some first.`,
      );
    const cost = rules.reduce((sum, rule) => sum + costOf(rule), 0);
    if (cost > MOST_COST)
      throw new AppError(
        'limitExceeded',
        `The expressions of these rules are too costly together (${cost} steps a character, at most ${MOST_COST}). Use plain texts, or shorten what is repeated.`,
      );
  }

  put(rule: StoredRule): void {
    this.#rules.set(rule.id, rule);
    this.#bySandbox.clear();
  }

  remove(id: RuleId): void {
    this.#rules.delete(id);
    this.#bySandbox.clear();
  }

  isSwitchedOn(scope: string, name: RuleSetName): boolean {
    return this.#switched.get(scope)?.has(name) ?? false;
  }

  /** Those for whose sandboxes and runs a set is switched on. */
  templatesOf(name: RuleSetName): string[] {
    return [...this.#switched].flatMap(([key, sets]) => {
      const scope = scopeOf(key);
      return scope.kind === 'template' && sets.has(name) ? [scope.template] : [];
    });
  }

  switchSet(scope: string, name: RuleSetName, enabled: boolean): void {
    const sets = this.#switched.get(scope) ?? new Set();
    this.#switched.set(scope, sets);
    if (enabled) sets.add(name);
    else sets.delete(name);
    this.#bySandbox.clear();
  }

  /** Those of these scopes together. */
  readyFor(scopes: readonly string[]): ReadyRules {
    const key = scopes.at(-1) ?? '';
    const all = scopes.join('\n');
    const known = this.#bySandbox.get(key);
    if (known?.scopes === all) return known.ready;
    const own = this.all().filter((rule) => rule.enabled && scopes.includes(rule.scope));
    const sets = builtInSets.filter(({ name }) => scopes.some((scope) => this.isSwitchedOn(scope, name)));
    const refs = [...own.map(refOf), ...sets.flatMap((set) => set.rules)];
    const ready = new ReadyRules(refs.flatMap((ref) => this.#read(ref) ?? []));
    // Sandboxes come and go by the thousand; those that live are put together again at their next call.
    if (this.#bySandbox.size >= MOST_REMEMBERED) this.#bySandbox.clear();
    this.#bySandbox.set(key, { scopes: all, ready });
    return ready;
  }

  /** It has ended. */
  letGo(sandbox: string): void {
    this.#bySandbox.delete(sandbox);
  }

  /** Compiled once for each text; undefined for what an earlier version could read and this one cannot. */
  #read(ref: RuleRef): ReadyRule | undefined {
    const key = `${ref.id} ${ref.name}\n${ref.text}`;
    const known = this.#ready.get(key);
    if (known) return known;
    try {
      const ready = readyRule(ref);
      if (this.#ready.size >= MOST_REMEMBERED) this.#ready.clear();
      this.#ready.set(key, ready);
      return ready;
    } catch {
      return undefined;
    }
  }
}

const costOf = (rule: StoredRule): number =>
  patternsOf(readyRule(refOf(rule)).syntax.condition).reduce((sum, each) => sum + (Number(sizeOf(each)) || 0), 0);
