import { CommandExitError, InvalidArgumentError, NotFoundError, TimeoutError } from 'e2b';
import { expect } from 'vitest';
import { group } from './case.ts';

const commands = group('commands');
const pty = group('pty');
const encoder = new TextEncoder();

export const commandCases = [
  commands.works('run', async ({ sandbox }) => {
    const heard: string[] = [];
    const result = await sandbox.commands.run('echo out; echo err >&2; pwd; whoami; echo $MINE', {
      envs: { MINE: 'own' },
      cwd: '/tmp',
      onStdout: (data) => void heard.push(data),
    });
    expect(result).toMatchObject({ exitCode: 0, stdout: 'out\n/tmp\nuser\nown\n', stderr: 'err\n' });
    expect(heard.join('')).toBe(result.stdout);
    expect((await sandbox.commands.run('whoami', { user: 'root' })).stdout).toBe('root\n');
  }),
  commands.works('run, errors', async ({ sandbox }) => {
    await expect(sandbox.commands.run('exit 7')).rejects.toMatchObject({ exitCode: 7 });
    await expect(sandbox.commands.run('kill -9 $$')).rejects.toBeInstanceOf(CommandExitError);
    await expect(sandbox.commands.run('true', { cwd: '/not/here' })).rejects.toBeInstanceOf(InvalidArgumentError);
  }),
  commands.works('run, timeout', async ({ sandbox }) => {
    await expect(sandbox.commands.run('sleep 60', { timeoutMs: 700 })).rejects.toBeInstanceOf(TimeoutError);
  }),
  commands.works('run, much output', async ({ sandbox }) => {
    const { stdout } = await sandbox.commands.run('seq 1 200000');
    expect(stdout.length).toBe(1_288_895);
    expect(stdout.endsWith('199999\n200000\n')).toBe(true);
  }),
  commands.works('run in the background, wait, kill, exitCode, error, stdout, stderr', async ({ sandbox }) => {
    const handle = await sandbox.commands.run('echo begun; sleep 100', { background: true });
    expect((await sandbox.commands.list()).map((one) => one.pid)).toContain(handle.pid);
    expect((await sandbox.commands.run(`ps -o args= -p ${handle.pid}`)).stdout).toContain('sleep 100');
    expect(handle.exitCode).toBeUndefined();
    expect(await handle.kill()).toBe(true);
    await expect(handle.wait()).rejects.toMatchObject({ exitCode: -1, error: 'signal: killed' });
    expect([handle.exitCode, handle.error, handle.stdout, handle.stderr]).toEqual([
      -1,
      'signal: killed',
      'begun\n',
      '',
    ]);
    expect(await sandbox.commands.kill(handle.pid)).toBe(false);
  }),
  commands.works('disconnect, connect', async ({ sandbox }) => {
    const handle = await sandbox.commands.run('sleep 1.5; echo late', { background: true });
    await handle.disconnect();
    const again = await sandbox.commands.connect(handle.pid);
    expect(await again.wait()).toMatchObject({ exitCode: 0, stdout: 'late\n' });
    await expect(sandbox.commands.connect(999_999)).rejects.toBeInstanceOf(NotFoundError);
  }),
  commands.works('sendStdin, closeStdin, supportsStdinClose', async ({ sandbox }) => {
    expect(sandbox.commands.supportsStdinClose).toBe(true);
    const handle = await sandbox.commands.run('cat', { background: true, stdin: true });
    await sandbox.commands.sendStdin(handle.pid, 'one\n');
    await handle.sendStdin('two\n');
    await handle.closeStdin();
    expect((await handle.wait()).stdout).toBe('one\ntwo\n');
  }),
  commands.works('list', async ({ sandbox }) => {
    const handle = await sandbox.commands.run('sleep 50', { background: true, envs: { A: 'b' } });
    const found = (await sandbox.commands.list()).find((one) => one.pid === handle.pid);
    expect(found).toMatchObject({ cmd: '/bin/bash', args: ['-l', '-c', 'sleep 50'], envs: { A: 'b' } });
    await handle.kill();
  }),
  commands.works('a sandbox that is killed ends its commands', async ({ fresh }) => {
    const made = await fresh();
    const handle = await made.commands.run('sleep 100', { background: true });
    const ended = expect(handle.wait()).rejects.toBeInstanceOf(TimeoutError);
    await made.kill();
    await ended;
  }),
  pty.works('create, sendInput, wait', async ({ sandbox }) => {
    let screen = '';
    const handle = await sandbox.pty.create({
      cols: 90,
      rows: 30,
      onData: (data) => {
        screen += Buffer.from(data).toString();
      },
    });
    await sandbox.pty.sendInput(handle.pid, encoder.encode('stty size; echo $((40+2)); exit 3\n'));
    await expect(handle.wait()).rejects.toMatchObject({ exitCode: 3 });
    expect(screen).toContain('30 90');
    expect(screen).toContain('42');
  }),
  pty.works('resize', async ({ sandbox }) => {
    let screen = '';
    const handle = await sandbox.pty.create({
      cols: 80,
      rows: 24,
      onData: (data) => {
        screen += Buffer.from(data).toString();
      },
    });
    await sandbox.pty.resize(handle.pid, { cols: 100, rows: 40 });
    await sandbox.pty.sendInput(handle.pid, encoder.encode('stty size; exit\n'));
    await handle.wait();
    expect(screen).toContain('40 100');
  }),
  pty.works('kill, connect', async ({ sandbox }) => {
    const handle = await sandbox.pty.create({ cols: 80, rows: 24, onData: () => {} });
    const other = await sandbox.pty.connect(handle.pid, { onData: () => {} });
    const ended = expect(other.wait()).rejects.toThrow();
    expect(await sandbox.pty.kill(handle.pid)).toBe(true);
    await ended;
    await expect(handle.wait()).rejects.toThrow();
    expect(await sandbox.pty.kill(handle.pid)).toBe(false);
  }),
  pty.works('timeout', async ({ sandbox }) => {
    const handle = await sandbox.pty.create({ cols: 80, rows: 24, onData: () => {}, timeoutMs: 800 });
    await expect(handle.wait()).rejects.toBeInstanceOf(TimeoutError);
  }),
];
