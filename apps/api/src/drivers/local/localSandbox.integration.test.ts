import { once } from 'node:events';
import { type CheckpointId, type ExecId, formatId, type SandboxId, type TerminalId } from '@sandglass/protocol';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CreateSpec, DriverSandbox } from '../../sandboxes/driver.ts';
import { RecordingSink } from '../conformance.ts';
import { hasImage, hasImages, KeeperWorld } from './keeperWorld.ts';
import type { LocalDriver } from './localDriver.ts';

vi.setConfig({ testTimeout: 60_000 });

let counter = 0;
function nextId<T extends string>(prefix: 'sbx' | 'trm' | 'exe' | 'chk'): T {
  counter += 1;
  return formatId(prefix, Buffer.from(`local${String(process.pid % 1000)}${counter}`)) as T;
}

async function* repeated(chunk: Buffer, times: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < times; index++) yield chunk;
}

describe.skipIf(!hasImages)('local sandboxes', () => {
  let world: KeeperWorld;
  let driver: LocalDriver;

  beforeAll(async () => {
    world = await KeeperWorld.open();
    driver = await world.openDriver();
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  async function create(more: Partial<CreateSpec> & { limits?: CreateSpec['limits'] } = {}) {
    const sink = new RecordingSink();
    const spec: CreateSpec = {
      id: nextId<SandboxId>('sbx'),
      source: { image: 'base' },
      limits: { cpus: 2, memoryMb: 512, diskMb: 512, pids: 128 },
      environment: {},
      screen: null,
      hostname: 'here',
      ...more,
    };
    const sandbox = await driver.create(spec, sink);
    return { sandbox, sink, spec };
  }

  const capabilities = async () => (await driver.probe()).capabilities;

  async function run(
    { sandbox, sink }: { sandbox: DriverSandbox; sink: RecordingSink },
    command: string,
    user = 'user',
  ) {
    const id = nextId<ExecId>('exe');
    await sandbox.startExec({ id, command: ['/bin/bash', '-c', command], environment: {}, user, stdin: false });
    const { exit } = await sink.exit(id);
    return { ...exit, out: sink.text(`${id} stdout`).trim(), err: sink.text(`${id} stderr`).trim() };
  }

  it('gives the user a place of its own: home, rights, proxy, no secret', async () => {
    const here = await create();
    const { out } = await run(
      here,
      'id -un; pwd; echo $HTTPS_PROXY; sudo -n id -un; cat /proc/self/oom_score_adj; umask',
    );
    expect(out.split('\n')).toEqual(['user', '/home/user', 'http://127.0.0.1:3128', 'root', '500', '0022']);
    const seen = await run(here, 'cat /proc/*/environ 2>/dev/null | tr "\\0" "\\n" | grep -c SANDGLASS_GUEST_SECRET');
    expect(seen.out).toBe('0');
    await here.sandbox.kill();
  });

  it('has no zombies and an answer for its own host name', async () => {
    const here = await create();
    await run(here, '(setsid sleep 0.05 &) ; (setsid sleep 0.05 &)');
    const { out } = await run(
      here,
      'sleep 0.3; ps -eo stat= | grep -c ^Z; getent hosts $(hostname) >/dev/null && echo known',
    );
    expect(out.split('\n')).toEqual(['0', 'known']);
    await here.sandbox.kill();
  });

  it('reports its end when the guest is killed from inside', async () => {
    const here = await create();
    const pending = run(here, 'sleep 60');
    pending.catch(() => {});
    const killer = run(here, 'sudo -n pkill -KILL -f guest.cjs');
    killer.catch(() => {});
    await here.sink.until(() => here.sink.lostReason !== null);
    await expect(here.sandbox.processes()).rejects.toMatchObject({ code: 'gone' });
    const isListed = async () => (await driver.list()).sandboxes.some(({ id }) => id === here.sandbox.id);
    await vi.waitUntil(async () => !(await isListed()), { timeout: 10_000 });
  });

  it('does not take an impostor for the guest', async () => {
    const here = await create();
    const probe = `node -e "
      const s = require('net').connect(48099, '127.0.0.1');
      const json = Buffer.from(JSON.stringify({type:'hello',version:1,secret:'ab'.repeat(24),bootId:'x',terminals:[],execs:[]}));
      const head = Buffer.alloc(5); head.writeUInt32BE(json.length+1); head[4]=1;
      s.on('error', () => {}); s.on('data', () => console.log('answered')); s.on('close', () => console.log('dropped'));
      s.write(Buffer.concat([head, json]));"`;
    expect((await run(here, probe)).out).toBe('dropped');
    expect((await run(here, 'echo still here')).out).toBe('still here');
    await here.sandbox.kill();
  });

  it('survives a fork bomb', async () => {
    const here = await create();
    const bomb = nextId<ExecId>('exe');
    await here.sandbox.startExec({
      id: bomb,
      command: ['/bin/bash', '-c', 'b() { b | b & }; b; sleep 60'],
      environment: {},
      user: 'user',
      stdin: false,
    });
    await here.sandbox.signalExec(bomb, 'SIGKILL');
    expect((await here.sandbox.processes()).length).toBeGreaterThan(1);
    expect((await here.sandbox.files.stat('/etc/passwd')).kind).toBe('file');
    await here.sandbox.kill();
  });

  it('survives a program that takes all memory', async ({ skip }) => {
    skip(!(await capabilities()).limits.memory, 'this level does not limit memory');
    const here = await create();
    const hog = `node -e "const all = []; for (;;) all.push(Buffer.alloc(1 << 24, 1))"`;
    expect((await run(here, hog)).code).not.toBe(0);
    expect((await run(here, 'echo still here')).out).toBe('still here');
    await here.sandbox.kill();
  });

  it('says that its disk is full and leaves nothing of the file', async ({ skip }) => {
    skip(!(await capabilities()).limits.disk, 'this level does not limit the disk');
    const here = await create({ limits: { cpus: 2, memoryMb: 512, diskMb: 64, pids: 128 } });
    const chunk = Buffer.alloc(1 << 20, 7);
    const { signal } = new AbortController();
    await expect(here.sandbox.files.write('big', repeated(chunk, 200), {}, signal)).rejects.toMatchObject({
      code: 'noSpace',
    });
    const { items } = await here.sandbox.files.list('.', 100);
    expect(items.filter(({ name }) => name === 'big' || name.includes('sandglass'))).toEqual([]);
    await here.sandbox.files.write('small', repeated(Buffer.from('fits'), 1), {}, signal);
    await here.sandbox.kill();
  });

  it('tells file changes, and whole-file writes as one', async () => {
    const here = await create();
    await run(here, 'echo one > made; mv made moved');
    await here.sink.until(() => here.sink.changes.some(({ path, to }) => (to ?? path) === '/home/user/moved'));
    await here.sandbox.files.write('written', repeated(Buffer.from('text'), 1), {}, new AbortController().signal);
    await here.sink.until(() => here.sink.changes.some(({ path }) => path === '/home/user/written'));
    expect(here.sink.changes.filter(({ path }) => path.includes('.sandglass'))).toEqual([]);
    await here.sandbox.kill();
  });

  it('lends ports both ways', async () => {
    const here = await create();
    const server = await here.sandbox.listenPort(3128);
    server.on('connection', (socket) => socket.end('from outside'));
    expect((await run(here, 'exec 3<>/dev/tcp/127.0.0.1/3128; cat <&3')).out).toBe('from outside');
    server.close();
    const serve = `node -e "require('net').createServer((s) => s.end('from inside')).listen(8123, '127.0.0.1')"`;
    const id = nextId<ExecId>('exe');
    const command = ['/bin/bash', '-c', serve];
    await here.sandbox.startExec({ id, command, environment: {}, user: 'user', stdin: false });
    await vi.waitUntil(async () => (await here.sandbox.ports()).some(({ port }) => port === 8123), { timeout: 10_000 });
    expect((await here.sandbox.ports()).find(({ port }) => port === 8123)).toMatchObject({ process: 'node' });
    const socket = await here.sandbox.connectPort(8123);
    const [bytes] = await once(socket, 'data');
    expect(String(bytes)).toBe('from inside');
    socket.destroy();
    await here.sandbox.kill();
  });

  it.skipIf(!hasImage('desktop'))('opens the screen of a desktop, also while it is starting', async () => {
    const limits = { cpus: 2, memoryMb: 2048, diskMb: 1024, pids: 1024 };
    const here = await create({ source: { image: 'desktop' }, limits, screen: { width: 1024, height: 700 } });
    const screen = await here.sandbox.openScreen();
    const [greeting] = await once(screen, 'data');
    expect(String(greeting)).toMatch(/^RFB 003\.008\n/);
    screen.destroy();
    expect((await run(here, 'echo $DISPLAY')).out).toBe(':1');
    expect((await run(here, 'ps -eo args= | grep -o "[X]tigervnc.*-geometry 1024x700"')).code).toBe(0);
    await here.sandbox.kill();
  });

  it('keeps a terminal through freezing, a restarted driver, and thawing', async () => {
    const here = await create();
    const id = nextId<TerminalId>('trm');
    await here.sandbox.openTerminal({ id, columns: 80, rows: 24, environment: {}, user: 'user' });
    await here.sandbox.writeTerminal(id, 'kept=yes\r');
    await here.sandbox.freeze();
    await here.sandbox.release();
    const again = await driver.adopt(here.spec, here.sink);
    await expect(again.writeTerminal(id, 'x')).rejects.toMatchObject({ code: 'wrongState' });
    await again.thaw();
    await vi.waitUntil(async () => (await again.running()).terminals.includes(id), { timeout: 10_000 });
    await again.writeTerminal(id, 'echo kept-$kept\r');
    await here.sink.until(() => here.sink.text(id).includes('kept-yes'));
    await again.kill();
  });

  it('brings memory back: a shell, its variable and its terminal', async ({ skip }) => {
    skip(!(await capabilities()).checkpoint.memory, 'this level does not hold memory');
    const here = await create();
    const id = nextId<TerminalId>('trm');
    await here.sandbox.openTerminal({ id, columns: 80, rows: 24, environment: {}, user: 'user' });
    await here.sandbox.writeTerminal(id, 'kept=in-memory; echo ready-$kept\r');
    await here.sink.until(() => here.sink.text(id).includes('ready-in-memory'));
    const checkpoint = nextId<CheckpointId>('chk');
    expect((await here.sandbox.checkpoint(checkpoint, true)).memory).toBe(true);
    await here.sandbox.writeTerminal(id, 'kept=changed; echo now-$kept\r');
    await here.sink.until(() => here.sink.text(id).includes('now-changed'));
    const fork = await create({ source: { checkpoint, image: 'base', memory: true } });
    expect((await fork.sandbox.running()).terminals).toEqual([id]);
    await fork.sandbox.writeTerminal(id, 'echo fork-$kept\r');
    await fork.sink.until(() => fork.sink.text(id).includes('fork-in-memory'));
    await fork.sandbox.kill();
    await here.sandbox.restore(checkpoint, true);
    await here.sandbox.writeTerminal(id, 'echo back-$kept\r');
    await here.sink.until(() => here.sink.text(id).includes('back-in-memory'));
    await here.sandbox.kill();
    await driver.removeCheckpoint(checkpoint);
  });
});
