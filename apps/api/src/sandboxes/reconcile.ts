/**
 * At start: what the database says and what the host has are brought together. What lives is taken over, what died is marked,
 * what nobody knows is removed.
 */
import { AppError, type SandboxId, toAppError } from '@sandglass/protocol';
import type { CheckpointStore } from '../checkpoints/store.ts';
import type { Gates } from '../gate/gates.ts';
import type { Attachments } from './attachments.ts';
import { specOf } from './birth.ts';
import type { SandboxSink } from './driver.ts';
import { bySystem, type SandboxEntry } from './entry.ts';
import { findOpenCall } from './execPast.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Lifetimes } from './lifetimes.ts';
import type { Operations } from './operations.ts';
import type { SandboxRoom } from './room.ts';

export interface ReconcileOptions {
  readonly gates: Gates;
  readonly room: SandboxRoom;
  readonly operations: Operations;
  readonly lifetimes: Lifetimes;
  readonly checkpoints: CheckpointStore;
  readonly attachments: Attachments;
  readonly sinkOf: (entry: SandboxEntry) => SandboxSink;
}

const DIED = 'It ended while the server was down.';

export async function reconcile(options: ReconcileOptions): Promise<void> {
  const { room } = options;
  const host = await room.driver.list();
  const onHost = new Map(host.sandboxes.map((sandbox) => [sandbox.id, sandbox.state]));
  const living: Promise<void>[] = [];
  const secrets = await room.store.secretsOfLiving();
  for (const sandbox of await room.store.living()) {
    const {
      phase,
      asked: _asked,
      reason: _reason,
      gate: _gate,
      capture: _capture,
      lastSeq: _lastSeq,
      ...facts
    } = sandbox;
    if (phase === 'dead' || phase === 'failed') continue;
    const own = secrets.get(facts.id) ?? {};
    const state = onHost.get(facts.id) ?? 'dead';
    onHost.delete(facts.id);
    living.push(takeOver(room.add({ facts, secrets: own, life: stored(phase) }), state, options));
  }
  const known = new Set(await options.checkpoints.ids());
  const orphans = [...onHost.keys()];
  await Promise.all([
    ...living,
    ...orphans.map((id) => discard(room, id)),
    ...host.checkpoints
      .filter((id) => !known.has(id))
      .map((id) =>
        room.driver.removeCheckpoint(id).catch((error) => warn(room, error, 'an orphaned checkpoint stayed')),
      ),
  ]);
}

/** The life as it was last written; an operation that was cut off is ended by what the host says. */
function stored(phase: Exclude<ReturnType<SandboxEntry['sandbox']>['phase'], 'dead' | 'failed'>): Lifecycle {
  switch (phase) {
    case 'checkpointing':
    case 'restoring':
      return { phase, asked: null, before: 'running' };
    case 'killing':
      return { phase, asked: 'kill', reason: null };
    default:
      return { phase, asked: null };
  }
}

async function takeOver(
  entry: SandboxEntry,
  state: 'running' | 'frozen' | 'dead',
  options: ReconcileOptions,
): Promise<void> {
  const { room, operations, lifetimes } = options;
  await restoreRunning(entry, options);
  options.gates.recover(entry);
  const { phase } = entry.life;
  if (phase === 'killing') {
    await discard(room, entry.id);
    operations.endRunning(entry, DIED);
    entry.apply({ kind: 'done' }, undefined, room.clock.now());
    await entry.save();
    return;
  }
  if (state === 'dead' || phase === 'creating' || phase === 'restoring') {
    const reason =
      phase === 'creating'
        ? 'The server ended while it was being created.'
        : phase === 'restoring'
          ? 'The server ended while it was being put back.'
          : DIED;
    if (phase === 'creating' || phase === 'restoring')
      await operations.failedToCreate(entry, new AppError('unavailable', reason));
    else await operations.lost(entry, reason);
    return;
  }
  try {
    entry.handle = await room.driver.adopt(specOf(entry, { checkpoint: null }), options.sinkOf(entry));
    settle(entry, state);
    operations.endMissing(entry, await entry.handle.running());
    // What programs said meanwhile has come and was not written.
    entry.log.endPrivate(bySystem, 'the server was restarted');
    entry.lastActiveAtMs = room.clock.now();
    // Without its way out it still works; losing it for that would be worse.
    await options.attachments.attach(entry).catch((error) => warn(room, error, 'a sandbox has no way out', entry.id));
    lifetimes.arm(entry);
    await entry.save();
  } catch (error) {
    warn(room, error, 'a sandbox could not be taken over', entry.id);
    await operations.lost(
      entry,
      `It could not be taken over after a restart of the server: ${toAppError(error).message}`,
    );
  }
}

/** What the host says counts more than what was written last. */
function settle(entry: SandboxEntry, state: 'running' | 'frozen'): void {
  const reason = 'the server was restarted';
  if (isUnderway(entry)) entry.apply({ kind: 'done' });
  const { phase } = entry.life;
  if (phase === 'running' && state === 'frozen') {
    entry.apply({ kind: 'begin', what: 'freeze', reason });
    entry.apply({ kind: 'done' });
  } else if (phase === 'frozen' && state === 'running') {
    entry.apply({ kind: 'begin', what: 'thaw', reason });
    entry.apply({ kind: 'done' });
  }
}

function isUnderway(entry: SandboxEntry): boolean {
  return entry.life.phase !== 'running' && entry.life.phase !== 'frozen';
}

async function restoreRunning(entry: SandboxEntry, { room }: ReconcileOptions): Promise<void> {
  const [terminals, execs] = await Promise.all([room.store.terminals(entry.id), room.store.runningExecs(entry.id)]);
  for (const terminal of terminals) entry.terminals.set(terminal.id, terminal);
  for (const stored of execs) {
    const call = findOpenCall(entry.log, stored);
    if (call) entry.execs.add(stored.exec, call, null);
  }
}

async function discard(room: SandboxRoom, id: SandboxId): Promise<void> {
  await room.driver.discard(id).catch((error) => warn(room, error, 'an orphaned sandbox stayed', id));
}

function warn(room: SandboxRoom, error: unknown, message: string, sandbox?: SandboxId): void {
  room.logger.warn({ err: error, sandbox }, message);
}
