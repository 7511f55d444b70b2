import { AppError, type CreateSandbox, type Sandbox, type SandboxId, toAppError } from '@sandglass/protocol';
import type { CheckpointStore } from '../checkpoints/store.ts';
import type { Gates } from '../gate/gates.ts';
import { TEMPLATE_LABEL } from '../gate/rules/scopes.ts';
import { readStats } from '../recorder/statsTrack.ts';
import type { Caller, SandboxService } from '../services.ts';
import type { Attachments } from './attachments.ts';
import { type Birth, planBirth, specOf } from './birth.ts';
import type { SandboxSink } from './driver.ts';
import { byCaller, bySystem, type SandboxEntry } from './entry.ts';
import { endWhatWentOn } from './forkStart.ts';
import { tellEgress } from './interventions.ts';
import type { Lifetimes } from './lifetimes.ts';
import { pageOf } from './listing.ts';
import type { Operations } from './operations.ts';
import { createRecordingSink } from './recordingSink.ts';
import { inheritTerminals, reopenTerminals } from './returned.ts';
import type { SandboxRoom, SharedPast } from './room.ts';
import type { TerminalRoom } from './terminals.ts';

export interface SandboxServiceOptions {
  readonly room: SandboxRoom;
  readonly operations: Operations;
  readonly lifetimes: Lifetimes;
  readonly checkpoints: CheckpointStore;
  readonly attachments: Attachments;
  readonly gates: Gates;
  readonly sinkOf: (entry: SandboxEntry) => SandboxSink;
  /** A fork is held to the rules of its parent, before anything can be done in it. */
  readonly inherit: (entry: SandboxEntry, parent: SandboxId) => Promise<void>;
}

/** The sink of an entry: into its log, and on to the operations when it ends. */
export function createSinkOf(
  room: SandboxRoom,
  operations: Operations,
  resized: TerminalRoom['resized'],
): (entry: SandboxEntry) => SandboxSink {
  return (entry) =>
    createRecordingSink(entry, {
      terminalExited: (terminal, exit) => operations.terminalExited(entry, terminal, exit),
      terminalResized: (terminal, columns, rows) => resized(entry, terminal, columns, rows),
      lost: (reason) => {
        room.logger.warn({ sandbox: entry.id, reason }, 'a sandbox ended without being asked to');
        void operations.lost(entry, reason);
      },
    });
}

