/** The rooms over real sandboxes: what programs that mean harm, or just go wrong, can and cannot do. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Exec, SandboxId, TerminalId } from '@sandglass/protocol';
import { FilesAt, FilesCursor, Recording, terminalAt } from '@sandglass/replay';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasImages, KeeperWorld } from '../drivers/local/keeperWorld.ts';
import { trackFrame } from '../recorder/log.ts';
import { sourceOfLog } from '../recorder/logSource.ts';
import { agent, TestWorld } from './testWorld.ts';

describe.skipIf(!hasImages)('rooms on the local driver', () => {
  let keeper: KeeperWorld;
  let world: TestWorld;
  const run = (id: SandboxId, command: string, timeoutMs = 20_000): Promise<Exec> =>
    world.services.execs.start(agent, id, { command, timeoutMs });
  const said = (sandbox: SandboxId, terminal: TerminalId) =>
    Buffer.concat(
      [...world.services.sandboxes.log(sandbox).frames(`terminal:${terminal}`, 0)]
        .filter((frame) => frame.kind === trackFrame.output)
        .map((frame) => frame.payload),
    ).toString();
  const error = (code: string) => expect.objectContaining({ name: 'AppError', code });

  beforeAll(async () => {
    keeper = await KeeperWorld.open();
    // Logs keep the time of the day: the clock that is moved by hand begins there.
    world = await TestWorld.open(() => keeper.openDriver(), Date.now());
  });
  afterAll(async () => {
    for (const { id } of (await world.services.sandboxes.list({ limit: 100 })).items)
      await world.services.sandboxes.kill(agent, id);
    await world[Symbol.asyncDispose]();
    await keeper[Symbol.asyncDispose]();
  });

  test('nothing leaves a sandbox but what its rules name, and a change counts at once', async () => {
    const upstream = createServer((_request, response) => response.end('from outside'));
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    const { port } = upstream.address() as AddressInfo;
    const fetch = `curl -sS --noproxy '' http://127.0.0.1:${port}/`;
    const { id } = await world.create();
    expect((await run(id, fetch)).stdout).toContain('may not connect');
    expect((await run(id, `curl -sS --noproxy '*' -m 5 http://1.1.1.1/`)).exit!.code).not.toBe(0);
    await world.services.sandboxes.update(agent, id, { egress: { allow: [{ host: '127.0.0.1', port }] } });
    expect((await run(id, fetch)).stdout).toBe('from outside');
    expect(world.events(id, 'egress.request').map((request) => request.verdict)).toEqual(['denied', 'allowed']);
    upstream.closeAllConnections();
    upstream.close();
  });

  test('a fork bomb hits its own limit; the sandbox can still be killed, and others do not notice', async () => {
    const { id, capabilities } = await world.create({ limits: { pids: 128 } });
    // Without root the limit is each user's own: the sandbox's root has as many again.
    const most = capabilities.isolation === 'process' ? 2 * 128 : 128;
    const other = await world.create();
    const bomb = run(id, 'bomb() { bomb | bomb & }; bomb; sleep 3', 10_000).catch(() => undefined);
    expect((await run(other.id, 'echo well')).stdout).toBe('well\n');
    expect((await world.services.sandboxes.stats(id)).pids).toBeLessThanOrEqual(most);
    expect(await world.services.sandboxes.kill(agent, id)).toMatchObject({ phase: 'dead' });
    await bomb;
  });

  test('a full disk is a typed error that changes nothing, and making room helps', async ({ skip }) => {
    const { id, capabilities } = await world.create({ limits: { diskMb: 128 } });
    skip(!capabilities.limits.disk, 'this level sets no limit to the disk');
    const { files } = world.services;
    const write = (content: string, sizeBytes?: number) =>
      files.write(agent, id, 'kept.txt', once(content), sizeBytes === undefined ? {} : { sizeBytes }, never());
    await write('before');
    await expect(write('', 5 * 1024 ** 3)).rejects.toEqual(error('noSpace'));
    const filled = await run(id, 'dd if=/dev/urandom of=big bs=1M count=400 2>&1; sync; echo filled');
    expect(filled.stdout).toMatch(/No space left|quota exceeded/i);
    const late = files.write(agent, id, 'kept.txt', megabytes(8), {}, never());
    await expect(late).rejects.toEqual(error('noSpace'));
    expect((await run(id, 'cat kept.txt; rm big; sync')).stdout).toBe('before');
  });

  test('a guest that is killed from inside ends its sandbox with a reason and no residue', async () => {
    const { id } = await world.create();
    await run(id, "sudo pkill -9 -f 'guest[.]cjs'").catch(() => undefined);
    const ended = await world.until(id, (sandbox) => sandbox.phase === 'dead');
    expect(ended.reason).toBeTruthy();
    await expect(run(id, 'true')).rejects.toEqual(error('gone'));
    await world.services.sandboxes.kill(agent, id);
    await expect
      .poll(async () => (await keeper.keeper.ask('list', {})).sandboxes.some((sandbox) => sandbox.id === id))
      .toBe(false);
  });

  test('a restarted server has every byte that was said meanwhile, once', async () => {
    const { id } = await world.create();
    const terminal = await world.services.terminals.open(agent, id, {});
    await world.services.terminals.write(
      agent,
      id,
      terminal.id,
      'for i in $(seq 40); do echo line-$i-; sleep 0.05; done; exit\r',
    );
    await world.restart();
    expect(world.services.sandboxes.get(id).phase).toBe('running');
    await expect.poll(() => world.services.terminals.get(id, terminal.id).exit, { timeout: 15_000 }).not.toBeNull();
    const frames = [...world.services.sandboxes.log(id).frames(`terminal:${terminal.id}`, 0)];
    const text = Buffer.concat(
      frames.filter((frame) => frame.kind === trackFrame.output).map((frame) => frame.payload),
    ).toString();
    const lines = [...text.matchAll(/^line-(\d+)-\r$/gm)].map((match) => Number(match[1]));
    expect(lines).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  });

  test('checkpoint, break, restore, fork: the files are those of the checkpoint', async () => {
    const { id } = await world.create();
    await run(id, 'echo good > state');
    const checkpoint = await world.services.checkpoints.create(agent, id, {});
    await run(id, 'echo bad > state');
    await world.services.checkpoints.restore(agent, id, checkpoint.id);
    expect((await run(id, 'cat state')).stdout).toBe('good\n');
    const fork = await world.create({ checkpoint: checkpoint.id });
    await run(fork.id, 'echo forked > state');
    expect((await run(id, 'cat state')).stdout).toBe('good\n');
    await world.services.sandboxes.kill(agent, id);
    expect(await world.create({ checkpoint: checkpoint.id })).toMatchObject({ phase: 'running' });
    await world.services.checkpoints.remove(agent, id, checkpoint.id);
    expect((await run(fork.id, 'cat state')).stdout).toBe('forked\n');
  });

  test('the recording of a fork has its parent’s past: files, terminals and output as they were then, and its own after it', async () => {
    const parent = await world.create();
    const { checkpoints, files, pastFiles, sandboxes, terminals } = world.services;
    const typed = await terminals.open(agent, parent.id, { owner: 'agent' });
    await terminals.write(agent, parent.id, typed.id, 'echo said-$((6 * 7)) > /dev/tty\n');
    await run(parent.id, 'echo first > notes.txt; sleep 1; echo second > notes.txt; sleep 0.5');
    await expect.poll(() => said(parent.id, typed.id)).toContain('said-42');
    const exec = await run(parent.id, 'echo heard');
    const log = sandboxes.log(parent.id);
    await files.write(agent, parent.id, 'late.txt', once('written just before'), {}, never());
    const told = () =>
      world.events(parent.id, 'file.changed').flatMap(({ changes }) => changes.map(({ path }) => path));
    await expect.poll(told).toContain('/home/user/late.txt');
    const { id } = await checkpoints.create(agent, parent.id, {});
    // The parent reads what was written after the place in its recording that the checkpoint has.
    const theirs = async (path: string) => {
      world.clock.advance(500);
      return (await (await pastFiles.at(parent.id, log.now())).read(path)).bytes.length;
    };
    for (const path of ['/home/user/late.txt', '/home/user/notes.txt'])
      await expect.poll(() => theirs(path).catch(() => 0)).toBeGreaterThan(0);
    await run(parent.id, 'echo of the parent alone > notes.txt; rm late.txt');
    const fork = await world.create({ checkpoint: id });
    await run(fork.id, 'echo third > notes.txt');
    const { atUs, seq } = sandboxes.get(fork.id).parent!;

    const whole = sandboxes.recording(fork.id);
    expect(whole.events(0, 5_000).filter((event) => event.seq <= seq)).toEqual(
      log.events(0, 5_000).filter((event) => event.seq <= seq),
    );
    const recording = await Recording.open(sourceOfLog(whole));
    const shell = await terminalAt(recording, typed.id, atUs! - 1);
    expect(
      JSON.stringify(shell?.steps.map((step) => (step.kind === 'output' ? Buffer.from(step.bytes).toString() : ''))),
    ).toContain('said-42');
    expect([...whole.frames(`exec:${exec.id}`, 0)].map(({ payload }) => Buffer.from(payload).toString()).join('')).toBe(
      'heard\n',
    );

    const textAt = async (path: string, us: number) => {
      const { bytes } = await (await pastFiles.at(sandboxes.ownerAt(fork.id, us), us)).read(path);
      return Buffer.from(bytes).toString();
    };
    // What the page reads: the segments of the fork's own recording.
    const seenAt = async (path: string, us: number) => {
      const shown = await new FilesCursor(recording).show(us);
      if (shown.what !== 'tree') return shown.what;
      const { bytes } = await new FilesAt(shown.tree, { start: null, blob: (hash) => recording.blob(hash) }).read(path);
      return Buffer.from(bytes).toString();
    };
    for (const read of [textAt, seenAt]) {
      expect(await read('/home/user/notes.txt', atUs! - 1)).toBe('second\n');
      expect(await read('/home/user/late.txt', atUs! - 1)).toBe('written just before');
    }
    const ours = () => {
      world.clock.advance(500);
      return textAt('/home/user/notes.txt', sandboxes.log(fork.id).now());
    };
    await expect.poll(() => ours().catch(String)).toBe('third\n');
    await checkpoints.remove(agent, parent.id, id);
  });

  test('with memory, a shell goes on in the fork and in what was put back, each in a terminal of its own', async ({
    skip,
  }) => {
    const { id, capabilities } = await world.create();
    skip(!capabilities.checkpoint.memory, 'this level does not hold memory');
    const { terminals, checkpoints } = world.services;
    const type = async (sandbox: SandboxId, terminal: TerminalId, text: string, answer: string) => {
      await world.services.terminals.write(agent, sandbox, terminal, `${text}\r`);
      await expect.poll(() => said(sandbox, terminal), { timeout: 10_000 }).toContain(answer);
    };
    const kept = await terminals.open(agent, id, { name: 'kept' });
    await type(id, kept.id, 'word=held; echo is-$word', 'is-held');
    const checkpoint = await checkpoints.create(agent, id, { memory: true });
    expect(checkpoint.holds).toEqual({ files: true, memory: true });
    await type(id, kept.id, 'word=changed; echo is-$word', 'is-changed');
    const later = await terminals.open(agent, id, { name: 'later' });
    const fork = await world.create({ checkpoint: checkpoint.id });
    expect(terminals.list(fork.id)).toMatchObject([{ id: kept.id, sandbox: fork.id, name: 'kept', exit: null }]);
    expect(said(fork.id, kept.id)).toContain('is-held');
    await type(fork.id, kept.id, 'echo fork-$word', 'fork-held');
    expect(said(id, kept.id)).not.toContain('fork-held');
    expect((await run(fork.id, 'hostname')).stdout).not.toBe((await run(id, 'hostname')).stdout);
    await terminals.close(agent, id, kept.id);
    await expect.poll(() => terminals.get(id, kept.id).exit).not.toBeNull();
    await checkpoints.restore(agent, id, checkpoint.id);
    expect(terminals.get(id, kept.id).exit).toBeNull();
    expect(terminals.get(id, later.id).exit).not.toBeNull();
    await type(id, kept.id, 'echo back-$word', 'back-held');
    await world.restart();
    for (const sandbox of [id, fork.id]) await type(sandbox, kept.id, 'echo on-$word', 'on-held');
    expect([id, fork.id].flatMap((sandbox) => world.events(sandbox, 'recorder.gap'))).toEqual([]);
  });
});

const never = () => new AbortController().signal;
async function* once(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}
async function* megabytes(count: number): AsyncIterable<Uint8Array> {
  for (let i = 0; i < count; i++) yield Buffer.alloc(1_048_576, i);
}
