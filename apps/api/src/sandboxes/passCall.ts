/** The one way by which something that an agent asked for happens: it is recorded, and it waits where the gate makes it wait. */
import type { SandboxId, Seq } from '@sandglass/protocol';
import type { Causes } from '../gate/causes.ts';
import type { Gates } from '../gate/gates.ts';
import type { SandboxLog } from '../recorder/log.ts';
import type { AskedCall, Caller, CallService } from '../services.ts';
import type { SandboxRoom } from './room.ts';

export function createCallService(room: SandboxRoom, gates: Gates, causes: Causes): CallService {
  return {
    causes,
    mayHoldAfter: (sandbox, name) => gates.of(room.entry(sandbox)).mayHoldAfter(name),
    // Read from the logs, so that a restarted server knows it too; asked seldom.
    lastSandbox: (token) => {
      const alive = room.entries().filter((entry) => !entry.ended);
      const recent = alive.toSorted((one, other) => other.lastActiveAtMs - one.lastActiveAtMs);
      return recent.find(({ log }) => wasHere(log, token))?.id ?? null;
    },
    pass: async <A extends Record<string, unknown>, T>(
      caller: Caller,
      sandbox: SandboxId,
      { summary, outcome, ...asked }: AskedCall<A, T>,
      work: (given: A) => Promise<T>,
      signal?: AbortSignal,
    ): Promise<T> => {
      const entry = room.entry(sandbox);
      entry.lastActiveAtMs = room.clock.now();
      return await gates.pass(
        entry,
        caller,
        { ...asked, summary: summary(asked.arguments), ready: () => void entry.awake(asked.name) },
        { work: (given) => work(given as A), outcome },
        signal,
      );
    },
  };
}

/** So many events back a token still counts as working here. */
const RECENT_EVENTS = 2_000;

const wasHere = (log: SandboxLog, token: string): boolean =>
  log.events(Math.max(1, log.lastSeq - RECENT_EVENTS) as Seq, RECENT_EVENTS + 1).some((event) => event.by === token);
