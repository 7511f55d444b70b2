/** The one way by which something that an agent asked for happens: it is recorded, and it waits where the gate makes it wait. */
import type { SandboxId } from '@sandglass/protocol';
import type { AskedCall, Caller, CallService } from '../services.ts';
import { askCall } from './calls.ts';
import type { SandboxRoom } from './room.ts';

export function createCallService(room: SandboxRoom): CallService {
  return {
    pass: async <A extends Record<string, unknown>, T>(
      caller: Caller,
      sandbox: SandboxId,
      asked: AskedCall<A, T>,
      work: (given: A) => Promise<T>,
    ): Promise<T> => {
      const entry = room.entry(sandbox);
      entry.awake(asked.name);
      entry.lastActiveAtMs = room.clock.now();
      const call = askCall(entry.log, caller, room.newId.call(), {
        name: asked.name,
        summary: asked.summary(asked.arguments),
        arguments: asked.arguments,
      });
      try {
        const result = await work(asked.arguments);
        call.ended(asked.outcome(result));
        return result;
      } catch (error) {
        if (!entry.ended) call.failed(error);
        throw error;
      }
    },
  };
}
