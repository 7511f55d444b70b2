import { expect, test } from 'vitest';
import { agent, TestWorld } from '../sandboxes/testWorld.ts';

const error = (code: string) => expect.objectContaining({ name: 'AppError', code });
const run = (world: TestWorld, id: string, command: string) =>
  world.services.execs.start(agent, id as never, { command }).then((exec) => exec.stdout);

test('checkpoints are numbered, named, and know what came before them', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const { checkpoints } = world.services;
  const one = await checkpoints.create(agent, id, {});
  const two = await checkpoints.create(agent, id, { name: 'before the tests' });
  expect(one).toMatchObject({
    number: 1,
    name: '#1',
    parent: null,
    image: 'base',
    holds: { files: true, memory: false },
  });
  expect(two).toMatchObject({ number: 2, name: 'before the tests', parent: one.id });
  await checkpoints.restore(agent, id, one.id);
  const three = await checkpoints.create(agent, id, {});
  expect(three).toMatchObject({ number: 3, parent: one.id });
  await checkpoints.remove(agent, id, one.id);
  expect((await checkpoints.list(id)).map(({ number, parent }) => ({ number, parent }))).toEqual([
    { number: 2, parent: null },
    { number: 3, parent: null },
  ]);
  await checkpoints.remove(agent, id, three.id);
  expect(await checkpoints.create(agent, id, {})).toMatchObject({ number: 4 });
  expect(world.events(id, 'checkpoint.created')).toHaveLength(4);
});

test('a restore brings the files back, ends what ran, and leaves the sandbox usable', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const { checkpoints, terminals, sandboxes } = world.services;
  await run(world, id, 'echo good > state');
  const checkpoint = await checkpoints.create(agent, id, {});
  await run(world, id, 'echo bad > state');
  const terminal = await terminals.open(agent, id, {});
  const running = world.services.execs.start(agent, id, { command: 'sleep 60' });
  const restored = await checkpoints.restore(agent, id, checkpoint.id);
  expect(restored).toMatchObject({ phase: 'running', asked: null });
  await expect(running).rejects.toEqual(error('gone'));
  expect(terminals.get(id, terminal.id).exit).not.toBeNull();
  expect(await run(world, id, 'cat state')).toBe('good\n');
  expect(world.events(id, 'checkpoint.restored')).toEqual([{ checkpoint: checkpoint.id, number: 1 }]);
  await sandboxes.freeze(agent, id);
  expect(await checkpoints.restore(agent, id, checkpoint.id)).toMatchObject({ phase: 'running' });
});

test('a checkpoint of a frozen sandbox leaves it frozen', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  await world.services.sandboxes.freeze(agent, id);
  await world.services.checkpoints.create(agent, id, {});
  expect(world.services.sandboxes.get(id).phase).toBe('frozen');
});

test('a fork shares the past up to the checkpoint and nothing after it', async () => {
  await using world = await TestWorld.open();
  const parent = await world.create({ name: 'parent', egress: { allow: [{ host: 'example.com' }] } });
  await run(world, parent.id, 'echo shared > state');
  const checkpoint = await world.services.checkpoints.create(agent, parent.id, {});
  await run(world, parent.id, 'echo later > state');
  const fork = await world.create({ checkpoint: checkpoint.id });
  expect(fork).toMatchObject({
    name: 'parent ⑂ #1',
    parent: { sandbox: parent.id, checkpoint: checkpoint.id, seq: checkpoint.seq },
    egress: parent.egress,
  });
  expect(await run(world, fork.id, 'cat state')).toBe('shared\n');
  await run(world, fork.id, 'echo forked > state');
  expect(await run(world, parent.id, 'cat state')).toBe('later\n');
  expect(await world.services.checkpoints.create(agent, fork.id, {})).toMatchObject({
    number: 1,
    parent: checkpoint.id,
  });
});

test('checkpoints outlive their sandbox and the server', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const checkpoint = await world.services.checkpoints.create(agent, id, {});
  await world.services.sandboxes.kill(agent, id);
  await world.restart();
  expect(await world.services.checkpoints.list(id)).toMatchObject([{ id: checkpoint.id }]);
  expect(await world.create({ checkpoint: checkpoint.id })).toMatchObject({ phase: 'running' });
  await expect(world.services.checkpoints.restore(agent, id, checkpoint.id)).rejects.toEqual(error('gone'));
  await world.services.checkpoints.remove(agent, id, checkpoint.id);
  expect(world.host.checkpoints.size).toBe(0);
});

test('a checkpoint belongs to its sandbox, and memory is not promised where there is none', async () => {
  await using world = await TestWorld.open();
  const one = await world.create();
  const two = await world.create();
  const checkpoint = await world.services.checkpoints.create(agent, one.id, {});
  await expect(world.services.checkpoints.restore(agent, two.id, checkpoint.id)).rejects.toEqual(error('notFound'));
  await expect(world.services.checkpoints.remove(agent, two.id, checkpoint.id)).rejects.toEqual(error('notFound'));
  await expect(world.services.checkpoints.create(agent, one.id, { memory: true })).rejects.toEqual(
    error('notSupported'),
  );
});

test('a restore that could not begin leaves the sandbox as it was', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const checkpoint = await world.services.checkpoints.create(agent, id, {});
  world.host.checkpoints.clear();
  await expect(world.services.checkpoints.restore(agent, id, checkpoint.id)).rejects.toEqual(error('notFound'));
  expect(world.services.sandboxes.get(id)).toMatchObject({ phase: 'running', asked: null });
  expect(await run(world, id, 'echo on')).toBe('on\n');
});