export function createSandboxService(options: SandboxServiceOptions): SandboxService {
  const { room, operations, lifetimes, gates } = options;

  /** A fork is asked of the sandbox that it comes from, while that lives. */
  const passFork = async (caller: Caller, { checkpoint: id, name }: CreateSandbox): Promise<void> => {
    if (id === undefined) return;
    const { sandbox } = await options.checkpoints.get(id);
    const parent = room.find(sandbox);
    if (!parent || parent.ended) return;
    await gates.command(parent, caller, { name: 'fork', summary: name ?? '', arguments: { checkpoint: id } });
  };

  /** Makes it on its host. The caller may go away: then it is killed, since nobody would know of it. */
  const build = async (entry: SandboxEntry, birth: Birth, signal: AbortSignal | undefined): Promise<void> => {
    const abort = () => void operations.kill(entry, bySystem, 'who asked for it went away before it was ready');
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    const parent = birth.checkpoint ? room.find(birth.checkpoint.sandbox) : undefined;
    try {
      if (birth.checkpoint) inheritTerminals(entry, parent, birth.checkpoint);
      const [handle] = await Promise.all([
        room.driver.create(specOf(entry, birth), options.sinkOf(entry)),
        entry.save().then(() => room.store.saveSecrets(entry.id, entry.secrets)),
      ]);
      if (entry.ended || entry.life.phase === 'killing') {
        // Killed meanwhile: that found nothing to kill, or only half of it.
        await handle.kill();
        await room.driver.discard(entry.id);
        throw new AppError('gone', 'The sandbox was killed while it was being created.');
      }
      entry.handle = handle;
      // Whether it shows a desktop or a browser without one was said by who made it.
      const { screen } = entry.facts.capabilities;
      entry.facts = { ...entry.facts, capabilities: { ...handle.capabilities, screen } };
      await options.attachments.attach(entry);
      if (birth.checkpoint?.holds.memory) {
        const { terminals } = await handle.running();
        await reopenTerminals(entry, terminals, { room, attachments: options.attachments, parent });
      }
      if (entry.life.phase !== 'creating')
        throw new AppError('gone', 'The sandbox was killed while it was being created.');
      entry.lastActiveAtMs = room.clock.now();
      entry.apply({ kind: 'done' });
      lifetimes.arm(entry);
      await entry.save();
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  };

  const create = async (caller: Caller, body: CreateSandbox, signal?: AbortSignal): Promise<Sandbox> => {
    signal?.throwIfAborted();
    await passFork(caller, body);
    const birth = await planBirth(body, { room, checkpoints: options.checkpoints });
    const { facts } = birth;
    const entry = room.add({ facts, secrets: birth.secrets });
    entry.append({
      kind: 'sandbox.created',
      actor: caller.actor,
      by: caller.token,
      data: { sandbox: facts.id, image: facts.image, name: facts.name, parent: facts.parent },
    });
    const past = room.pastOf(entry);
    if (past) endWhatWentOn(entry, past, birth.checkpoint?.going ?? []);
    entry.changed();
    try {
      if (facts.parent) await options.inherit(entry, facts.parent.sandbox);
      await build(entry, birth, signal);
    } catch (thrown) {
      const error = toAppError(thrown);
      room.logger.warn({ err: thrown, sandbox: entry.id }, 'a sandbox could not be created');
      await operations.failedToCreate(entry, error);
      throw error;
    }
    return entry.sandbox();
  };

  return {
    create,
    get: (id) => room.entry(id).sandbox(),
    list: (filter) => pageOf(room, filter),
    update: async (caller, id, body) => {
      const entry = room.entry(id);
      if (entry.ended) throw new AppError('gone', 'The sandbox has ended; nothing of it can be changed any more.');
      const { ttlMs, ...rest } = body;
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      const expiry = ttlMs === undefined ? {} : { expiresAtMs: ttlMs === null ? null : room.clock.now() + ttlMs };
      const changed = [...Object.keys(given), ...Object.keys(expiry)];
      if (changed.length === 0) return entry.sandbox();
      // A longer life, a name: an agent may say so at any time, or its sandbox would end while somebody looks at why it is held.
      const leaves = body.labels !== undefined && body.labels[TEMPLATE_LABEL] !== entry.facts.labels[TEMPLATE_LABEL];
      if (caller.actor === 'person' || body.egress || leaves)
        await gates.command(entry, caller, { name: 'update', summary: changed.join(', '), arguments: { ...given } });
      if (body.egress) tellEgress(entry, caller, body.egress, null);
      entry.facts = { ...entry.facts, ...given, ...expiry };
      // What it may reach has an event of its own.
      const told = changed.filter((name) => name !== 'egress');
      if (told.length > 0)
        entry.append({ kind: 'sandbox.updated', actor: caller.actor, by: caller.token, data: { changed: told } });
      lifetimes.arm(entry);
      if (body.egress) options.attachments.policyChanged(entry);
      await entry.save();
      entry.changed();
      return entry.sandbox();
    },
    freeze: async (caller, id) => {
      const entry = room.entry(id);
      await gates.command(entry, caller, { name: 'freeze', summary: '', arguments: {} });
      await operations.freeze(entry, byCaller(caller));
      return entry.sandbox();
    },
    thaw: async (caller, id) => {
      const entry = room.entry(id);
      await gates.command(entry, caller, { name: 'thaw', summary: '', arguments: {} });
      entry.lastActiveAtMs = room.clock.now();
      await operations.thaw(entry, byCaller(caller));
      return entry.sandbox();
    },
    kill: async (caller, id, reason) => {
      const entry = room.entry(id);
      if (!entry.ended) await gates.command(entry, caller, { name: 'kill', summary: reason ?? '', arguments: {} });
      await operations.kill(entry, byCaller(caller), reason ?? null);
      return entry.sandbox();
    },
    stats: async (id) => {
      const entry = room.entry(id);
      const stats = await entry.reachable().stats();
      return {
        atMs: room.clock.now(),
        ...stats,
        cpus: entry.facts.limits.cpus,
        diskLimitBytes: entry.facts.limits.diskMb * 1_048_576,
        network: { ...entry.network },
      };
    },
    statsHistory: (id, lastMs) => {
      const { log, ended, zeroMs } = room.entry(id);
      const endMs = ended ? zeroMs + log.lastUs / 1_000 : room.clock.now();
      const endUs = ended ? log.lastUs : log.now();
      return readStats(log, endMs - lastMs, endUs - lastMs * 1_000);
    },
    log: (id) => room.entry(id).log,
    recording: (id) => room.entry(id).recording,
    ownerAt: (id, atUs) => room.ownerAt(room.entry(id), atUs).id,
    pasts: (id) => {
      const pasts: SharedPast[] = [];
      for (let at = room.pastOf(room.entry(id)); at !== undefined; at = room.pastOf(at.from)) pasts.push(at);
      return pasts.map(({ from, seq }) => ({ sandbox: from.id, throughSeq: seq }));
    },
    onChange: (listener) => room.onChange(listener),
    touch: (id) => {
      const entry = room.find(id);
      if (entry) entry.lastActiveAtMs = room.clock.now();
    },
  };
}
