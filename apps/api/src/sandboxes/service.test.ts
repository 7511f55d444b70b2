import { AppError } from '@sandglass/protocol';
import { expect, test } from 'vitest';
import { agent, person, TestWorld } from './testWorld.ts';

const error = (code: string) => expect.objectContaining({ name: 'AppError', code });

test('a sandbox is created with a name, defaults and a log of how it came to be', async () => {
  await using world = await TestWorld.open();
  const sandbox = await world.create({ labels: { team: 'blue' }, environment: { GREETING: 'hi' } });
  expect(sandbox).toMatchObject({ phase: 'running', image: 'base', asked: null, labels: { team: 'blue' } });
  expect(sandbox.name).toMatch(/^[a-z]+-[a-z]+$/);
  expect(sandbox.environment).toEqual({ GREETING: 'hi' });
  expect(world.events(sandbox.id, 'sandbox.created')).toHaveLength(1);
  expect(world.events(sandbox.id, 'sandbox.phase')).toMatchObject([{ from: 'creating', to: 'running' }]);
});

test('what a creation goes through is seen while it happens', async () => {
  await using world = await TestWorld.open();
  const phases: string[] = [];
  world.services.sandboxes.onChange((sandbox) => phases.push(sandbox.phase));
  await world.create();
  expect(phases).toEqual(['creating', 'running']);
});

test('limits above the host are refused by name, and nothing is made', async () => {
  await using world = await TestWorld.open();
  await expect(world.create({ limits: { cpus: 64 } })).rejects.toEqual(error('limitExceeded'));
  await expect(world.create({ limits: { memoryMb: 1_000_000 } })).rejects.toThrow(/8192 MB of memory/);
  await expect(world.create({ limits: { diskMb: 1_000_000 } })).rejects.toEqual(error('limitExceeded'));
  expect(world.host.machines.size).toBe(0);
  expect((await world.services.sandboxes.list({ limit: 10, ended: true })).items).toEqual([]);
});

test('a screen for an image without one is refused', async () => {
  await using world = await TestWorld.open();
  await expect(world.create({ screen: { width: 800, height: 600 } })).rejects.toEqual(error('unprocessable'));
});

test('a creation that fails half-way leaves a failed sandbox with its reason and nothing on the host', async () => {
  await using world = await TestWorld.open();
  world.host.failNextCreate = new AppError('noSpace', 'The pool is full.');
  await expect(world.create()).rejects.toEqual(error('noSpace'));
  const { items } = await world.services.sandboxes.list({ limit: 10, ended: true });
  expect(items).toMatchObject([{ phase: 'failed', reason: 'The pool is full.' }]);
  expect(items[0]!.endedAtMs).not.toBeNull();
  expect(world.host.machines.size).toBe(0);
});

test('who goes away before it is ready leaves no sandbox behind', async () => {
  await using world = await TestWorld.open();
  const away = new AbortController();
  const creating = world.services.sandboxes.create(agent, {}, away.signal);
  const stop = world.services.sandboxes.onChange(() => {
    stop();
    away.abort();
  });
  await expect(creating).rejects.toBeDefined();
  const { items } = await world.services.sandboxes.list({ limit: 10, ended: true });
  expect(items).toHaveLength(1);
  await world.until(items[0]!.id, (sandbox) => sandbox.phase === 'dead');
  expect(world.host.machines.size).toBe(0);
});

test('pages go newest first and hold when sandboxes come and go', async () => {
  await using world = await TestWorld.open();
  const made = [];
  for (let i = 0; i < 5; i++) {
    world.clock.advance(10);
    made.push(await world.create({ name: `n${i}` }));
  }
  const first = await world.services.sandboxes.list({ limit: 2 });
  expect(first.items.map((sandbox) => sandbox.name)).toEqual(['n4', 'n3']);
  await world.services.sandboxes.kill(agent, made[3]!.id);
  const second = await world.services.sandboxes.list({ limit: 2, after: first.next! });
  expect(second.items.map((sandbox) => sandbox.name)).toEqual(['n2', 'n1']);
  const third = await world.services.sandboxes.list({ limit: 2, after: second.next! });
  expect(third).toMatchObject({ items: [{ name: 'n0' }], next: null });
  await expect(world.services.sandboxes.list({ limit: 2, after: 'rubbish' })).rejects.toEqual(error('badRequest'));
});

