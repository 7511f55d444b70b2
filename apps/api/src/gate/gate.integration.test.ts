/** The gate over real sandboxes: what stands still really does, and what was let go goes on where it stood. */
import { type Gate, type SandboxId, TokenId } from '@sandglass/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasImages, KeeperWorld } from '../drivers/local/keeperWorld.ts';
import { agent, TestWorld } from '../sandboxes/testWorld.ts';
import type { Caller } from '../services.ts';
import { SETTLE_MS } from './modeDesk.ts';

const ana: Caller = {
  ...{ actor: 'person', token: TokenId.parse('tok_person'), door: 'console' },
  ...{ name: 'Ana', viewer: 'vw_aaaaaaaaaaaaaaaa' },
};

describe.skipIf(!hasImages)('the gate on the local driver', () => {
  let keeper: KeeperWorld;
  let world: TestWorld;
  beforeAll(async () => {
    keeper = await KeeperWorld.open();
    world = await TestWorld.open(() => keeper.openDriver());
  });
  afterAll(async () => {
    for (const { id } of (await world.services.sandboxes.list({ limit: 100 })).items)
      await world.services.sandboxes.kill(agent, id);
    await world[Symbol.asyncDispose]();
    await keeper[Symbol.asyncDispose]();
  });

  const until = (id: SandboxId, is: (gate: Gate) => boolean) =>
    new Promise<Gate>((resolve) => {
      const { gate } = world.services;
      const look = () => {
        if (!is(gate.get(id))) return;
        stop();
        resolve(gate.get(id));
      };
      const stop = gate.onChange(id, look);
      look();
    });
  const run = (id: SandboxId, command: string) => world.services.execs.start(agent, id, { command, timeoutMs: 30_000 });

  test('a pause stops a program in its middle, holds the next call, and both go on', async () => {
    const { id } = await world.create();
    const { gate } = world.services;
    const counting = run(id, 'for n in $(seq 1 20); do echo $n; sleep 0.05; done');
    await until(id, (now) => now.running.length === 1);
    const pausing = gate.pause(ana, id, {});
    world.clock.advance(SETTLE_MS);
    expect((await pausing).mode).toMatchObject({ kind: 'paused', freeze: true });
    const log = world.services.sandboxes.log(id);
    const before = log.lastSeq;
    const next = run(id, 'echo next');
    const { held } = await until(id, (now) => now.held.length === 1);
    expect(held[0]).toMatchObject({ name: 'exec', reason: { kind: 'pause' } });
    // Nothing came since but what was asked: the program stands still.
    expect(log.events(before + 1, 100).map(({ kind }) => kind)).toEqual(['call.asked', 'call.held']);
    await gate.continue(ana, id);
    expect((await counting).stdout?.trim().split('\n')).toHaveLength(20);
    expect((await next).stdout).toBe('next\n');
  });

  test('a command runs as it was edited, and is answered without being run', async () => {
    const { id } = await world.create();
    const { gate } = world.services;
    await gate.pause(ana, id, { freeze: false });
    const edited = run(id, 'echo wrong > said.txt; cat said.txt');
    const [first] = (await until(id, (now) => now.held.length === 1)).held;
    const better = { ...first!.arguments, command: 'echo right > said.txt; cat said.txt' };
    await gate.decide(ana, id, first!.call, { kind: 'edit', arguments: better });
    expect((await edited).stdout).toBe('right\n');
    const answered = run(id, 'rm said.txt');
    const [second] = (await until(id, (now) => now.held.length === 1)).held;
    await gate.decide(ana, id, second!.call, { kind: 'answer', result: { stdout: 'removed\n' } });
    expect(await answered).toMatchObject({ stdout: 'removed\n', exit: { code: 0 } });
    await gate.continue(ana, id);
    expect((await run(id, 'cat said.txt')).stdout).toBe('right\n');
  });

  test('who takes control is alone at the files, and the agent hears what changed', async () => {
    const { id } = await world.create();
    const { gate, files } = world.services;
    const holder = { ...ana, fence: gate.takeControl(ana, id).fence };
    const writing = run(id, 'cat notes.txt');
    await until(id, (now) => now.held.length === 1);
    await files.write(holder, id, 'notes.txt', once('by hand'), {}, new AbortController().signal);
    gate.releaseControl(holder, id, { note: 'See notes.txt' });
    expect((await writing).stdout).toBe('by hand');
    const [notice] = gate.takeNotices(agent, id);
    expect(notice?.files).toContain('/home/user/notes.txt');
    expect(notice?.text).toContain('See notes.txt');
  });
});

async function* once(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}
