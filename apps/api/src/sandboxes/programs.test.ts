import { expect, test } from 'vitest';
import { trackFrame } from '../recorder/log.ts';
import { agent, person, TestWorld } from './testWorld.ts';

const error = (code: string) => expect.objectContaining({ name: 'AppError', code });

/** Resolves when a terminal's recorded output holds `text`. */
async function shows(world: TestWorld, sandbox: string, terminal: string, text: string): Promise<string> {
  const log = world.services.sandboxes.log(sandbox as never);
  const track = `terminal:${terminal}` as never;
  const read = () =>
    Buffer.concat(
      [...log.frames(track, 0)].filter((f) => f.kind === trackFrame.output).map((f) => f.payload),
    ).toString();
  if (read().includes(text)) return read();
  await new Promise<void>((resolve) => {
    const stop = log.onFrame(track, () => {
      if (!read().includes(text)) return;
      stop();
      resolve();
    });
  });
  return read();
}

test('a command that is waited for answers with its output, after it is in the log', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const exec = await world.services.execs.start(agent, id, { command: 'echo out; nosuch; exit 3' });
  expect(exec).toMatchObject({ exit: { code: 3, signal: null }, stdout: 'out\n', truncated: false, timedOut: false });
  expect(exec.stderr).toContain('command not found');
  const [asked] = world.events(id, 'call.asked');
  expect(asked).toMatchObject({
    name: 'exec',
    summary: 'exec echo out; nosuch; exit 3',
    exec: exec.id,
    door: 'native',
  });
  expect(world.events(id, 'call.ended')).toMatchObject([{ call: asked!.call, ok: true, summary: 'exit 3' }]);
});

test('output is bounded, and a character is never cut in two', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const exec = await world.services.execs.start(agent, id, { command: ['printf', 'ééééé'], maxOutputBytes: 5 });
  expect(exec).toMatchObject({ stdout: 'éé', truncated: true });
  const log = world.services.sandboxes.log(id);
  expect(log.trackBytes(`exec:${exec.id}`, trackFrame.stdout)).toBe(10);
});

test('invalid UTF-8 becomes a mark, not an error', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  await world.services.files.write(agent, id, '/tmp/b', bytes(Buffer.from([0x61, 0xff, 0x62])), {}, never());
  expect((await world.services.execs.start(agent, id, { command: 'cat /tmp/b' })).stdout).toBe('a\ufffdb');
});

test('stdin can be given whole, or fed', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const { execs } = world.services;
  expect((await execs.start(agent, id, { command: ['cat'], stdin: 'given' })).stdout).toBe('given');
  const fed = await execs.start(agent, id, { command: ['cat'], stdin: true, wait: false });
  await execs.writeStdin(id, fed.id, Buffer.from('fed'));
  await execs.closeStdin(id, fed.id);
  while (execs.get(id, fed.id).exit === null) await new Promise((resolve) => setImmediate(resolve));
  expect(world.services.sandboxes.log(id).trackBytes(`exec:${fed.id}`, trackFrame.stdout)).toBe(3);
});

test('a command past its time is killed and says so; a signal ends one too', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const { execs } = world.services;
  const late = await execs.start(agent, id, { command: 'sleep 60', timeoutMs: 5 });
  expect(late).toMatchObject({ timedOut: true, exit: { code: null, signal: 'SIGKILL' } });
  const running = await execs.start(agent, id, { command: 'sleep 60', wait: false });
  await execs.signal(person, id, running.id, 'SIGTERM');
  while (execs.get(id, running.id).exit === null) await new Promise((resolve) => setImmediate(resolve));
  expect(execs.get(id, running.id).exit).toEqual({ code: null, signal: 'SIGTERM' });
  await expect(execs.signal(person, id, running.id, 'SIGTERM')).rejects.toEqual(error('gone'));
  expect(() => execs.get(id, 'exe_nosuchone' as never)).toThrow(/no command/);
});

test('what cannot be a command is refused before it is recorded; one that cannot start is recorded as such', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const { execs } = world.services;
  await expect(execs.start(agent, id, { command: ['a\0b'] })).rejects.toEqual(error('badRequest'));
  expect(world.events(id, 'call.asked')).toEqual([]);
  await expect(execs.start(agent, id, { command: 'true', cwd: '/nowhere' })).rejects.toEqual(error('badRequest'));
  expect(world.events(id, 'call.ended')).toMatchObject([{ ok: false, error: { code: 'badRequest' } }]);
});

test('who stops waiting does not stop the command', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const away = new AbortController();
  const waiting = world.services.execs.start(agent, id, { command: ['cat'], stdin: true }, away.signal);
  setImmediate(() => away.abort(new Error('away')));
  await expect(waiting).rejects.toThrow('away');
  expect(world.services.execs.get(id, world.events(id, 'call.asked')[0]!.exec!).exit).toBeNull();
});

test('what is recorded of a call is bounded', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  await world.services.execs.start(agent, id, { command: `echo ${'x'.repeat(100_000)}\u001b[31m` });
  const [asked] = world.events(id, 'call.asked');
  expect(JSON.stringify(asked!.arguments).length).toBeLessThan(8300);
  expect(asked!.summary.length).toBeLessThanOrEqual(160);
  expect(asked!.summary).not.toContain('\u001b');
});

