import type { ExecId, TerminalId } from '@sandglass/protocol';
import { describe, expect, it, vi } from 'vitest';
import { type GuestWorld, startGuestWorld, testUser } from './guestWorld.ts';

vi.setConfig({ testTimeout: 30_000 });

let count = 0;
const nextExec = () =>
  `exe_test${'abcdefghijklmnopqrstuvwxyz'[count++ % 26]}${'abcdefghijklmnopqrstuvwxyz'[(count / 26) | 0]}` as ExecId;
const nextTerminal = () => nextExec().replace('exe', 'trm') as TerminalId;

async function start(
  world: GuestWorld,
  command: readonly string[],
  options: {
    cwd?: string;
    timeoutMs?: number;
    stdin?: boolean;
    environment?: Record<string, string>;
    user?: string;
  } = {},
): Promise<ExecId> {
  const exec = nextExec();
  world.link.outputs.addExec(exec);
  if (options.stdin) world.link.inputs.open(`${exec}/0`);
  await world.link.ask('startExec', {
    exec,
    command,
    environment: {},
    user: testUser,
    stdin: false,
    ...options,
  });
  return exec;
}

async function openTerminal(world: GuestWorld, command?: readonly string[]): Promise<TerminalId> {
  const terminal = nextTerminal();
  world.link.outputs.addTerminal(terminal);
  world.link.inputs.open(terminal);
  await world.link.ask('openTerminal', {
    terminal,
    columns: 80,
    rows: 24,
    environment: { PS1: '$ ' },
    user: testUser,
    command: command ?? ['/bin/bash', '--norc', '--noprofile'],
  });
  return terminal;
}

const type = (world: GuestWorld, terminal: TerminalId, text: string) =>
  world.link.inputs.write(terminal, Buffer.from(text));

