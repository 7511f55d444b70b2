import {
  AppError,
  type Checkpoint,
  type CheckpointId,
  type CreateCheckpoint,
  type SandboxId,
} from '@sandglass/protocol';
import type { Gates } from '../gate/gates.ts';
import type { Attachments } from '../sandboxes/attachments.ts';
import { type By, byCaller, type SandboxEntry } from '../sandboxes/entry.ts';
import type { Operations } from '../sandboxes/operations.ts';
import { reopenTerminals } from '../sandboxes/returned.ts';
import type { SandboxRoom } from '../sandboxes/room.ts';
import type { CheckpointService } from '../services.ts';
import type { CheckpointStore } from './store.ts';

export interface CheckpointServiceOptions {
  readonly room: SandboxRoom;
  readonly operations: Operations;
  readonly store: CheckpointStore;
  readonly attachments: Attachments;
  readonly gates: Gates;
}

export interface CheckpointRoom {
  readonly service: CheckpointService;
  /** Past the gate: by the system, or by who has passed it. */
  make(entry: SandboxEntry, by: By, body: CreateCheckpoint): Promise<Checkpoint>;
}

const nothing = { terminals: [], execs: [] } as const;

export function createCheckpoints(options: CheckpointServiceOptions): CheckpointRoom {
  const { room, operations, store, gates } = options;

  const ofSandbox = async (sandbox: SandboxId, id: CheckpointId): Promise<Checkpoint> => {
    const checkpoint = await store.get(id);
    if (checkpoint.sandbox === sandbox) return checkpoint;
    throw new AppError(
      'notFound',
      `Sandbox ${sandbox} has no checkpoint ${id}. List its checkpoints to see their ids.`,
    );
  };

  const make = async (entry: SandboxEntry, by: By, body: CreateCheckpoint): Promise<Checkpoint> => {
    refuseImpossible(entry, body);
    entry.lastActiveAtMs = room.clock.now();
    const made = await operations.run(entry, 'checkpoint', by, {
      do: async (handle) => {
        const id = room.newId.checkpoint();
        const { lastNumber, head } = await store.head(entry.id);
        // The place in the recording is where it is about to stand still; what comes later is not in the checkpoint.
        const { lastSeq: seq } = entry.log;
        const atUs = entry.log.now();
        const going = entry.log.going();
        const { memory, notHeld, ...told } = await handle.checkpoint(id, body.memory ?? false);
        const stoppedMs = Math.round(told.stoppedMs * 100) / 100;
        const number = lastNumber + 1;
        const checkpoint: Checkpoint = {
          id,
          sandbox: entry.id,
          number,
          name: body.name ?? `#${number}`,
          parent: head ?? entry.facts.parent?.checkpoint ?? null,
          seq,
          atUs,
          going,
          atMs: room.clock.now(),
          holds: { files: true, memory },
          notHeld: [...notHeld],
          stoppedMs,
          image: entry.facts.image,
          // Read from the log when somebody asks.
          conversations: [],
        };
        try {
          await store.add(checkpoint);
        } catch (error) {
          await room.driver.removeCheckpoint(id);
          throw error;
        }
        const data = { checkpoint: id, number, name: checkpoint.name, memory, stoppedMs };
        if (!entry.ended) entry.append({ kind: 'checkpoint.created', actor: by.actor, by: by.token, data });
        return checkpoint;
      },
    });
    return made!;
  };

  const service: CheckpointService = {
    list: async (sandbox) => {
      room.entry(sandbox);
      return await store.list(sandbox);
    },
    create: async (caller, sandbox, body) => {
      const entry = room.entry(sandbox);
      refuseImpossible(entry, body);
      await gates.command(entry, caller, { name: 'checkpoint', summary: body.name ?? '', arguments: { ...body } });
      return await make(entry, byCaller(caller), body);
    },
    restore: async (caller, sandbox, id) => {
      const entry = room.entry(sandbox);
      const checkpoint = await ofSandbox(sandbox, id);
      await gates.command(entry, caller, { name: 'restore', summary: checkpoint.name, arguments: { checkpoint: id } });
      entry.lastActiveAtMs = room.clock.now();
      await operations.run(entry, 'restore', byCaller(caller), {
        do: async (handle) => {
          await handle.restore(id, checkpoint.holds.memory);
          const returned = checkpoint.holds.memory ? await handle.running() : nothing;
          operations.endRunning(entry, `The sandbox was put back to ${checkpoint.name}.`, returned);
          entry.append({
            kind: 'checkpoint.restored',
            actor: caller.actor,
            by: caller.token,
            data: { checkpoint: id, number: checkpoint.number },
          });
          await Promise.all([store.setHead(sandbox, id), options.attachments.reattach(entry)]);
          await reopenTerminals(entry, returned.terminals, { room, attachments: options.attachments });
        },
      });
      return entry.sandbox();
    },
    // Forks are whole copies, so nothing hangs on a checkpoint: it may always go.
    remove: async (_caller, sandbox, id) => {
      const checkpoint = await ofSandbox(sandbox, id);
      await store.remove(checkpoint);
      await room.driver.removeCheckpoint(id);
    },
  };
  return { service, make };
}

function refuseImpossible(entry: SandboxEntry, body: CreateCheckpoint): void {
  const { checkpoint } = entry.facts.capabilities;
  if (checkpoint.files === 'none') throw new AppError('notSupported', 'This driver cannot make checkpoints.');
  if (body.memory === true && !checkpoint.memory)
    throw new AppError(
      'notSupported',
      'Checkpoints hold files only on this host, no memory. Leave `memory` out; npm run doctor says what is missing.',
    );
}
