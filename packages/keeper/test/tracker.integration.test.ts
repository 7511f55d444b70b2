import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeeperFileEvent } from '../src/verbs.ts';
import { World } from './world.ts';

const told = (changes: readonly KeeperFileEvent[]) =>
  changes.map(({ kind, path, to }) => `${kind} ${path}${to === undefined ? '' : ` ${to}`}`);

// Without root nothing can be seen from outside: there the guest watches.
describe.skipIf(process.getuid!() !== 0)('file changes of real sandboxes', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it('tells every name, as seen inside, with who did it', async () => {
    await world.create('sbx_files');
    const guest = await world.link('sbx_files');
    await guest.run(
      'cd /home/user && echo a > note && mv note letter && chmod 600 letter && mkdir -p d/e && echo b > d/e/f && mv d g && echo c > g/e/h && rm letter && touch /tmp/end1',
    );
    const { changes, dropped } = await world.filesUntil('sbx_files', '/tmp/end1');
    expect(dropped).toBe(0);
    const home = told(changes).filter((line) => line.includes('/home/user'));
    expect(home).toEqual([
      'created /home/user/note',
      'modified /home/user/note',
      'renamed /home/user/note /home/user/letter',
      'attributes /home/user/letter',
      'created /home/user/d',
      'created /home/user/d/e',
      'created /home/user/d/e/f',
      'modified /home/user/d/e/f',
      'renamed /home/user/d /home/user/g',
      'created /home/user/g/e/h',
      'modified /home/user/g/e/h',
      'deleted /home/user/letter',
    ]);
    expect(changes.find((change) => change.path === '/home/user/d')?.directory).toBe(true);
    const inside = changes.find((change) => change.path === '/home/user/note')?.pid;
    expect(inside).toBeGreaterThan(1);
    expect(inside).toBeLessThan(100);
    await world.ask('kill', { id: 'sbx_files' });
  });

  it('keeps sandboxes apart, and follows folders that came with the image or a checkpoint', async () => {
    await world.create('sbx_first');
    const first = await world.link('sbx_first');
    await first.run('mkdir -p /home/user/a/b/c');
    await world.ask('snapshot', { id: 'sbx_first', checkpoint: 'chk_deep', memory: false });
    await world.create('sbx_second', { source: { checkpoint: 'chk_deep' } });
    const second = await world.link('sbx_second');
    await second.run(
      'cd /home/user/a/b/c && touch 1 && cd / && mv /home/user/a /home/user/z && touch /home/user/z/b/c/2',
    );
    await first.run('touch /home/user/a/b/c/3');
    const ofSecond = (await world.filesUntil('sbx_second', '/home/user/z/b/c/2')).changes;
    const ofFirst = (await world.filesUntil('sbx_first', '/home/user/a/b/c/3')).changes;
    expect(told(ofSecond)).toContain('created /home/user/a/b/c/1');
    expect(told(ofSecond).join()).not.toContain('/c/3');
    expect(told(ofFirst).join()).not.toMatch(/\/c\/[12]/);
    for (const id of ['sbx_first', 'sbx_second']) await world.ask('kill', { id });
    await world.ask('removeCheckpoint', { checkpoint: 'chk_deep' });
  });

  it('loses no name in a burst of folders made, filled and removed at once', async () => {
    await world.create('sbx_burst', { limits: { cpus: 2, memoryMb: 512, diskMb: 256, pids: 64 } });
    const guest = await world.link('sbx_burst');
    const script = `const fs=require("fs");for(let i=0;i<2000;i++){const d="/tmp/r/"+i+"/x/y";fs.mkdirSync(d,{recursive:true});fs.writeFileSync(d+"/f","1");if(i%2)fs.rmSync("/tmp/r/"+i,{recursive:true})}`;
    await guest.run(`mkdir /tmp/r; /opt/sandglass/node -e '${script}'; touch /tmp/end2`);
    const { changes, dropped } = await world.filesUntil('sbx_burst', '/tmp/end2');
    expect(dropped).toBe(0);
    const names = new Set(told(changes));
    for (let index = 0; index < 2_000; index++) {
      expect(names).toContain(`created /tmp/r/${index}/x/y/f`);
      if (index % 2) expect(names).toContain(`deleted /tmp/r/${index}/x/y`);
    }
    await world.ask('kill', { id: 'sbx_burst' });
  });

  it('goes on after a keeper was lost', async () => {
    await world.create('sbx_longlived');
    const before = await world.link('sbx_longlived');
    await before.run('mkdir -p /home/user/p/q');
    before.close();
    await world.keeper.close();
    await world.start();
    const guest = await world.link('sbx_longlived');
    await guest.run('touch /home/user/p/q/r');
    await world.filesUntil('sbx_longlived', '/home/user/p/q/r');
    await guest.run('mv /home/user/p /home/user/o && touch /home/user/o/q/s');
    await world.filesUntil('sbx_longlived', '/home/user/o/q/s');
    await world.ask('kill', { id: 'sbx_longlived' });
  });
});
