/** What is left on the host: of what was killed, nothing; of what was not, everything. */
import { existsSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import type { Sandbox } from '@sandglass/client/node';
import { findTraces, networksOf, processesOf } from '../hostObjects.ts';
import { nothingWarm, useWorld } from '../world.ts';

test.describe.configure({ mode: 'serial' });
test.skip(process.getuid?.() !== 0, 'what a sandbox leaves is looked for as root');

const world = useWorld(nothingWarm);
const ids: string[] = [];
const networks: string[] = [];

/** Remembers what a living sandbox has on the host. */
function remember(...sandboxes: readonly Sandbox[]): void {
  for (const { id } of sandboxes) {
    ids.push(id);
    networks.push(...networksOf(id));
  }
}

function traces(): string[] {
  const pool = process.env['SANDGLASS_POOL'] ?? `${world.server.dataDir}/keeper/pool`;
  return findTraces({ dataDir: world.server.dataDir, pool, ids, networks });
}

/** Uses all there is to use. */
async function use(sandbox: Sandbox): Promise<void> {
  await sandbox.terminals.open();
  await sandbox.start('sleep 1000');
  await sandbox.start('python3 -m http.server 8000');
  await sandbox.files.write('folder/file', 'content', { parents: true });
  await sandbox.run('curl -s -m 5 http://example.com; (setsid sleep 1000 &) ; mkfifo pipe');
}

test('nothing is left of what was killed, but the checkpoints, and of those nothing once they are removed', async () => {
  expect(traces()).toEqual([]);
  const first = await world.client.sandboxes.create();
  await use(first);
  remember(first);
  const checkpoint = await first.checkpoint();
  const second = await first.fork({ checkpoint: checkpoint.id });
  await use(second);
  remember(second);
  await first.restore(checkpoint);
  remember(first);
  expect(await first.files.readText('folder/file')).toBe('content');
  const frozen = await world.client.sandboxes.create();
  await use(frozen);
  await frozen.freeze();
  remember(frozen);
  expect(traces().length).toBeGreaterThan(9);
  await Promise.all([first, second, frozen].map((sandbox) => sandbox.kill()));
  ids.push(checkpoint.id);
  await expect.poll(() => traces().filter((line) => !line.includes(checkpoint.id))).toEqual([]);
  expect(traces()).toContain(`tree ${checkpoint.id}`);
  await first.checkpoints.remove(checkpoint.id);
  await expect.poll(traces).toEqual([]);
});

test('nothing is left of one that ended by itself', async () => {
  const sandbox = await world.client.sandboxes.create();
  await use(sandbox);
  remember(sandbox);
  await sandbox.start('sudo pkill -9 -f guest.cjs');
  await expect.poll(async () => (await sandbox.refresh()).phase).toMatch(/^(dead|failed)$/);
  await expect.poll(traces).toEqual([]);
});

test('nothing is left of one that could not be made', async () => {
  const source = await world.client.sandboxes.create();
  remember(source);
  // There is no place for the guest any more.
  await source.run('sudo mv /opt /gone && sudo touch /opt');
  const checkpoint = await source.checkpoint();
  ids.push(checkpoint.id);
  const error = await world.client.sandboxes.create({ checkpoint: checkpoint.id }).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ name: 'AppError' });
  await source.checkpoints.remove(checkpoint.id);
  await source.kill();
  await expect.poll(traces).toEqual([]);
});

