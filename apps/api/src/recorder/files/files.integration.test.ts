/** On a real sandbox: the tree and the contents that the recording tells of a moment are those that the sandbox had at it. */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { encodeName, type SandboxId } from '@sandglass/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasImages, KeeperWorld } from '../../drivers/local/keeperWorld.ts';
import { agent, TestWorld } from '../../sandboxes/testWorld.ts';

/** Name and sum of every file below, names in hex since they are bytes. */
const LIST = `cd ~/app && find . -type f -print0 | while IFS= read -r -d '' f; do
  printf '%s ' "$(printf '%s' "$f" | od -An -tx1 | tr -d ' \\n')"; sha256sum < "$f" | cut -c1-64; done`;

describe.skipIf(!hasImages)('files of a moment', () => {
  let keeper: KeeperWorld;
  let world: TestWorld;
  const run = async (id: SandboxId, command: string): Promise<string> =>
    (await world.services.execs.start(agent, id, { command, timeoutMs: 20_000 })).stdout ?? '';

  beforeAll(async () => {
    keeper = await KeeperWorld.open();
    world = await TestWorld.open(() => keeper.openDriver());
  });
  afterAll(async () => {
    for (const { id } of (await world.services.sandboxes.list({ limit: 100 })).items)
      await world.services.sandboxes.kill(agent, id);
    await world[Symbol.asyncDispose]();
    await keeper[Symbol.asyncDispose]();
  });

  const truth = async (id: SandboxId): Promise<string[]> =>
    (await run(id, LIST))
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [name = '', sum = ''] = line.split(' ');
        return `${encodeName(Buffer.from(name, 'hex')).replace(/^\./, '/home/user/app')} ${sum}`;
      })
      .sort();

  const told = async (id: SandboxId, atUs: number): Promise<string[]> => {
    const files = await world.services.pastFiles.at(id, atUs);
    const found: string[] = [];
    const visit = async (path: string): Promise<void> => {
      for (const entry of (await files.list(path)).items) {
        if (entry.kind === 'directory') await visit(entry.path);
        else if (entry.state !== 'kept') found.push(`${entry.path} ${entry.state}`);
        else
          found.push(
            `${entry.path} ${createHash('sha256')
              .update((await files.read(entry.path)).bytes)
              .digest('hex')}`,
          );
      }
    };
    await visit('/home/user/app');
    return found.sort();
  };

  /** The recorder is some moments behind; its clock is moved by hand. */
  const settled = async (id: SandboxId): Promise<{ atUs: number; is: string[] }> => {
    const is = await truth(id);
    const { log } = world.services.sandboxes;
    for (let turn = 0; turn < 100; turn++) {
      world.clock.advance(500);
      await pause(50);
      const now = await told(id, log(id).now()).catch(() => []);
      if (now.join('\n') === is.join('\n')) break;
    }
    return { atUs: log(id).now(), is };
  };

  it('are what they were: renamed, replaced by a folder, of names that are no text, after a freeze and a restore', async () => {
    const { id } = await world.create();
    const { sandboxes, checkpoints } = world.services;
    const moments: { atUs: number; is: string[] }[] = [];
    const act = async (command: string) => {
      await run(id, command);
      moments.push(await settled(id));
    };
    await act('mkdir -p app/src && echo one > app/src/a.py && printf x > "app/$(printf "b\\377\\376")"');
    await act('cd app && echo two > src/a.py && mv src lib && echo three > lib/b.py');
    await act('cd app && rm lib/a.py && mkdir lib/a.py && echo inside > lib/a.py/deep.txt');
    const checkpoint = await checkpoints.create(agent, id, {});
    await act('cd app && echo new > n.tmp && mv n.tmp lib/b.py && rm -r lib/a.py');
    await sandboxes.freeze(agent, id);
    await sandboxes.thaw(agent, id);
    await act('cd app && echo thawed > t.txt');
    await checkpoints.restore(agent, id, checkpoint.id);
    moments.push(await settled(id));
    await act('cd app && echo after >> lib/b.py');
    for (const [at, { atUs, is }] of moments.entries()) {
      expect(is.length, `moment ${at}`).toBeGreaterThan(1);
      expect(await told(id, atUs), `moment ${at}`).toEqual(is);
    }
    // What is gone can still be looked at, and a fork begins with its parent's.
    const fork = await world.create({ checkpoint: checkpoint.id });
    const { is, atUs } = await settled(fork.id);
    expect(is).toEqual(moments[2]!.is);
    const inFork = await world.services.pastFiles.at(fork.id, atUs);
    expect(Buffer.from((await inFork.read('/home/user/app/lib/a.py/deep.txt')).bytes).toString()).toBe('inside\n');
    await sandboxes.kill(agent, id);
    expect(await told(id, moments[1]!.atUs)).toEqual(moments[1]!.is);
  }, 120_000);
});
