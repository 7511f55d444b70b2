import { RunId, type SandboxId } from '@sandglass/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DoorWorld } from '../doorWorld.ts';
import { createMcpDoor } from './door.ts';
import { Host } from './mcpWorld.ts';

let world: DoorWorld;
let sandbox: SandboxId;
beforeEach(async () => {
  world = await DoorWorld.open([createMcpDoor({ version: '0' })]);
  sandbox = (await world.rooms.create({ image: 'base' })).id;
});
afterEach(() => world[Symbol.asyncDispose]());

test('a host begins a run with a goal and a budget, and ends it with an outcome', async () => {
  await using host = await Host.connect(world.url, world.secret, { sandbox });
  const begun = await host.words('start_run', { goal: 'Mend the checkout', agent: 'mender', budget: { minutes: 10 } });
  expect(begun).toContain('0 of 10 minutes');
  const run = RunId.parse(/run_\w+/.exec(begun)![0]);
  await host.words('write_file', { path: '/home/user/a', content: 'a' });
  expect(await host.words('end_run', { run, outcome: 'succeeded', reason: 'Its tests pass' })).toContain('1 calls');
  expect(world.rooms.services.runs.get(sandbox, run)).toMatchObject({
    ...{ goal: 'Mend the checkout', agent: 'mender', door: 'mcp', origin: 'started' },
    ...{ outcome: 'succeeded', reason: 'Its tests pass', budget: { minutes: 10 }, calls: 1 },
  });
  expect(await host.refusal('end_run', { run: 'run_aaaa', outcome: 'failed' })).toContain('no run');
  expect(await host.refusal('start_run', { goal: 'x', budget: {} })).toContain('at least one limit');
});

test('past its minutes each tool says so', async () => {
  await using host = await Host.connect(world.url, world.secret, { sandbox });
  await host.words('start_run', { goal: 'Be quick', budget: { minutes: 1 } });
  world.rooms.clock.advance(60_000);
  const refused = await host.refusal('write_file', { path: '/home/user/a', content: 'a' });
  expect(refused).toContain('The budget of this run is spent: 1 of 1 minute.');
});
