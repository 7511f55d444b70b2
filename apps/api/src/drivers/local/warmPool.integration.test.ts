import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExecId, formatId, type SandboxId } from '@sandglass/protocol';
import { describe, expect, it, vi } from 'vitest';
import type { CreateSpec } from '../../sandboxes/driver.ts';
import { RecordingSink } from '../conformance.ts';
import { hasImages, KeeperWorld } from './keeperWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

function specOf(id: SandboxId): CreateSpec {
  return {
    id,
    source: { image: 'base' },
    limits: { cpus: 1, memoryMb: 256, diskMb: 512, pids: 100 },
    environment: { GREETING: 'hello' },
    screen: null,
    hostname: 'taken',
  };
}

describe.skipIf(!hasImages)('warm pool', () => {
  it('gives away a sandbox that runs already, fills up again, and leaves nothing behind', async () => {
    await using world = await KeeperWorld.open({ base: 1 });
    const driver = await world.openDriver();
    await driver.probe();
    const id = await vi.waitUntil(() => driver.reserve('base'), { timeout: 20_000 });
    expect((await driver.list()).sandboxes).toEqual([]);
    const sink = new RecordingSink();
    const sandbox = await driver.create(specOf(id), sink);
    expect(sandbox.id).toBe(id);
    expect((await driver.list()).sandboxes).toEqual([{ id, state: 'running' }]);
    const exec = formatId('exe', Buffer.from('warm')) as ExecId;
    await sandbox.startExec({
      id: exec,
      command: ['bash', '-c', 'echo $GREETING'],
      environment: {},
      user: 'user',
      stdin: false,
    });
    await sink.exit(exec);
    expect(sink.text(`${exec} stdout`)).toBe('hello\n');
    if (sandbox.capabilities.limits.memory) expect((await sandbox.stats()).memoryLimitBytes).toBe(256 * 1024 * 1024);
    await vi.waitUntil(async () => (await world.keeper.ask('list', {})).sandboxes.length === 2, { timeout: 20_000 });
    await sandbox.kill();
    await driver.close();
    expect((await world.keeper.ask('list', {})).sandboxes).toEqual([]);
    expect(await readdir(join(world.dataDir, 'local/warm'))).toEqual([]);
    expect(await readdir(join(world.dataDir, 'local/secrets'))).toEqual([]);
  });

  it('removes what a server that died left warm, and takes back what was reserved in vain', async () => {
    await using world = await KeeperWorld.open({ base: 1 });
    const died = await world.openDriver();
    await died.probe();
    const id = await vi.waitUntil(() => died.reserve('base'), { timeout: 20_000 });
    const next = await world.openDriver();
    expect((await next.list()).sandboxes).toEqual([]);
    expect((await world.keeper.ask('list', {})).sandboxes.map((each) => each.id)).not.toContain(id);
    const other = await vi.waitUntil(() => next.reserve('base'), { timeout: 20_000 });
    await next.discard(other);
    expect((await world.keeper.ask('list', {})).sandboxes.map((each) => each.id)).not.toContain(other);
  });
});