test('a list is narrowed by phase, label, one sandbox, and shows ended ones when asked', async () => {
  await using world = await TestWorld.open();
  const one = await world.create({ labels: { kind: 'test' } });
  const two = await world.create();
  await world.services.sandboxes.freeze(agent, two.id);
  const three = await world.create();
  await world.services.sandboxes.kill(agent, three.id);
  const list = async (filter: object) =>
    (await world.services.sandboxes.list({ limit: 10, ...filter })).items.map((sandbox) => sandbox.id).sort();
  expect(await list({})).toEqual([one.id, two.id].sort());
  expect(await list({ phase: 'frozen' })).toEqual([two.id]);
  expect(await list({ phase: 'dead' })).toEqual([three.id]);
  expect(await list({ label: 'kind=test' })).toEqual([one.id]);
  expect(await list({ label: 'kind' })).toEqual([one.id]);
  expect(await list({ label: 'kind=other' })).toEqual([]);
  expect(await list({ ended: true })).toHaveLength(3);
  expect(await list({ only: two.id })).toEqual([two.id]);
});

test('freeze and thaw may be repeated; each happens once', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const { sandboxes } = world.services;
  const frozen = await Promise.all([sandboxes.freeze(person, id), sandboxes.freeze(agent, id)]);
  expect(frozen).toMatchObject([
    { phase: 'frozen', asked: null },
    { phase: 'frozen', asked: null },
  ]);
  await Promise.all([sandboxes.thaw(person, id), sandboxes.thaw(person, id)]);
  expect(world.events(id, 'sandbox.phase').map((event) => event.to)).toEqual([
    'running',
    'freezing',
    'frozen',
    'thawing',
    'running',
  ]);
});

test('in a frozen sandbox nothing is started, and the error says what to do', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  await world.services.sandboxes.freeze(agent, id);
  await expect(world.services.execs.start(agent, id, { command: 'true' })).rejects.toThrow(/frozen. Thaw it first/);
  await expect(world.services.files.list(id, '/', 10)).rejects.toEqual(error('wrongState'));
  await expect(world.services.terminals.open(agent, id, {})).rejects.toEqual(error('wrongState'));
});

test('a kill wins over whatever is going on, may be repeated, and leaves nothing', async () => {
  await using world = await TestWorld.open();
  const { waiting } = world.clock;
  const { id } = await world.create();
  const { sandboxes, checkpoints, execs, terminals } = world.services;
  const terminal = await terminals.open(agent, id, {});
  const running = execs.start(agent, id, { command: 'sleep 60' });
  const freezing = sandboxes.freeze(agent, id);
  const checkpointing = checkpoints.create(agent, id, {});
  const killed = await Promise.all([sandboxes.kill(agent, id, 'enough'), sandboxes.kill(agent, id)]);
  expect(killed).toMatchObject([{ phase: 'dead', reason: 'enough' }, { phase: 'dead' }]);
  const ends = await Promise.allSettled([running, freezing, checkpointing]);
  expect(ends.map((end) => end.status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(terminals.get(id, terminal.id).exit).toEqual({ code: null, signal: 'SIGKILL' });
  expect(world.host.machines.size).toBe(0);
  expect(world.clock.waiting).toBe(waiting);
  expect(await sandboxes.kill(agent, id)).toMatchObject({ phase: 'dead' });
  await expect(sandboxes.freeze(agent, id)).rejects.toEqual(error('gone'));
  expect(world.events(id, 'call.asked')).toHaveLength(1);
  expect(world.events(id, 'call.ended')).toMatchObject([{ ok: false, error: { code: 'gone' } }]);
});

test('a sandbox that ends by itself is marked dead with the reason', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const running = world.services.execs.start(agent, id, { command: 'sleep 60' });
  await world.services.execs.start(agent, id, { command: 'true' });
  world.host.machines.get(id)!.end('its first process was killed');
  await expect(running).rejects.toEqual(error('gone'));
  expect(world.services.sandboxes.get(id)).toMatchObject({ phase: 'dead', reason: 'its first process was killed' });
});

test('one whose time is over may be frozen instead, and then waits for as long as it takes', async () => {
  await using world = await TestWorld.open();
  const { sandboxes } = world.services;
  const { id } = await world.create({ ttlMs: 60_000, whenExpired: 'freeze' });
  world.clock.advance(60_000);
  const frozen = await world.until(id, ({ phase }) => phase === 'frozen');
  expect(frozen.expiresAtMs).toBeNull();
  world.clock.advance(3_600_000);
  expect(sandboxes.get(id).phase).toBe('frozen');
  expect((await sandboxes.thaw(agent, id)).phase).toBe('running');
});

test('a time to live ends it, also when it was changed', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create({ ttlMs: 60_000 });
  const { sandboxes } = world.services;
  world.clock.advance(59_000);
  await sandboxes.update(agent, id, { ttlMs: 60_000 });
  world.clock.advance(59_000);
  expect(sandboxes.get(id).phase).toBe('running');
  world.clock.advance(1_000);
  expect(await world.until(id, (sandbox) => sandbox.phase === 'dead')).toMatchObject({
    reason: 'its time to live is over',
  });
});