test('a terminal is recorded from its first byte, sizes in their place, and a late joiner gets a drawing', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const { terminals } = world.services;
  const terminal = await terminals.open(person, id, { columns: 100, rows: 30, owner: 'person' });
  expect(terminal).toMatchObject({ name: 'shell', owner: 'person', columns: 100, rows: 30, exit: null });
  await terminals.write(person, id, terminal.id, 'echo he""llo\r');
  await shows(world, id, terminal.id, '\r\nhello\r\n');
  const resized = await terminals.update(person, id, terminal.id, { columns: 120, rows: 40, name: 'mine' });
  expect(resized).toMatchObject({ columns: 120, rows: 40, name: 'mine' });
  expect(world.events(id, 'terminal.resized')).toEqual([{ terminal: terminal.id, columns: 120, rows: 40 }]);
  expect(world.events(id, 'terminal.renamed')).toEqual([{ terminal: terminal.id, name: 'mine' }]);
  const frames = [...world.services.sandboxes.log(id).frames(`terminal:${terminal.id}`, 0)];
  expect(frames[0]).toMatchObject({ kind: trackFrame.resize });
  expect([...frames[0]!.payload]).toEqual([0, 100, 0, 30]);
  const snapshot = await terminals.snapshot(id, terminal.id);
  expect(snapshot).toMatchObject({ columns: 120, rows: 40 });
  expect(snapshot.drawing).toContain('hello');
  expect(terminals.get(id, terminal.id).bytes).toBeGreaterThan(20);
});

test('terminals get names of their own, end, stay in the list, and take no more input', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const { terminals } = world.services;
  const one = await terminals.open(agent, id, {});
  const two = await terminals.open(agent, id, {});
  expect([one.name, two.name]).toEqual(['shell', 'shell 2']);
  await terminals.close(agent, id, one.id);
  while (terminals.get(id, one.id).exit === null) await new Promise((resolve) => setImmediate(resolve));
  expect(terminals.list(id)).toMatchObject([{ exit: { signal: 'SIGHUP' } }, { exit: null }]);
  await expect(terminals.write(agent, id, one.id, 'x')).rejects.toEqual(error('gone'));
  await terminals.close(agent, id, one.id);
  expect(world.events(id, 'terminal.exited')).toHaveLength(1);
  await expect(terminals.write(agent, id, 'trm_nosuchone' as never, 'x')).rejects.toEqual(error('notFound'));
});

test('a terminal that cannot be opened leaves none behind', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  await expect(world.services.terminals.open(agent, id, { cwd: '/nowhere' })).rejects.toEqual(error('badRequest'));
  expect(world.services.terminals.list(id)).toEqual([]);
});

test('changes of files are calls; reads are not; a refused write changes nothing', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create({ limits: { diskMb: 64 } });
  const { files } = world.services;
  const entry = await files.write(
    agent,
    id,
    'notes.txt',
    bytes(Buffer.from('one')),
    { expectedVersion: 'none' },
    never(),
  );
  expect(entry.path).toBe('/home/user/notes.txt');
  const clash = files.write(agent, id, 'notes.txt', bytes(Buffer.from('two')), { expectedVersion: '0' }, never());
  await expect(clash).rejects.toEqual(error('conflict'));
  const huge = files.write(agent, id, 'notes.txt', bytes(Buffer.alloc(0)), { sizeBytes: 5 * 1024 ** 3 }, never());
  await expect(huge).rejects.toEqual(error('noSpace'));
  const short = files.write(agent, id, 'notes.txt', bytes(Buffer.from('two')), { sizeBytes: 4 }, never());
  await expect(short).rejects.toEqual(error('badRequest'));
  const { content } = await files.read(id, 'notes.txt', { offset: 0 }, never());
  expect(Buffer.concat(await content.toArray()).toString()).toBe('one');
  await files.move(agent, id, 'notes.txt', 'other.txt', false);
  await files.remove(agent, id, 'other.txt', false);
  await expect(files.stat(id, 'other.txt')).rejects.toEqual(error('notFound'));
  expect(world.events(id, 'call.asked').map((call) => call.name)).toEqual([
    'write',
    'write',
    'write',
    'write',
    'move',
    'remove',
  ]);
  expect(world.events(id, 'call.ended').map((call) => call.ok)).toEqual([true, false, false, false, true, true]);
  const changes = world.events(id, 'file.changed').flatMap((event) => event.changes);
  expect(changes.map((change) => `${change.actor} ${change.kind} ${change.to ?? change.path}`)).toEqual([
    'agent created /home/user/notes.txt',
    'agent renamed /home/user/other.txt',
    'agent deleted /home/user/other.txt',
  ]);
});

test('paths of every bad kind get a typed error', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const { files } = world.services;
  expect((await files.stat(id, '../../../../etc')).path).toBe('/etc');
  await expect(files.stat(id, `/${'x'.repeat(300)}`)).rejects.toEqual(error('badRequest'));
  await expect(files.list(id, '/etc/hostname', 10)).rejects.toEqual(error('unprocessable'));
  await expect(files.read(id, '/etc', { offset: 0 }, never())).rejects.toEqual(error('unprocessable'));
  await expect(files.remove(agent, id, '/', true)).rejects.toEqual(error('unprocessable'));
  await expect(files.move(agent, id, '/etc', '/etc/below', false)).rejects.toEqual(error('unprocessable'));
});

test('processes and ports are those of the sandbox, without the server’s own', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const { execs, machine } = world.services;
  const served = await execs.start(agent, id, { command: 'serve 8000 hello', wait: false });
  while ((await machine.ports(id)).length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(await machine.ports(id)).toMatchObject([{ port: 8000 }]);
  const process = (await machine.processes(id)).find((one) => one.pid > 1);
  await machine.signal(person, id, process!.pid, 'SIGKILL');
  while (execs.get(id, served.id).exit === null) await new Promise((resolve) => setImmediate(resolve));
  await expect(machine.connectPort(id, 8000)).rejects.toEqual(error('portClosed'));
  await expect(machine.signal(person, id, 4242, 'SIGKILL')).rejects.toEqual(error('notFound'));
});

async function* bytes(content: Uint8Array): AsyncIterable<Uint8Array> {
  yield content;
}
const never = () => new AbortController().signal;