describe('exec', () => {
  it('gives back output of both streams, the exit code, and nothing of the secret', async () => {
    await using world = await startGuestWorld();
    const exec = await start(world, ['/bin/bash', '-c', 'echo out; echo err >&2; env; exit 3']);
    expect(await world.sink.exit(exec)).toEqual({ exit: { code: 3, signal: null }, timedOut: false });
    expect(world.sink.text(`${exec} stdout`)).toMatch(/^out\n/);
    expect(world.sink.text(`${exec} stdout`)).not.toContain('SANDGLASS_GUEST');
    expect(world.sink.text(`${exec} stderr`)).toBe('err\n');
  });

  it('feeds stdin and closes it', async () => {
    await using world = await startGuestWorld();
    const exec = await start(world, ['/bin/cat'], { stdin: true });
    const sent = Buffer.alloc(700_000, 'x');
    await world.link.inputs.write(`${exec}/0`, sent);
    await world.link.inputs.write(`${exec}/0`, Buffer.from('end'));
    world.link.inputs.end(`${exec}/0`);
    expect((await world.sink.exit(exec)).exit.code).toBe(0);
    expect(world.sink.sizes.get(`${exec} stdout`)).toBe(700_003);
  });

  it('gives programs pipes they can open by name', async () => {
    await using world = await startGuestWorld();
    const command = 'sleep 0.1; cat /dev/stdin | tee /dev/stderr; echo named > /proc/self/fd/1';
    const exec = await start(world, ['/bin/bash', '-c', command], { stdin: true });
    await world.link.inputs.write(`${exec}/0`, Buffer.from('through\n'));
    world.link.inputs.end(`${exec}/0`);
    await world.sink.exit(exec);
    expect(world.sink.text(`${exec} stdout`)).toBe('through\nnamed\n');
    expect(world.sink.text(`${exec} stderr`)).toBe('through\n');
  });

  it('ends the whole process group at its deadline', async () => {
    await using world = await startGuestWorld();
    const exec = await start(world, ['/bin/bash', '-c', 'sleep 100 & sleep 100'], { timeoutMs: 50 });
    expect(await world.sink.exit(exec)).toEqual({ exit: { code: null, signal: 'SIGKILL' }, timedOut: true });
  });

  it('passes signals on', async () => {
    await using world = await startGuestWorld();
    const exec = await start(world, [
      '/bin/bash',
      '-c',
      'trap "echo caught; exit 7" TERM; echo ready; sleep 100 & wait',
    ]);
    await world.sink.until(() => world.sink.text(`${exec} stdout`) === 'ready\n');
    await world.link.ask('signalExec', { exec, signal: 'SIGTERM' });
    expect((await world.sink.exit(exec)).exit.code).toBe(7);
    expect(world.sink.text(`${exec} stdout`)).toBe('ready\ncaught\n');
    await expect(world.link.ask('signalExec', { exec, signal: 'SIGTERM' })).rejects.toMatchObject({
      code: /gone|notFound/,
    });
  });

  it('ends soon though a background program holds its pipes, and does not kill that', async () => {
    await using world = await startGuestWorld();
    const exec = await start(world, ['/bin/bash', '-c', '(sleep 0.6; echo late; echo alive > after) & echo hi'], {
      cwd: world.directory,
    });
    await world.sink.exit(exec);
    expect(world.sink.text(`${exec} stdout`)).toBe('hi\n');
    const look = await start(world, ['/bin/bash', '-c', 'until [ -s after ]; do sleep 0.05; done; cat after'], {
      cwd: world.directory,
    });
    await world.sink.exit(look);
    expect(world.sink.text(`${look} stdout`)).toBe('alive\n');
  });

  it('says what is wrong with what it cannot start', async () => {
    await using world = await startGuestWorld();
    await expect(start(world, ['/bin/true'], { cwd: '/nowhere' })).rejects.toMatchObject({ code: 'badRequest' });
    await expect(start(world, ['/bin/true'], { user: 'nobody-here' })).rejects.toMatchObject({ code: 'badRequest' });
    await expect(start(world, ['no-such-program'])).rejects.toMatchObject({ code: 'unprocessable' });
    await expect(start(world, ['/etc/passwd'])).rejects.toMatchObject({ code: 'unprocessable' });
  });

  it('loses no byte of a large output', async () => {
    await using world = await startGuestWorld();
    world.sink.keepBytes = false;
    const exec = await start(world, ['/bin/bash', '-c', 'head -c 50000000 /dev/zero; head -c 1000 /dev/zero >&2']);
    await world.sink.exit(exec);
    expect(world.sink.sizes.get(`${exec} stdout`)).toBe(50_000_000);
    expect(world.sink.sizes.get(`${exec} stderr`)).toBe(1000);
  });
});