test('an idle sandbox is frozen; work, viewers and running commands put it off', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create({ idle: { afterMs: 10_000, action: 'freeze' } });
  const { sandboxes, execs } = world.services;
  world.clock.advance(9_000);
  sandboxes.touch(id);
  world.clock.advance(9_000);
  expect(sandboxes.get(id).phase).toBe('running');
  const exec = await execs.start(agent, id, { command: 'cat', stdin: true, wait: false });
  world.clock.advance(60_000);
  expect(sandboxes.get(id).phase).toBe('running');
  await execs.closeStdin(id, exec.id);
  while (execs.get(id, exec.id).exit === null) await new Promise((resolve) => setImmediate(resolve));
  world.clock.advance(30_000);
  await world.until(id, (sandbox) => sandbox.phase === 'frozen');
  world.clock.advance(60_000);
  expect(sandboxes.get(id).phase).toBe('frozen');
  await sandboxes.thaw(person, id);
  world.clock.advance(10_000);
  await world.until(id, (sandbox) => sandbox.phase === 'frozen');
});

test('an update changes what it names, says so in the log, and nothing else', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create({ name: 'before', labels: { a: '1' } });
  const { sandboxes } = world.services;
  const updated = await sandboxes.update(person, id, { name: 'after', idle: { afterMs: 5_000, action: 'kill' } });
  expect(updated).toMatchObject({ name: 'after', labels: { a: '1' }, idle: { afterMs: 5_000 } });
  expect(world.events(id, 'sandbox.updated')).toEqual([{ changed: ['name', 'idle'] }]);
  await sandboxes.kill(agent, id);
  await expect(sandboxes.update(person, id, { name: 'late' })).rejects.toEqual(error('gone'));
});

test('an unknown sandbox is not found, by every door', async () => {
  await using world = await TestWorld.open();
  const id = 'sbx_nosuchsandbox' as never;
  const { sandboxes, execs, files, terminals, machine, checkpoints } = world.services;
  expect(() => sandboxes.get(id)).toThrow(error('notFound') as never);
  expect(() => sandboxes.log(id)).toThrow(AppError);
  for (const asking of [
    sandboxes.freeze(agent, id),
    sandboxes.kill(agent, id),
    sandboxes.stats(id),
    execs.start(agent, id, { command: 'true' }),
    files.stat(id, '/'),
    terminals.open(agent, id, {}),
    machine.ports(id),
    checkpoints.list(id),
    checkpoints.create(agent, id, {}),
    sandboxes.create(agent, { checkpoint: 'chk_nosuchone' as never }),
  ])
    await expect(asking).rejects.toEqual(error('notFound'));
});
