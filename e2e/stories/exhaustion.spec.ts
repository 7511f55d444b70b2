/** Programs that take all there is: of the disk, of processes, of memory, of a terminal. They get it in their own sandbox only. */
import { expect, test } from '@playwright/test';
import type { Sandbox } from '@sandglass/client/node';
import { codeOf } from '../refusals.ts';
import { nothingWarm, useWorld } from '../world.ts';

const MB = 1_048_576;

const world = useWorld(nothingWarm);
/** Must never notice what happens to others. */
let neighbour: Sandbox;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  neighbour = await world.client.sandboxes.create({ name: 'neighbour' });
});

/** Everybody else goes on while one sandbox misbehaves. */
async function expectNeighbourUnharmed(): Promise<void> {
  const done = await neighbour.run('echo fine', { timeoutMs: 10_000 });
  expect(done.stdout).toBe('fine\n');
}

/** Comes as a stream: nobody knows its size before its end. */
function streamOf(sizeBytes: number): ReadableStream<Uint8Array> {
  let left = sizeBytes;
  return new ReadableStream({
    pull(controller) {
      if (left <= 0) return controller.close();
      const size = Math.min(left, 262_144);
      left -= size;
      controller.enqueue(new Uint8Array(size).fill(left & 0xff));
    },
  });
}

test('a full disk', async () => {
  await using sandbox = await world.client.sandboxes.create({ limits: { diskMb: 64 } });
  const { files } = sandbox;
  test.skip(!sandbox.info.capabilities.limits.disk, 'this level does not limit the disk');
  await files.write('kept', 'as it was');
  const before = await files.stat('kept');
  const filled = await sandbox.run('cat /dev/urandom > fill');
  expect(filled.exit?.code).not.toBe(0);
  expect(await codeOf(files.write('kept', new Uint8Array(4 * MB).fill(1)))).toBe('noSpace');
  expect(await codeOf(files.write('new', new Uint8Array(4 * MB).fill(1)))).toBe('noSpace');
  expect(await files.readText('kept')).toBe('as it was');
  expect((await files.stat('kept')).version).toBe(before.version);
  expect((await files.list()).map(({ name }) => name).filter((name) => !name.startsWith('.'))).toEqual([
    'fill',
    'kept',
  ]);
  expect((await sandbox.run('ls -A | grep -c sandglass-write')).stdout).toBe('0\n');
  expect((await sandbox.run('echo still here')).stdout).toBe('still here\n');
  await neighbour.files.write('mine', new Uint8Array(8 * MB));
  await expectNeighbourUnharmed();
  await files.remove('fill');
  expect(await codeOf(files.write('new', new Uint8Array(4 * MB).fill(1)))).toBe('done');
  // Full, it can be kept to be looked at later.
  await sandbox.run('cat /dev/urandom > fill');
  await sandbox.checkpoints.remove((await sandbox.checkpoint()).id);
});

