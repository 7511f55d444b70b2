import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { residueOf, World } from './world.ts';

const openFds = () => readdirSync('/proc/self/fd').length;
const mounts = () => readFileSync('/proc/mounts', 'utf8');

describe.skipIf(process.getuid!() !== 0)('keeper on real sandboxes', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it('starts a sandbox whose guest dials home', async () => {
    const sandbox = await world.create('sbx_aaaa');
    expect(sandbox).toMatchObject({ id: 'sbx_aaaa', state: 'running', image: 'base' });
    const guest = await world.link('sbx_aaaa');
    expect(await guest.run('id -u; hostname; ls /sys/class/net')).toMatchObject({ code: 0, out: '0\naaaa\nlo\n' });
    guest.close();
    await world.ask('kill', { id: 'sbx_aaaa' });
    expect(residueOf(world, 'sbx_aaaa')).toEqual([]);
  });

  it('leaves nothing behind, fifty times', async () => {
    const before = { fds: openFds(), mounts: mounts() };
    for (let round = 0; round < 50; round++) {
      const id = `sbx_loop${'abcdefghij'[round % 10]}${'abcde'[Math.floor(round / 10)]}`;
      await world.create(id);
      const guest = await world.link(id);
      guest.close();
      await world.ask('kill', { id });
      expect(residueOf(world, id)).toEqual([]);
    }
    expect(openFds()).toBeLessThanOrEqual(before.fds + 2);
    expect(mounts()).toBe(before.mounts);
  });
});
