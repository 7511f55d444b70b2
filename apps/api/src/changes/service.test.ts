import type { SandboxId } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { agent, person, TestWorld } from '../sandboxes/testWorld.ts';

async function worldWithFiles() {
  const world = await TestWorld.open();
  const { id } = await world.create();
  const { files, changes } = world.services;
  const { signal } = new AbortController();
  const write = async (path: string, text: string, caller = agent) =>
    await files.write(caller, id, path, one(text), { parents: true }, signal);
  const told = async (since: Parameters<typeof changes.changes>[1] = 'start', compare = true) => {
    const { items } = await changes.changes(id, since, { compare, everything: false });
    return items.map(({ status, path, actor }) => `${status} ${path.slice(11)} ${actor}`);
  };
  return { world, id, files, changes, signal, write, told };
}

async function* one(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function read(world: TestWorld, id: SandboxId, path: string): Promise<string> {
  const { content } = await world.services.files.read(id, path, { offset: 0 }, new AbortController().signal);
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

it('tells what differs from the start and from a checkpoint, and who did it', async () => {
  const { world, id, files, write, told } = await worldWithFiles();
  await using _ = world;
  await write('a.txt', 'one');
  await write('node_modules/x.js', 'noise');
  const checkpoint = await world.services.checkpoints.create(person, id, {});
  await write('b.txt', 'new', person);
  await write('a.txt', 'two', person);
  expect(await told()).toEqual(['added a.txt person', 'added b.txt person']);
  expect(await told(checkpoint.id)).toEqual(['modified a.txt person', 'added b.txt person']);
  await files.trash(person, id, ['a.txt']);
  expect(await told(checkpoint.id)).toEqual(['deleted a.txt person', 'added b.txt person']);
  await write('a.txt', 'one');
  expect(await told(checkpoint.id)).toEqual(['added b.txt person']);
});

it('knows what a restore brought back, to after the base and to before it', async () => {
  const { world, id, write, told } = await worldWithFiles();
  await using _ = world;
  const { checkpoints } = world.services;
  await write('a.txt', 'one');
  const first = await checkpoints.create(person, id, {});
  await write('a.txt', 'three');
  await write('b.txt', 'b');
  const second = await checkpoints.create(person, id, {});
  await write('c.txt', 'c');
  await checkpoints.restore(person, id, second.id);
  expect(await told(first.id)).toEqual(['modified a.txt agent', 'added b.txt agent']);
  expect(await told(second.id)).toEqual([]);
  await checkpoints.restore(person, id, first.id);
  expect(await told(first.id, false)).toEqual([]);
  expect(await told(second.id)).toEqual(['modified a.txt system', 'deleted b.txt system']);
});

it('puts one file back, keeps what was there, and has it on the log', async () => {
  const { world, id, files, changes, signal, write, told } = await worldWithFiles();
  await using _ = world;
  await write('a.txt', 'one');
  const { id: base } = await world.services.checkpoints.create(person, id, {});
  await write('a.txt', 'spoiled');
  const { entry, trashed } = await changes.revert(person, id, 'a.txt', base, signal);
  expect(entry).toMatchObject({ path: '/home/user/a.txt' });
  expect(await read(world, id, 'a.txt')).toBe('one');
  expect(await told(base)).toEqual([]);
  expect(world.events(id, 'call.asked').at(-1)).toMatchObject({ name: 'revert', summary: 'revert a.txt' });
  await files.restoreTrash(person, id, [trashed!.id], true);
  expect(await read(world, id, 'a.txt')).toBe('spoiled');
  await write('new.txt', 'n');
  expect(await changes.revert(person, id, 'new.txt', base, signal)).toMatchObject({
    entry: null,
    trashed: { id: 'new.txt' },
  });
  await expect(changes.revert(person, id, 'nowhere', base, signal)).rejects.toMatchObject({ code: 'notFound' });
});

it('does not lose what the system tells late: a file of before a checkpoint that is gone after it', async () => {
  const { world, id, files, write, told } = await worldWithFiles();
  await using _ = world;
  await write('a.txt', 'one');
  const { id: base } = await world.services.checkpoints.create(person, id, {});
  const change = { path: '/home/user/a.txt', kind: 'created', directory: false } as const;
  world.services.sandboxes
    .log(id)
    .append({ kind: 'file.changed', actor: 'system', data: { changes: [change], dropped: 0 } });
  await files.trash(person, id, ['a.txt']);
  expect(await told(base)).toEqual(['deleted a.txt person']);
});

it('tells a frozen sandbox from the log alone, and refuses a checkpoint of another', async () => {
  const { world, id, changes, write, told } = await worldWithFiles();
  await using _ = world;
  await write('a.txt', 'one');
  const other = await world.create();
  const { id: foreign } = await world.services.checkpoints.create(person, other.id, {});
  await expect(changes.changes(id, foreign, { compare: false, everything: false })).rejects.toMatchObject({
    code: 'notFound',
  });
  await world.services.sandboxes.freeze(person, id);
  expect(await changes.changes(id, 'start', { compare: true, everything: false })).toMatchObject({ compared: false });
  expect(await told()).toEqual(['added a.txt agent']);
});

it('tells what differed at a moment, forwards and backwards, from the start and from a checkpoint', async () => {
  const { world, id, files, changes, write } = await worldWithFiles();
  await using _ = world;
  const log = world.services.sandboxes.log(id);
  const moments: number[] = [];
  const mark = () => {
    moments.push(log.lastUs);
    world.clock.advance(10);
  };
  await write('a.txt', 'one');
  mark();
  const checkpoint = await world.services.checkpoints.create(person, id, {});
  mark();
  await write('b.txt', 'new', person);
  mark();
  await files.trash(person, id, ['a.txt']);
  mark();
  const at = async (untilUs: number, since: Parameters<typeof changes.changes>[1] = 'start') => {
    const { items, compared } = await changes.changes(id, since, { compare: true, everything: false, untilUs });
    expect(compared).toBe(false);
    return items.map(({ status, path }) => `${status} ${path.slice(11)}`);
  };
  const wanted = [['added a.txt'], ['added a.txt'], ['added a.txt', 'added b.txt'], ['added b.txt']];
  for (const [index, untilUs] of moments.entries()) expect(await at(untilUs)).toEqual(wanted[index]);
  for (const [index, untilUs] of [...moments.entries()].reverse()) expect(await at(untilUs)).toEqual(wanted[index]);
  // Right after a checkpoint a name may be of before it: only looking would say that b.txt is new.
  expect(await at(moments[3]!, checkpoint.id)).toEqual(['deleted a.txt', 'modified b.txt']);
  expect(await at(0)).toEqual([]);
});
