/** The vendor's published client, unmodified, against real sandboxes. */
import { Sandbox } from 'e2b';
import { Sandbox as OlderSandbox } from 'e2b-older';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasImage, hasImages } from '../../../drivers/local/keeperWorld.ts';
import { E2bWorld } from '../e2bWorld.ts';
import type { Tools } from './case.ts';
import { cases } from './table.ts';

describe.skipIf(!hasImages)('the E2B SDK', () => {
  let world: E2bWorld;
  let sandbox: Sandbox;
  const extra: Sandbox[] = [];
  beforeAll(async () => {
    world = await E2bWorld.open('sandboxes');
    sandbox = await Sandbox.create('base', { ...world.options, timeoutMs: 3_600_000 });
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
    expect(world.logged).toEqual([]);
  });

  const tools = (): Tools => ({
    world,
    sandbox,
    Sandbox,
    hasDesktop: hasImage('desktop'),
    hasCode: hasImage('code-interpreter'),
    fresh: async (options) => {
      const made = await Sandbox.create('base', { ...world.options, ...options });
      extra.push(made);
      return made;
    },
  });
  for (const one of cases)
    test(`${one.group}.${one.method}`, async () => {
      try {
        await one.run(tools());
      } finally {
        await Promise.all(extra.splice(0).map((made) => made.kill()));
      }
    });

  test('six months older: create, run, files, pty, list, pause, kill', async () => {
    const older = await OlderSandbox.create('base', { ...world.options, metadata: { age: 'older' } });
    expect((await older.commands.run('echo hi')).stdout).toBe('hi\n');
    await older.files.write('x.txt', 'text');
    expect(await older.files.read('x.txt')).toBe('text');
    expect(await older.files.makeDir('d')).toBe(true);
    expect((await older.files.list('.')).map((entry) => entry.name)).toEqual(expect.arrayContaining(['d', 'x.txt']));
    await expect(older.commands.run('exit 4')).rejects.toMatchObject({ exitCode: 4 });
    const listed = OlderSandbox.list({ ...world.options, query: { metadata: { age: 'older' } } });
    expect((await listed.nextItems()).map((entry) => entry.sandboxId)).toEqual([older.sandboxId]);
    await older.betaPause();
    const back = await OlderSandbox.connect(older.sandboxId, world.options);
    expect(await back.files.exists('x.txt')).toBe(true);
    await back.kill();
    expect(await back.isRunning()).toBe(false);
  });
});