test('an upload that is larger than the disk', async () => {
  await using sandbox = await world.client.sandboxes.create({ limits: { diskMb: 64 } });
  const { files } = sandbox;
  test.skip(!sandbox.info.capabilities.limits.disk, 'this level does not limit the disk');
  await files.write('big', 'small');
  // 5 GB, by its own word: refused before it is sent.
  const response = await fetch(
    world.client.urlOf('writeFile', { params: { sandbox: sandbox.id }, query: { path: 'big' } }),
    {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${world.server.ready.token}`,
        'content-type': 'application/octet-stream',
        'content-length': String(5 * 2 ** 30),
        expect: '',
      },
      body: streamOf(5 * 2 ** 30),
      duplex: 'half',
    } as RequestInit,
  ).catch((error: Error) => error);
  if (response instanceof Response) expect(((await response.json()) as { code: string }).code).toBe('noSpace');
  expect(await codeOf(files.write('big', streamOf(300 * MB)))).toBe('noSpace');
  expect(await files.readText('big')).toBe('small');
  expect((await sandbox.run('ls -A | grep -c sandglass-write')).stdout).toBe('0\n');
  await files.write('big', new Uint8Array(4 * MB));
  expect((await sandbox.stats()).diskBytes).toBeLessThan(16 * MB);
  await expectNeighbourUnharmed();
});

test('a fork bomb', async () => {
  await using sandbox = await world.client.sandboxes.create({ limits: { pids: 128 } });
  const bomb = await sandbox.start(['bash', '-c', 'bomb() { bomb | bomb & }; bomb; sleep 1000']);
  await expect.poll(async () => (await sandbox.stats()).pids).toBeGreaterThan(100);
  await expectNeighbourUnharmed();
  await sandbox.refresh();
  expect((await sandbox.processes()).length).toBeGreaterThan(50);
  expect(await codeOf(sandbox.files.write('note', 'still writes'))).toBe('done');
  // There may be a process left for it or not; if not, that is said.
  await sandbox.run('true', { timeoutMs: 5_000 }).catch((error) => expect(error.code).toBe('limitExceeded'));
  bomb.detach();
  const beganMs = performance.now();
  await sandbox.kill();
  expect(performance.now() - beganMs).toBeLessThan(10_000);
  await expectNeighbourUnharmed();
});

test('a program that takes all memory, and one that takes it as files', async () => {
  await using sandbox = await world.client.sandboxes.create({ limits: { memoryMb: 192 } });
  const hog = await sandbox.run(['python3', '-c', 'a = bytearray(10 ** 9)']);
  expect(hog.exit).toMatchObject({ signal: 'SIGKILL' });
  expect((await sandbox.run('echo survived')).stdout).toBe('survived\n');
  await sandbox.run('head -c 1000000000 /dev/zero > /dev/shm/full; true');
  await sandbox.files.remove('/dev/shm/full');
  expect((await sandbox.run('echo survived')).stdout).toBe('survived\n');
  await sandbox.refresh();
  expect(sandbox.info.phase).toBe('running');
  await expectNeighbourUnharmed();
});

test('a guest that is killed from inside', async () => {
  await using sandbox = await world.client.sandboxes.create();
  const terminal = await sandbox.terminals.open();
  const ends: Promise<string>[] = [];
  const ended = (subscribe: (onEnded: (end: { reason: string }) => void) => void) =>
    ends.push(new Promise((resolve) => subscribe((end) => resolve(end.reason))));
  ended((onEnded) => terminal.attach({ onEnded }));
  ended((onEnded) => world.client.stream.subscribe({ kind: 'events', sandbox: sandbox.id }, { onEnded }));
  ended((onEnded) => world.client.stream.subscribe({ kind: 'stats', sandbox: sandbox.id }, { onEnded }));
  const running = await sandbox.start('sleep 1000');
  ended((onEnded) =>
    world.client.stream.subscribe({ kind: 'exec', sandbox: sandbox.id, exec: running.id }, { onEnded }),
  );
  await sandbox.start('sudo pkill -9 -f guest.cjs');
  for (const reason of await Promise.all(ends)) expect(['sandboxEnded', 'exited']).toContain(reason);
  await expect.poll(async () => (await sandbox.refresh()).phase).toMatch(/^(dead|failed)$/);
  expect(sandbox.info.reason).toContain('inside');
  expect(await codeOf(sandbox.run('true'))).toBe('gone');
  expect(await codeOf(sandbox.files.readText('/etc/hostname'))).toBe('gone');
  expect(await codeOf(sandbox.ports.open(80))).toBe('gone');
  await expectNeighbourUnharmed();
});

test('a guest that is held from inside can still be killed', async () => {
  await using sandbox = await world.client.sandboxes.create();
  await sandbox.start('sudo pkill -STOP -f guest.cjs');
  await expect.poll(() => codeOf(sandbox.files.list('.', { timeoutMs: 1_000 })).catch(() => 'silent')).not.toBe('done');
  expect(await codeOf(world.client.request('stats', { params: { sandbox: sandbox.id } }))).toBe('done');
  await expectNeighbourUnharmed();
  const beganMs = performance.now();
  await sandbox.kill();
  expect(performance.now() - beganMs).toBeLessThan(5_000);
});

test('a line of 20 MB, and every byte of it', async () => {
  await using sandbox = await world.client.sandboxes.create();
  const terminal = await sandbox.terminals.open({
    command: ['bash', '-c', 'read; head -c 20000000 /dev/zero | tr "\\0" x; echo; echo the-end; read'],
  });
  let bytes = 0;
  let tail = '';
  const done = new Promise<void>((resolve) => {
    terminal.attach({
      onOutput: (chunk) => {
        bytes += chunk.length;
        tail = (tail + Buffer.from(chunk.subarray(-64)).toString('latin1')).slice(-64);
        if (tail.includes('the-end')) resolve();
      },
    });
  });
  await terminal.write('\r');
  await done;
  expect(bytes).toBeGreaterThanOrEqual(20_000_000);
  terminal.detach();
  // Who comes late sees its end, soon.
  const drawn = await new Promise<string>((resolve) => {
    terminal.attach({ onReset: (drawing) => resolve(Buffer.from(drawing).toString()) });
  });
  expect(drawn).toContain('the-end');
  terminal.detach();
  await expectNeighbourUnharmed();
});

test('a terminal full of sequences made to hurt', async () => {
  await using sandbox = await world.client.sandboxes.create();
  const spam = [
    'for i in $(seq 20000); do printf "\\e]0;title %s\\a\\e]52;c;aGk=\\a\\e]8;;http://x/$i\\aL" $i; done',
    // Two thousand million lines to scroll; a character to repeat as often.
    'for f in S T L M I Z b; do printf "x\\e[2147483647$f"; done',
    'printf "\\e]0;"; head -c 5000000 /dev/zero | tr "\\0" t',
    'printf "\\eP"; head -c 1000000 /dev/zero | tr "\\0" d',
    'printf "\\e[?3h\\e[8;60000;60000t\\e[99999;99999H\\ec\\e[2J\\e[H"',
    'echo still-$((20+2))-here; read',
  ].join('\n');
  await sandbox.files.write('spam', spam);
  const terminal = await sandbox.terminals.open({ command: ['bash', 'spam'] });
  let text = '';
  await new Promise<void>((resolve) => {
    terminal.attach({
      onOutput: (chunk) => {
        text = (text + Buffer.from(chunk).toString('latin1')).slice(-200);
        if (text.includes('still-22-here')) resolve();
      },
    });
  });
  terminal.detach();
  const drawn = await new Promise<string>((resolve) => {
    terminal.attach({ onReset: (drawing) => resolve(Buffer.from(drawing).toString()) });
  });
  expect(drawn).toContain('still-22-here');
  terminal.detach();
  expect(terminal.info).toMatchObject({ columns: 80, rows: 24 });
  await expectNeighbourUnharmed();
});
