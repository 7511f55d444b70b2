/** Rules: kept, listed, changed, looked at against the past, carried away and brought back as a file; and the port by which the gate asks them. */
import {
  AppError,
  type CreateRule,
  formatId,
  type Rule,
  type RuleFile,
  RuleId,
  type RuleList,
  type RuleScope,
  type RuleSet,
  RuleSetName,
  type SandboxId,
  type UpdateRule,
  zeroMsOf,
} from '@sandglass/protocol';
import type { Database } from '../../database/open.ts';
import type { SandboxEntry } from '../../sandboxes/entry.ts';
import type { SandboxRoom } from '../../sandboxes/room.ts';
import type { Caller } from '../../services.ts';
import { type BuiltInSet, builtInSetOf, builtInSets } from './builtIn.ts';
import { checkRule, readAt, written } from './checkRule.ts';
import { fieldList } from './fields.ts';
import { HitCounts } from './hits.ts';
import type { Matched, RulePort, RuleRef } from './port.ts';
import { previewRule } from './preview.ts';
import { RuleBook } from './ruleBook.ts';
import type { RuleService } from './ruleService.ts';
import { readyRule } from './ruleSet.ts';
import { SandboxRules } from './sandboxRules.ts';
import { keyOf, scopeOf, TEMPLATE_LABEL } from './scopes.ts';
import { RuleStore, type StoredRule } from './store.ts';

export interface RulesOptions {
  readonly room: SandboxRoom;
  readonly database: Database;
  readonly random: (bytes: number) => Uint8Array;
  /** The labels of the runs that are under way in a sandbox: those of their templates hold there, too. */
  readonly runLabels?: (sandbox: SandboxId) => readonly Readonly<Record<string, string>>[];
}

export interface Rules {
  readonly service: RuleService;
  readonly port: RulePort;
  /** A fork has the rules of its parent as its own, and the same sets are switched on. */
  inherit(entry: SandboxEntry, parent: SandboxId): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
  /** Its recording goes: its own rules and what was counted in it go with it. */
  forget(sandbox: SandboxId): Promise<void>;
}