test('a server killed with a call held: nothing ran, “all like this” is so still, and is over with the run', async () => {
  const sandbox = await world.client.sandboxes.create();
  remember(sandbox);
  const params = { sandbox: sandbox.id };
  for (const word of ['often', 'once'])
    await world.client.request('createSandboxRule', { params, body: { text: `before exec matching "${word}" → ask` } });
  const run = await world.client.request('startRun', { params, body: { goal: 'append lines' } });
  const append = (word: string) => sandbox.run(`echo ${word} >> lines`);
  const held = async () => {
    for await (const gate of sandbox.gate.watch()) if (gate.held[0]) return gate.held[0].call;
    throw new Error('The sandbox has ended.');
  };
  const first = append('often');
  await sandbox.gate.decide(await held(), { kind: 'approve', alike: true });
  await first;
  const cutOff = append('once').catch((thrown: unknown) => thrown);
  const waiting = await held();
  await world.server.killServer();
  expect(await cutOff).toMatchObject({ name: 'ConnectionError', failure: 'lost' });

  // Its parent starts it again.
  await expect(async () => {
    expect((await sandbox.refresh()).phase).toBe('running');
  }).toPass({ timeout: 30_000 });
  const after = await sandbox.gate.get();
  expect(after).toMatchObject({ held: [], alike: [{ name: 'exec', run: run.id }] });
  const deciding = sandbox.gate.decide(waiting, { kind: 'approve' });
  await expect(deciding).rejects.toMatchObject({ code: 'gone' });
  await append('often');
  const again = append('once');
  await sandbox.gate.decide(await held(), { kind: 'approve' });
  await again;
  expect((await sandbox.run('cat lines')).stdout).toBe('often\noften\nonce\n');

  await world.client.request('endRun', { params: { ...params, run: run.id }, body: { outcome: 'succeeded' } });
  const asked = append('often');
  await sandbox.gate.decide(await held(), { kind: 'reject', reason: 'The run is over.' });
  await expect(asked).rejects.toMatchObject({ code: 'rejected' });
  await sandbox.kill();
});

test('after a crash of everything the next start takes over what lives, and says what died', async () => {
  const [kept, frozen, lost] = await Promise.all([
    world.client.sandboxes.create({ name: 'kept' }),
    world.client.sandboxes.create({ name: 'frozen' }),
    world.client.sandboxes.create({ name: 'lost' }),
  ]);
  await Promise.all([kept, frozen, lost].map(use));
  await frozen.freeze();
  remember(kept, frozen, lost);
  await world.server.crash();
  for (const pid of processesOf(lost.id)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {}
  }
  await world.server.launch();
  expect((await kept.refresh()).phase).toBe('running');
  expect((await frozen.refresh()).phase).toBe('frozen');
  expect(await lost.refresh()).toMatchObject({
    phase: 'dead',
    reason: expect.stringContaining('while the server was down'),
  });
  expect((await kept.run('cat folder/file')).stdout).toBe('content');
  await frozen.thaw();
  expect((await frozen.run('pgrep -c sleep')).exit?.code).toBe(0);
  await Promise.all([kept, frozen].map((sandbox) => sandbox.kill()));
  await expect.poll(traces).toEqual([]);
});

test('Ctrl-C leaves sandboxes running and says so; the next start finds everything', async () => {
  const sandbox = await world.client.sandboxes.create({ name: 'stays', labels: { purpose: 'proof' } });
  remember(sandbox);
  await sandbox.checkpoint({ name: 'before' });
  const terminal = await sandbox.terminals.open({ name: 'mine' });
  await typed(terminal, 'kept=$((40 + 2)); echo here-$kept', 'here-42');
  await world.server.stop('SIGINT');
  expect(world.server.said).toContain('1 sandbox keeps running');
  expect(existsSync(`/proc/${processesOf(sandbox.id)[0]}`)).toBe(true);
  await world.server.launch();
  expect(await sandbox.refresh()).toMatchObject({ name: 'stays', labels: { purpose: 'proof' }, phase: 'running' });
  expect((await sandbox.checkpoints.list()).map(({ name }) => name)).toEqual(['before']);
  const [again] = await sandbox.terminals.list();
  expect(again!.info).toMatchObject({ id: terminal.id, name: 'mine', exit: null });
  const scrollback = await new Promise<string>((resolve) => {
    again!.attach({ onReset: (drawing) => resolve(Buffer.from(drawing).toString()) });
  });
  expect(scrollback).toContain('here-42');
  // The same shell, not one like it.
  await typed(again!, 'echo again-$kept', 'again-42');
  ids.push(...(await sandbox.checkpoints.list()).map(({ id }) => id));
  for (const { id } of await sandbox.checkpoints.list()) await sandbox.checkpoints.remove(id);
  await sandbox.kill();
  await expect.poll(traces).toEqual([]);
});

/** Types a line; resolves when the terminal shows `wanted`. */
async function typed(
  terminal: Awaited<ReturnType<Sandbox['terminals']['open']>>,
  line: string,
  wanted: string,
): Promise<void> {
  let shown = '';
  const seen = new Promise<void>((resolve) => {
    terminal.attach({
      onOutput: (bytes) => {
        shown += Buffer.from(bytes).toString();
        if (shown.includes(wanted)) resolve();
      },
    });
  });
  await terminal.write(`${line}\r`);
  await seen;
  terminal.detach();
}