describe('terminal', () => {
  it('echoes, runs, resizes and ends', async () => {
    await using world = await startGuestWorld();
    const terminal = await openTerminal(world);
    await type(world, terminal, 'echo $TERM $((6*7)) ünï\r');
    await world.sink.until(() => /xterm-256color 42 ünï/.test(world.sink.text(terminal)));
    await world.link.ask('resizeTerminal', { terminal, columns: 100, rows: 30 });
    await world.link.outputs.resized(terminal, 100, 30);
    await type(world, terminal, 'stty size\r');
    await world.sink.until(() => world.sink.text(terminal).includes('30 100'));
    expect(world.sink.resizes).toMatchObject([{ terminal, columns: 100, rows: 30 }]);
    await type(world, terminal, 'exit 5\r');
    expect(await world.sink.exit(terminal)).toEqual({ exit: { code: 5, signal: null }, timedOut: false });
    expect(world.link.outputs.terminals).toEqual([]);
  });

  it('sees a relative path from where its program is', async () => {
    await using world = await startGuestWorld();
    const terminal = await openTerminal(world);
    await type(world, terminal, 'cd /etc; echo at-$((1+1))\n');
    await world.sink.until(() => world.sink.text(terminal).includes('at-2'));
    expect(await world.link.ask('stat', { path: 'passwd', terminal })).toMatchObject({ path: '/etc/passwd' });
    await type(world, terminal, '(cd /usr && echo under-$((1+1)) && sleep 100)\n');
    await world.sink.until(() => world.sink.text(terminal).includes('under-2'));
    expect(await world.link.ask('stat', { path: '../etc', terminal })).toMatchObject({ path: '/etc' });
    expect(await world.link.ask('stat', { path: '/etc/passwd', terminal })).toMatchObject({ path: '/etc/passwd' });
    await expect(world.link.ask('stat', { path: 'passwd' })).rejects.toMatchObject({ code: 'notFound' });
  });

  it('delivers the last byte of a program that has ended while nobody read', async () => {
    await using world = await startGuestWorld();
    let open = () => {};
    world.sink.gate = new Promise((resolve) => {
      open = resolve;
    });
    const terminal = await openTerminal(world, [
      '/bin/bash',
      '-c',
      'head -c 6000000 /dev/zero | tr "\\0" x; echo; echo END',
    ]);
    await world.sink.until(() => (world.sink.sizes.get(terminal) ?? 0) > 0);
    world.sink.gate = null;
    open();
    await world.sink.exit(terminal);
    expect(world.sink.sizes.get(terminal)).toBe(6_000_000 + 2 + 5);
    expect(world.sink.text(terminal).endsWith('END\r\n')).toBe(true);
  });

  it('ends a shell and what it started when it is closed', async () => {
    await using world = await startGuestWorld();
    const terminal = await openTerminal(world);
    await type(world, terminal, 'nohup sleep 98765 &\r');
    await world.sink.until(() => /\[1\] (\d+)/.test(world.sink.text(terminal)));
    const pid = Number(/\[1\] (\d+)/.exec(world.sink.text(terminal))![1]);
    await world.link.ask('closeTerminal', { terminal });
    await world.sink.exit(terminal);
    const look = await start(world, [
      '/bin/bash',
      '-c',
      `while kill -0 ${pid} 2>/dev/null; do sleep 0.05; done; echo gone`,
    ]);
    await world.sink.exit(look);
    expect(world.sink.text(`${look} stdout`)).toBe('gone\n');
  });
});

describe('a server that restarts', () => {
  it('misses nothing of what was said meanwhile', async () => {
    await using world = await startGuestWorld();
    const terminal = await openTerminal(world);
    await type(world, terminal, 'echo before\r');
    await world.sink.until(() => world.sink.text(terminal).includes('\rbefore'));
    const exec = await start(world, ['/bin/bash', '-c', 'for i in 1 2 3 4 5 6; do echo $i; sleep 0.05; done; exit 9']);
    await world.stopServer();
    await world.restartServer();
    expect(world.link.outputs.terminals).toEqual([terminal]);
    expect((await world.sink.exit(exec)).exit.code).toBe(9);
    expect(world.sink.text(`${exec} stdout`)).toBe('1\n2\n3\n4\n5\n6\n');
    await type(world, terminal, 'echo after\r');
    await world.sink.until(() => world.sink.text(terminal).includes('\rafter'));
  });

  it('starts what was asked for before the guest was back', async () => {
    await using world = await startGuestWorld();
    const back = world.restartServer();
    const started = start(world, ['/bin/cat'], { stdin: true });
    const opened = openTerminal(world);
    await back;
    const exec = await started;
    await world.link.inputs.write(`${exec}/0`, Buffer.from('heard\n'));
    world.link.inputs.end(`${exec}/0`);
    expect((await world.sink.exit(exec)).exit.code).toBe(0);
    expect(world.sink.text(`${exec} stdout`)).toBe('heard\n');
    const terminal = await opened;
    await type(world, terminal, 'echo typed\r');
    await world.sink.until(() => world.sink.text(terminal).includes('\rtyped'));
  });

  it('finds a flood paused and complete', async () => {
    await using world = await startGuestWorld();
    world.sink.keepBytes = false;
    const exec = await start(world, ['/bin/bash', '-c', 'head -c 30000000 /dev/zero']);
    await world.sink.until(() => (world.sink.sizes.get(`${exec} stdout`) ?? 0) > 2_000_000);
    await world.restartServer();
    await world.restartServer();
    await world.sink.exit(exec);
    expect(world.sink.sizes.get(`${exec} stdout`)).toBe(30_000_000);
  });
});
