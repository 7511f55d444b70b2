import { expect, test, vi } from 'vitest';
import { trackFrame } from '../recorder/log.ts';
import { agent, TestWorld } from './testWorld.ts';

test('what lives is taken over: terminals, running commands, their bytes, the freeze', async () => {
  await using world = await TestWorld.open();
  const one = await world.create({ name: 'one' });
  const two = await world.create({ name: 'two' });
  await world.services.sandboxes.freeze(agent, two.id);
  const terminal = await world.services.terminals.open(agent, one.id, {});
  const exec = await world.services.execs.start(agent, one.id, { command: ['cat'], stdin: true, wait: false });
  await world.restart(() => world.host.machines.get(one.id)!.exec(exec.id).input.write(Buffer.from('said meanwhile')));
  const { sandboxes, terminals, execs } = world.services;
  expect(sandboxes.get(one.id)).toMatchObject({ phase: 'running', name: 'one' });
  expect(sandboxes.get(two.id)).toMatchObject({ phase: 'frozen' });
  expect(terminals.get(one.id, terminal.id).exit).toBeNull();
  await terminals.write(agent, one.id, terminal.id, 'exit\r');
  await execs.closeStdin(one.id, exec.id);
  while (execs.get(one.id, exec.id).exit === null || terminals.get(one.id, terminal.id).exit === null)
    await new Promise((resolve) => setImmediate(resolve));
  expect(sandboxes.log(one.id).trackBytes(`exec:${exec.id}`, trackFrame.stdout)).toBe(14);
  expect(world.events(one.id, 'call.ended')).toMatchObject([{ ok: true, summary: 'exit 0' }]);
  await sandboxes.thaw(agent, two.id);
  expect(sandboxes.get(two.id).phase).toBe('running');
});

test('what died is marked so, with its commands and terminals ended', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const terminal = await world.services.terminals.open(agent, id, {});
  await world.services.execs.start(agent, id, { command: 'sleep 60', wait: false });
  await world.restart(() => world.host.machines.get(id)!.end());
  expect(world.services.sandboxes.get(id)).toMatchObject({
    phase: 'dead',
    reason: 'It ended while the server was down.',
  });
  expect(world.services.terminals.get(id, terminal.id).exit).toMatchObject({ code: null });
  expect(world.events(id, 'call.ended')).toMatchObject([{ ok: false }]);
  // Nobody recorded it any more, and it is found all the same.
  const find = () => world.services.search.find({ words: 'ended while the server', sandbox: id, limit: 9 });
  await vi.waitFor(() => expect(find().total).toBeGreaterThan(0));
  await world.restart();
  expect(world.services.sandboxes.get(id).phase).toBe('dead');
  expect(world.events(id, 'sandbox.phase').filter((event) => event.to === 'dead')).toHaveLength(1);
});

test('a command that ended before the restart is still known, also when the database missed its end', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const done = await world.services.execs.start(agent, id, { command: 'exit 3' });
  await world.restart();
  const known = await world.services.execs.lookUp(id, done.id);
  expect(known).toMatchObject({ id: done.id, exit: { code: 3, signal: null }, timedOut: false, error: null });
  await expect(world.services.execs.lookUp(id, 'exe_nosuchone' as never)).rejects.toMatchObject({ code: 'notFound' });

  const late = await world.services.execs.start(agent, id, { command: 'sleep 60', wait: false });
  const { log } = world.services.sandboxes;
  const { call } = world.events(id, 'call.asked').at(-1)!;
  const ending = {
    call,
    ok: true,
    durationMs: 7.4,
    summary: 'exit 0',
    result: { code: 0, signal: null, timedOut: false },
  };
  log(id).append({ kind: 'call.ended', actor: 'agent', data: ending });
  await world.restart();
  expect(await world.services.execs.lookUp(id, late.id)).toMatchObject({ exit: { code: 0 }, durationMs: 7 });
});

test('what ended inside while nobody looked is marked ended, the rest goes on', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const gone = await world.services.terminals.open(agent, id, {});
  const stays = await world.services.terminals.open(agent, id, {});
  await world.restart(() => void world.host.machines.get(id)!.terminals.delete(gone.id));
  expect(world.services.terminals.list(id)).toMatchObject([
    { id: gone.id, exit: { code: null, signal: null } },
    { id: stays.id, exit: null },
  ]);
});

test('what the host has and nobody knows is removed', async () => {
  await using world = await TestWorld.open();
  const kept = await world.create();
  const checkpoint = await world.services.checkpoints.create(agent, kept.id, {});
  await world.restart(() => {
    const machine = world.host.machines.get(kept.id)!;
    world.host.machines.set('sbx_orphan' as never, machine);
    world.host.checkpoints.set('chk_orphan' as never, machine.files.copy());
    // The orphan's record names the orphan; its end must not be that of the machine it was copied from.
    world.host.machines.set(
      'sbx_orphan' as never,
      Object.create(machine, { id: { value: 'sbx_orphan' }, end: { value: () => {} } }),
    );
  });
  expect([...world.host.machines.keys()]).toEqual([kept.id]);
  expect([...world.host.checkpoints.keys()]).toEqual([checkpoint.id]);
});

test('times go on where they were: what was due meanwhile is done at once', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create({ ttlMs: 60_000 });
  await world.restart(() => world.clock.advance(120_000));
  world.clock.advance(1);
  await world.until(id, (sandbox) => sandbox.phase === 'dead');
});

test('a second restart is like the first', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  for (let i = 0; i < 3; i++) {
    await world.restart();
    const exec = await world.services.execs.start(agent, id, { command: `echo ${i}` });
    expect(exec.stdout).toBe(`${i}\n`);
  }
  const seqs = world.services.sandboxes
    .log(id)
    .events(0, 100)
    .map((event) => event.seq);
  expect(new Set(seqs).size).toBe(seqs.length);
});
