/** What a person changes of a sandbox that runs, beside its files: its variables, and what it may reach. Each is an event, and is undone by another. */
import { isDeepStrictEqual } from 'node:util';
import {
  AppError,
  type ChangeEnvironment,
  type EgressPolicy,
  type LogEvent,
  type Sandbox,
  type SandboxId,
  type Seq,
} from '@sandglass/protocol';
import type { Gates } from '../gate/gates.ts';
import { REMOVED } from '../recorder/redaction/redactor.ts';
import { isSecretName, MIN_SECRET_CHARACTERS } from '../recorder/redaction/secretNames.ts';
import type { Caller } from '../services.ts';
import type { Attachments } from './attachments.ts';
import type { SandboxEntry } from './entry.ts';
import type { SandboxRoom } from './room.ts';

type Of<K extends LogEvent['kind']> = Extract<LogEvent, { kind: K }>;
type Changes = Of<'environment.changed'>['data']['changes'];
/** `variables`: null is as it was when the sandbox was created. `without`: taken away, also where it was created with it. */
export type Variables = Readonly<ChangeEnvironment>;

export interface InterventionService {
  /** Holds for programs that are started from now on; those that run keep what they have. */
  setEnvironment(caller: Caller, sandbox: SandboxId, variables: Variables): Promise<Sandbox>;
  /** @throws AppError `conflict` when it was changed again since, `unprocessable` when it is nothing that can be undone */
  undo(caller: Caller, sandbox: SandboxId, seq: Seq): Promise<Sandbox>;
}

export interface InterventionsOptions {
  readonly room: SandboxRoom;
  readonly gates: Gates;
  readonly attachments: Pick<Attachments, 'policyChanged'>;
}

/** Former values of secrets by the change that took them away. In memory alone: undo is offered as long as this server runs. */
type Former = Map<Seq, Readonly<Record<string, string>>>;
const MOST_FORMER = 100;

/** So many variables are named in one line of the record. */
const MOST_NAMED = 8;

export function createInterventions({ room, gates, attachments }: InterventionsOptions): InterventionService {
  const living = (id: SandboxId): SandboxEntry => {
    const entry = room.entry(id);
    if (entry.ended) throw new AppError('gone', 'The sandbox has ended; nothing of it can be changed any more.');
    return entry;
  };
  const kept = async (entry: SandboxEntry): Promise<Sandbox> => {
    await Promise.all([entry.save(), room.store.saveChangedSecrets(entry.id, entry.changedSecrets)]);
    entry.changed();
    return entry.sandbox();
  };

  const change = async (entry: SandboxEntry, caller: Caller, variables: Variables, undoes: Seq | null) => {
    const changes = planChanges(entry, variables);
    if (changes.length === 0) return entry.sandbox();
    for (const { to, secret } of changes) if (secret && to !== null) entry.log.redactor.add(to);
    apply(entry, changes);
    entry.append({
      kind: 'environment.changed',
      actor: caller.actor,
      by: caller.token,
      data: { changes: changes.map((one) => (one.secret ? masked(one) : one)), undoes },
    });
    remember(entry, entry.log.lastSeq, changes);
    return await kept(entry);
  };

  const former = new WeakMap<SandboxEntry, Former>();
  const remember = (entry: SandboxEntry, seq: Seq, changes: Changes) => {
    const hidden = changes.flatMap(({ name, from, secret }) =>
      secret && from !== null ? [[name, from] as const] : [],
    );
    if (hidden.length === 0) return;
    const all: Former = former.get(entry) ?? new Map();
    former.set(entry, all.set(seq, Object.fromEntries(hidden)));
    const oldest = all.keys().next().value;
    if (all.size > MOST_FORMER && oldest !== undefined) all.delete(oldest);
  };

  const undoEnvironment = async (entry: SandboxEntry, caller: Caller, { seq, data }: Of<'environment.changed'>) => {
    const later = entry.log.eventsOf(['environment.changed'], seq + 1, MOST_LATER);
    const before = data.changes.map(({ name, from, to, secret, removes = false, removed = false }) => {
      const now = entry.facts.environmentChanges?.[name] ?? null;
      const isGone = entry.facts.environmentRemoved?.includes(name) ?? false;
      // What a secret is now cannot be held against what the record says of it.
      const isSame = secret ? !later.some((event) => names(event).includes(name)) : now === to && isGone === removes;
      if (!isSame) throw changedSince(name);
      if (removed || !secret || from === null) return { name, value: from, removed };
      const kept = former.get(entry)?.get(seq)?.[name];
      if (kept !== undefined) return { name, value: kept, removed };
      throw new AppError(
        'unprocessable',
        `The value that ${name} had is a secret, kept only while the server ran that took it away. Set it again.`,
      );
    });
    const variables = Object.fromEntries(
      before.flatMap(({ name, value, removed }) => (removed ? [] : [[name, value] as const])),
    );
    const without = before.flatMap(({ name, removed }) => (removed ? [name] : []));
    return await change(entry, caller, { variables, without }, seq);
  };

  const undoEgress = async (entry: SandboxEntry, caller: Caller, { seq, data }: Of<'egress.changed'>) => {
    if (!isDeepStrictEqual(entry.facts.egress, data.to)) throw changedSince('What it may reach');
    tellEgress(entry, caller, data.from, seq);
    attachments.policyChanged(entry);
    return await kept(entry);
  };

  return {
    setEnvironment: async (caller, sandbox, variables) => {
      const entry = living(sandbox);
      // What cannot be is refused before anybody is asked.
      planChanges(entry, variables);
      const names = [...Object.keys(variables.variables), ...variables.without];
      const summary = names.slice(0, MOST_NAMED).join(', ');
      await gates.command(entry, caller, { name: 'environment', summary, arguments: { names } });
      return await change(entry, caller, variables, null);
    },
    undo: async (caller, sandbox, seq) => {
      const entry = living(sandbox);
      const event = entry.log.events(seq, 1)[0];
      if (event?.seq !== seq) throw new AppError('notFound', `There is no event ${seq} in the recording.`);
      await gates.command(entry, caller, { name: 'undo', summary: event.kind, arguments: { seq } });
      if (event.kind === 'environment.changed') return await undoEnvironment(entry, caller, event);
      if (event.kind === 'egress.changed') return await undoEgress(entry, caller, event);
      throw new AppError(
        'unprocessable',
        'Only changes of variables and of what a sandbox may reach are undone so. Files are put back by what they held, everything by a checkpoint.',
      );
    },
  };
}

