/** For tests of the gate: a sandbox in a world of its own for each test, and what they all look at. */
import { type CallId, type Gate, type SandboxId, TokenId } from '@sandglass/protocol';
import { afterEach, beforeEach, expect } from 'vitest';
import { agent, TestWorld } from '../sandboxes/testWorld.ts';
import type { Caller } from '../services.ts';

const token = TokenId.parse('tok_person');
export const ana: Caller = { actor: 'person', token, door: 'console', name: 'Ana', viewer: 'vw_aaaaaaaaaaaaaaaa' };
export const ben: Caller = { ...ana, name: 'Ben', viewer: 'vw_bbbbbbbbbbbbbbbb' };

export const code = (code: string) => expect.objectContaining({ code });

export async function* bytes(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

export function useGate() {
  let world: TestWorld;
  let id: SandboxId;
  beforeEach(async () => {
    world = await TestWorld.open();
    id = (await world.create()).id;
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });
  const gate = () => world.services.gate;
  /** Resolves with the gate when `is` holds for it. */
  const until = (is: (gate: Gate) => boolean): Promise<Gate> =>
    new Promise((resolve) => {
      const look = () => {
        const now = gate().get(id);
        if (!is(now)) return;
        stop();
        resolve(now);
      };
      const stop = gate().onChange(id, look);
      look();
    });
  return {
    get world() {
      return world;
    },
    get id() {
      return id;
    },
    gate,
    until,
    /** With the number of control as it is now. */
    holding: (caller = ana): Caller => ({ ...caller, fence: gate().get(id).control.fence }),
    held: async (): Promise<CallId> => (await until((now) => now.held.length > 0)).held[0]!.call,
    /** What the log says of one call, in order. */
    kinds: (call: CallId) =>
      world.services.sandboxes
        .log(id)
        .events(0, 5000)
        .filter((event) => 'call' in event.data && event.data.call === call)
        .map((event) => (event.kind === 'call.decided' ? event.data.decision : event.kind)),
    write: (path = 'a.txt', caller = agent) =>
      world.services.files.write(caller, id, path, bytes('x'), {}, new AbortController().signal),
    exec: (command: string, signal?: AbortSignal) => world.services.execs.start(agent, id, { command }, signal),
    rule: (text: string) => world.services.rules.create(ana, { kind: 'sandbox', sandbox: id }, { text }),
  };
}
