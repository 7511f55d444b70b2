import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { residueOf, World } from './world.ts';

interface Report {
  pid: number;
  uid: number;
  [name: string]: unknown;
}

describe.skipIf(process.getuid!() !== 0)('the whole program', () => {
  let world: World;
  const started = new Set<ChildProcess>();

  beforeAll(async () => {
    world = await World.open();
    await world.keeper.close();
    await build({
      entryPoints: [`${import.meta.dirname}/fixtureServer.ts`],
      outfile: `${world.directory}/server.mjs`,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
    });
    writeFileSync(`${world.directory}/secret`, 'kept', { mode: 0o600 });
  });
  afterAll(async () => {
    for (const child of started) child.kill('SIGKILL');
    await world.start();
    await world[Symbol.asyncDispose]();
  });

  function startKeeper(environment: Record<string, string> = {}, server = `${world.directory}/server.mjs`) {
    const main = `${import.meta.dirname}/../src/main.ts`;
    const flags = ['--data-dir', world.dataDir, '--pool', world.pool, '--server', server];
    const child = spawn(process.execPath, ['--import', 'tsx', main, ...flags, '--port', '0'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        LANG: 'C.UTF-8',
        PRIVATE_TO_ROOT: 'secret',
        SANDGLASS_GUEST_DIR: `${world.directory}/guest`,
        SANDGLASS_TEST_SECRET_FILE: `${world.directory}/secret`,
        SUDO_UID: '54321',
        SUDO_GID: '54321',
        ...environment,
      },
    });
    started.add(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
    });
    return {
      child,
      said: () => said,
      line: async (): Promise<Report> => {
        const { value, done } = await lines.next();
        if (done) throw new Error(`the keeper ended: ${said}`);
        return JSON.parse(value);
      },
    };
  }

  it('gives the server no root, and answers nothing but its verbs', async () => {
    const keeper = startKeeper();
    const report = await keeper.line();
    expect(report).toMatchObject({
      uid: 54_321,
      groups: [54_321],
      args: ['--port', '0'],
      read: 'EACCES',
      write: 'EACCES',
      writeOwn: 'done',
      writeKeeper: 'EACCES',
      becomeRoot: 'EPERM',
      badVerb: 'badRequest',
      badPath: 'badRequest',
      extra: 'badRequest',
      missing: 'notFound',
    });
    expect(report.environment).not.toContain('PRIVATE_TO_ROOT');
    expect(report.environment).not.toContain('SUDO_UID');
    expect(readFileSync(`${world.directory}/secret`, 'utf8')).toBe('kept');
    expect(await keeper.line()).toEqual({ adopted: [], answers: [] });
    keeper.child.kill('SIGTERM');
    expect(await once(keeper.child, 'exit')).toEqual([0, null]);
    // A stopped server does not come back.
    expect(() => process.kill(report.pid, 0)).toThrow();
  });

  it('gives the server no root where only root gets to its code, and shows it nothing else of that place', async () => {
    const closed = `${world.directory}/closed`;
    mkdirSync(`${closed}/code`, { recursive: true });
    copyFileSync(`${world.directory}/server.mjs`, `${closed}/code/server.mjs`);
    writeFileSync(`${closed}/secret`, 'kept', { mode: 0o644 });
    chmodSync(closed, 0o700);
    // As another user than before: what the server wrote goes with it.
    const user = { SUDO_UID: '54322', SUDO_GID: '54322' };
    const keeper = startKeeper(
      { ...user, SANDGLASS_TEST_SECRET_FILE: `${closed}/secret` },
      `${closed}/code/server.mjs`,
    );
    expect(await keeper.line()).toMatchObject({
      uid: 54_322,
      groups: [54_322],
      args: ['--port', '0'],
      read: 'ENOENT',
      write: 'EACCES',
      writeOwn: 'done',
      writeKeeper: 'EACCES',
      becomeRoot: 'EPERM',
      missing: 'notFound',
    });
    expect(await keeper.line()).toEqual({ adopted: [], answers: [] });
    keeper.child.kill('SIGTERM');
    expect(await once(keeper.child, 'exit')).toEqual([0, null]);
    // Its mounts were its own, and went with it.
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(closed);
  });

  it('starts a dead server again, and a killed keeper finds its sandboxes', async () => {
    const expected = [
      'abababababababababababababababab\n{"code":0,"out":"whole\\n","err":""}\n',
      'through',
      'portClosed',
    ];
    const keeper = startKeeper({ SANDGLASS_TEST_CREATE: '1' });
    const first = await keeper.line();
    expect(await keeper.line()).toEqual({ adopted: [], answers: expected });
    process.kill(first.pid, 'SIGKILL');
    const second = await keeper.line();
    expect(second.pid).not.toBe(first.pid);
    expect(await keeper.line()).toEqual({ adopted: ['sbx_whole'], answers: expected });
    expect(keeper.said()).toContain('starting it again');
    keeper.child.kill('SIGKILL');
    await once(keeper.child, 'exit');

    const next = startKeeper({ SANDGLASS_TEST_CREATE: '1' });
    await next.line();
    expect(await next.line()).toEqual({ adopted: ['sbx_whole'], answers: expected });
    next.child.kill('SIGINT');
    await once(next.child, 'exit');
    expect(next.said()).toContain('1 sandbox keeps running');
    await world.start();
    await world.ask('kill', { id: 'sbx_whole' });
    await world.keeper.close();
    expect(residueOf(world, 'sbx_whole')).toEqual([]);
  });
});