/** Into the log, and from then on it is so; who enforces it is told by the caller. */
export function tellEgress(entry: SandboxEntry, caller: Caller, to: EgressPolicy, undoes: Seq | null): void {
  const from = entry.facts.egress;
  if (isDeepStrictEqual(from, to)) return;
  entry.facts = { ...entry.facts, egress: to };
  entry.append({ kind: 'egress.changed', actor: caller.actor, by: caller.token, data: { from, to, undoes } });
}

/** @throws AppError for what cannot be */
function planChanges(entry: SandboxEntry, { variables, without }: Variables): Changes {
  const { environment, environmentChanges = {}, environmentRemoved = [] } = entry.facts;
  const isKnownSecret = (name: string) =>
    Object.hasOwn(entry.secrets, name) || Object.hasOwn(entry.changedSecrets, name);
  const changedTo = (name: string, secret: boolean) =>
    (secret ? entry.changedSecrets[name] : environmentChanges[name]) ?? null;
  const changed = Object.entries(variables).flatMap(([name, to]): Changes => {
    const wasRemoved = environmentRemoved.includes(name);
    const secret = isKnownSecret(name) || (to !== null && isSecretName(name) && to.length >= MIN_SECRET_CHARACTERS);
    if (secret && to !== null && to.length < MIN_SECRET_CHARACTERS)
      throw new AppError('badRequest', `${name} is a secret: at least ${MIN_SECRET_CHARACTERS} characters are needed.`);
    const from = changedTo(name, secret);
    if (wasRemoved) return [{ name, from, to, secret, removed: true }];
    if (from === to && (to !== null || !wasGiven(entry, name))) return [];
    if (to === null && from === null)
      throw new AppError(
        'unprocessable',
        `${name} is as it was when the sandbox was created. To start programs without it, name it in \`without\`.`,
      );
    // A variable that was no secret and becomes one: its old value is not one either.
    if (secret && Object.hasOwn({ ...environment, ...environmentChanges }, name) && !isKnownSecret(name))
      return [{ name, from: environmentChanges[name] ?? null, to, secret }];
    return [{ name, from, to, secret }];
  });
  const taken = [...new Set(without)].flatMap((name): Changes => {
    if (Object.hasOwn(variables, name))
      throw new AppError('badRequest', `${name} is both set and taken away. Name it once.`);
    const secret = isKnownSecret(name);
    const from = changedTo(name, secret);
    if (wasGiven(entry, name))
      return environmentRemoved.includes(name) ? [] : [{ name, from, to: null, secret, removes: true }];
    return from === null ? [] : [{ name, from, to: null, secret }];
  });
  return [...changed, ...taken];
}

/** More changes of one sandbox's variables after one are as good as a change of this one. */
const MOST_LATER = 10_000;
const names = (event: LogEvent): string[] =>
  event.kind === 'environment.changed' ? event.data.changes.map(({ name }) => name) : [];

const wasGiven = ({ facts, secrets }: SandboxEntry, name: string): boolean =>
  Object.hasOwn(facts.environment, name) || Object.hasOwn(secrets, name);

function apply(entry: SandboxEntry, changes: Changes): void {
  const open = { ...entry.facts.environmentChanges };
  const secrets = { ...entry.changedSecrets };
  const removed = new Set(entry.facts.environmentRemoved);
  for (const { name, to, secret, removes } of changes) {
    delete open[name];
    delete secrets[name];
    removed.delete(name);
    if (removes) removed.add(name);
    else if (to !== null && secret) secrets[name] = to;
    else if (to !== null) open[name] = to;
  }
  entry.changedSecrets = secrets;
  const secretNames = [...new Set([...Object.keys(entry.secrets), ...Object.keys(secrets)])].sort();
  entry.facts = { ...entry.facts, environmentChanges: open, environmentRemoved: [...removed].sort(), secretNames };
}

const masked = (one: Changes[number]): Changes[number] => ({
  ...one,
  from: one.from === null ? null : REMOVED,
  to: one.to === null ? null : REMOVED,
});

const changedSince = (what: string): AppError =>
  new AppError('conflict', `${what} was changed again since. Look at how it is now, then change that.`);
