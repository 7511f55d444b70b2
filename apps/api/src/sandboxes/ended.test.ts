/** Sandboxes that have ended are read from the database when somebody asks for them: thousands of them cost no memory. */
import { queryObjects } from 'node:v8';
import type { Sandbox } from '@sandglass/protocol';
import { expect, test, vi } from 'vitest';
import { Redactor } from '../recorder/redaction/redactor.ts';
import { SandboxEntry } from './entry.ts';
import { agent, person, TestWorld } from './testWorld.ts';

/** More than are kept at hand. */
const MANY = 90;
const AT_HAND = 64;

async function endMany(world: TestWorld, count: number): Promise<Sandbox[]> {
  const ended: Sandbox[] = [];
  for (let n = 0; n < count; n++) {
    world.clock.advance(1);
    const { id } = await world.create({ name: `n${n}`, labels: { parity: n % 2 === 0 ? 'even' : 'odd' } });
    ended.push(await world.services.sandboxes.kill(agent, id, 'done with'));
  }
  return ended;
}

test('so many are held, and no more', { timeout: 60_000 }, async () => {
  await using world = await TestWorld.open();
  await endMany(world, MANY);
  // Counts what is left after the garbage is gone; closed sockets hold on to theirs for a turn.
  const held = () => [queryObjects(SandboxEntry), queryObjects(Redactor)].map(Number);
  await vi.waitFor(() => expect(Math.max(...held())).toBeLessThanOrEqual(AT_HAND + 3), { timeout: 20_000 });
});

test('each is listed once, whether it is held or not, page by page, also after a restart', async () => {
  await using world = await TestWorld.open();
  const ended = await endMany(world, MANY);
  world.clock.advance(1);
  const alive = await world.create({ name: 'alive', labels: { parity: 'even' } });
  const names = [alive, ...ended.reverse()].map(({ name }) => name);
  const all = async (filter: object) => {
    const found: Sandbox[] = [];
    for (let after: string | null | undefined; after !== null; ) {
      const page = await world.services.sandboxes.list({ limit: 7, ...(after ? { after } : {}), ...filter });
      expect(page.items.length).toBeLessThanOrEqual(7);
      found.push(...page.items);
      after = page.next;
    }
    return found.map(({ name }) => name);
  };
  for (const time of ['as it went', 'after a restart']) {
    if (time === 'after a restart') await world.restart();
    expect(await all({ ended: true })).toEqual(names);
    expect(await all({ phase: 'dead' })).toEqual(names.slice(1));
    expect(await all({})).toEqual(['alive']);
    expect(await all({ ended: true, label: 'parity=even' })).toEqual([
      'alive',
      ...names.slice(1).filter((_, at) => at % 2 === 1),
    ]);
    expect(await all({ ended: true, only: ended[70]!.id })).toEqual([ended[70]!.name]);
  }
});

test('one that is not held is the same as ever: what it was, its terminals, its recording, its checkpoints and secrets', async () => {
  await using world = await TestWorld.open();
  const { sandboxes, terminals, checkpoints, execs } = world.services;
  const first = await world.create({ secrets: { TOKEN: 'correct-horse-battery' } });
  const terminal = await terminals.open(agent, first.id, { name: 'build' });
  const checkpoint = await checkpoints.create(agent, first.id, {});
  const run = await world.services.runs.start(agent, first.id, { goal: 'to end' });
  await sandboxes.kill(agent, first.id, 'enough');
  const before = { sandbox: sandboxes.get(first.id), events: sandboxes.log(first.id).events(0, 1_000) };
  await endMany(world, MANY);

  expect(sandboxes.get(first.id)).toEqual(before.sandbox);
  expect(before.sandbox).toMatchObject({ phase: 'dead', reason: 'enough' });
  expect(sandboxes.log(first.id).events(0, 1_000)).toEqual(before.events);
  expect(terminals.list(first.id)).toMatchObject([{ id: terminal.id, name: 'build' }]);
  const listed = (await world.services.runs.list({ limit: 1_000, sort: 'newest' })).items.find(
    ({ id }) => id === run.id,
  );
  expect(listed).toMatchObject({ outcome: 'stopped', sandboxName: first.name });
  await expect(sandboxes.freeze(person, first.id)).rejects.toMatchObject({ code: 'gone' });
  const fork = await world.create({ checkpoint: checkpoint.id });
  const said = await execs.start(agent, fork.id, { command: 'echo $TOKEN' });
  expect(said.stdout).toBe('correct-horse-battery\n');
  expect(JSON.stringify(world.events(fork.id, 'call.asked'))).not.toContain('correct-horse');
});

test('one that no longer is, is not found', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  await world.services.sandboxes.kill(agent, id);
  const other = id.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')) as typeof id;
  expect(() => world.services.sandboxes.get(other)).toThrowError(/There is no sandbox/);
});