export function createRules({ room, database, random, runLabels = () => [] }: RulesOptions): Rules {
  const store = new RuleStore(database);
  const book = new RuleBook();
  const hits = new HitCounts({
    clock: room.clock,
    save: (rows) => store.saveHits(rows),
    onError: (error) => room.logger.warn({ err: error }, 'hits of rules could not be written'),
  });
  const atWork = new Map<SandboxId, SandboxRules>();
  const listeners = new Set<(sandbox: SandboxId, matched: Matched) => void>();

  const scopesOf = (entry: SandboxEntry): string[] => {
    const labels = [entry.facts.labels, ...(entry.ended ? [] : runLabels(entry.id))];
    const templates = labels.flatMap((each) => each[TEMPLATE_LABEL] ?? []);
    return ['everywhere', ...new Set(templates.map((template) => `template:${template}`)), entry.id];
  };

  const forgetSandbox = async (sandbox: SandboxId): Promise<void> => {
    for (const { id } of book.of(sandbox)) {
      book.remove(id);
      hits.forget(id);
    }
    for (const name of RuleSetName.options) book.switchSet(sandbox, name, false);
    hits.forgetSandbox(sandbox);
    await hits.flush();
    await store.removeSandbox(sandbox);
  };

  /** Those of sandboxes that went while the server was killed. */
  const dropOrphans = async (): Promise<void> => {
    for (const sandbox of await store.sandboxes()) if (!room.has(sandbox)) await store.removeSandbox(sandbox);
  };

  /** Those at work in a sandbox, from its first call or event on; undefined when it has ended. */
  const rulesOf = (id: SandboxId): SandboxRules | undefined => {
    const known = atWork.get(id);
    if (known) return known;
    const entry = room.find(id);
    if (!entry || entry.ended) return undefined;
    const rules = new SandboxRules({
      sandbox: id,
      log: entry.log,
      ready: () => book.readyFor(scopesOf(entry)),
      onHit: (rule) => hits.add(rule, id),
      onEvent: (matched) => {
        for (const listener of listeners) listener(id, matched);
      },
      now: room.clock.now,
    });
    atWork.set(id, rules);
    return rules;
  };
  const letGo = (id: SandboxId): void => {
    atWork.get(id)?.close();
    atWork.delete(id);
    book.letGo(id);
  };
  const stopFollowing = room.onChange(({ id }) => {
    const entry = room.find(id);
    if (entry && !entry.ended) rulesOf(id);
    else letGo(id);
  });

  const shown = (rule: StoredRule, sandbox?: SandboxId): Rule => ({
    id: rule.id,
    name: rule.name ?? rule.text.slice(0, 80),
    text: rule.text,
    enabled: rule.enabled,
    scope: scopeOf(rule.scope),
    createdAtMs: rule.createdAtMs,
    ...hits.of(rule.id, sandbox),
  });
  const shownSet = (set: BuiltInSet, scopes: readonly string[], sandbox?: SandboxId): RuleSet => {
    const enabled = scopes.some((scope) => book.isSwitchedOn(scope, set.name));
    const rule = (ref: RuleRef): Rule => ({
      ...ref,
      enabled,
      scope: scopeOf(scopes.at(-1) as string),
      createdAtMs: 0,
      ...hits.of(ref.id, sandbox),
    });
    const { name, title, description } = set;
    return {
      name,
      title,
      description,
      enabled,
      everywhere: book.isSwitchedOn('everywhere', name),
      templates: book.templatesOf(name),
      rules: set.rules.map(rule),
    };
  };
  const listOf = (sandbox: SandboxId): RuleList => {
    const scopes = scopesOf(room.entry(sandbox));
    const items = book.all().filter((rule) => scopes.includes(rule.scope));
    return {
      items: items.map((rule) => shown(rule, sandbox)),
      sets: builtInSets.map((set) => shownSet(set, scopes, sandbox)),
    };
  };
  const listAll = (): RuleList => ({
    items: book.all().map((rule) => shown(rule)),
    sets: builtInSets.map((set) => shownSet(set, ['everywhere'])),
  });

  /** Who changed the rules of a sandbox is in its recording. */
  const tell = (caller: Caller, scope: RuleScope): void => {
    if (scope.kind !== 'sandbox') return;
    const entry = room.find(scope.sandbox);
    if (!entry || entry.ended) return;
    entry.append({ kind: 'sandbox.updated', actor: caller.actor, by: caller.token, data: { changed: ['rules'] } });
  };
  const assertOpen = (scope: RuleScope): void => {
    if (scope.kind === 'sandbox' && room.entry(scope.sandbox).ended)
      throw new AppError('gone', 'The sandbox has ended; its rules cannot be changed any more.');
  };

  const keep = async (caller: Caller, scope: RuleScope, rules: readonly StoredRule[]): Promise<void> => {
    book.assertRoom(keyOf(scope), rules);
    await store.saveRules(rules);
    for (const rule of rules) book.put(rule);
    tell(caller, scope);
  };
  /** @throws AppError `notFound`, also for a rule of another scope: a sandbox's own token does not reach further. */
  const owned = (scope: RuleScope | 'shared', id: RuleId): StoredRule => {
    const rule = book.find(id);
    const isOwn = rule && (scope === 'shared' ? scopeOf(rule.scope).kind !== 'sandbox' : rule.scope === keyOf(scope));
    if (!rule || !isOwn) throw new AppError('notFound', `There is no rule ${id} here. It may have been removed.`);
    return rule;
  };
  const newId = () => RuleId.parse(formatId('rul', random(10)));
  const newRule = (scope: RuleScope, { name, text, enabled = true }: CreateRule): StoredRule => ({
    id: newId(),
    scope: keyOf(scope),
    name: name ?? null,
    text: written(text),
    enabled,
    createdAtMs: room.clock.now(),
  });

  const service: RuleService = {
    list: (sandbox) => listOf(sandbox),
    listAll,
    fields: fieldList,
    check: checkRule,
    create: async (caller, scope, body) => {
      assertOpen(scope);
      const rule = newRule(scope, body);
      await keep(caller, scope, [rule]);
      return shown(rule, scope.kind === 'sandbox' ? scope.sandbox : undefined);
    },
    update: async (caller, scope, id, body: UpdateRule) => {
      const rule = owned(scope, id);
      const its = scopeOf(rule.scope);
      assertOpen(its);
      const text = body.text === undefined ? rule.text : written(body.text);
      const changed = { ...rule, text, enabled: body.enabled ?? rule.enabled, name: body.name ?? rule.name };
      await keep(caller, its, [changed]);
      return shown(changed, its.kind === 'sandbox' ? its.sandbox : undefined);
    },
    remove: async (caller, scope, id) => {
      const rule = owned(scope, id);
      await store.removeRule(id);
      book.remove(id);
      hits.forget(id);
      tell(caller, scopeOf(rule.scope));
    },
    switchSet: async (caller, scope, name: RuleSetName, enabled) => {
      assertOpen(scope);
      const key = keyOf(scope);
      await store.switchSet(key, name, enabled);
      book.switchSet(key, name, enabled);
      tell(caller, scope);
      const sandbox = scope.kind === 'sandbox' ? scope.sandbox : undefined;
      const scopes = sandbox === undefined ? [key] : scopesOf(room.entry(sandbox));
      return shownSet(builtInSetOf(name), scopes, sandbox);
    },
    preview: async (sandbox, text, limit) => {
      const entry = room.entry(sandbox);
      const rule = readyRule({ id: previewId, name: '', text: written(text) });
      const { log, facts } = entry;
      return await previewRule({ log, rule, limit, zeroMs: zeroMsOf(facts), now: Date.now });
    },
    export: (scope) => {
      if (scope.kind === 'sandbox') room.entry(scope.sandbox);
      const key = keyOf(scope);
      const rules = book.of(key).map(({ name, text, enabled }) => ({ name: name ?? text.slice(0, 80), text, enabled }));
      const sets = builtInSets.map((set) => set.name).filter((name) => book.isSwitchedOn(key, name));
      return { sandglassRules: 1, rules, sets };
    },
    import: async (caller, scope, file: RuleFile) => {
      assertOpen(scope);
      const key = keyOf(scope);
      const rules = file.rules.map((rule, at) => readAt(at, () => newRule(scope, rule)));
      const there = new Set(book.of(key).map(({ text }) => text));
      const added = rules.filter(({ text }) => !there.has(text) && there.add(text));
      await keep(caller, scope, added);
      for (const name of file.sets) {
        await store.switchSet(key, name, true);
        book.switchSet(key, name, true);
      }
      return scope.kind === 'sandbox' ? listOf(scope.sandbox) : listAll();
    },
  };

  return {
    service,
    port: {
      before: (sandbox, call) => rulesOf(sandbox)?.before(call) ?? null,
      after: (sandbox, call) => rulesOf(sandbox)?.after(call) ?? null,
      mayHoldAfter: (sandbox, name) => rulesOf(sandbox)?.mayHoldAfter(name) ?? false,
      onEvent: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    inherit: async ({ id }, parent) => {
      const copied = book.of(parent).map((rule) => ({ ...rule, id: newId(), scope: id }));
      await store.saveRules(copied);
      for (const rule of copied) book.put(rule);
      for (const { name } of builtInSets) {
        if (!book.isSwitchedOn(parent, name)) continue;
        await store.switchSet(id, name, true);
        book.switchSet(id, name, true);
      }
    },
    async start() {
      await dropOrphans();
      const [rules, sets, counts] = await Promise.all([store.rules(), store.sets(), store.hits()]);
      for (const rule of rules) {
        book.put(rule);
        if (!checkRule(rule.text).ok)
          room.logger.warn({ rule: rule.id }, 'a rule of an earlier version cannot be read');
      }
      for (const { scope, name } of sets) book.switchSet(scope, name, true);
      hits.load(counts);
      for (const entry of room.entries()) if (!entry.ended) rulesOf(entry.id);
    },
    async forget(sandbox) {
      await forgetSandbox(sandbox);
    },
    async close() {
      stopFollowing();
      for (const id of [...atWork.keys()]) letGo(id);
      await hits.flush();
    },
  };
}

const previewId = RuleId.parse('rul_preview');
