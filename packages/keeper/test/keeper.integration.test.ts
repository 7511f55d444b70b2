import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OverlayStore } from '../src/overlayStore.ts';
import { type GuestLink, residueOf, World } from './world.ts';

const openFds = () => readdirSync('/proc/self/fd').length;

describe('keeper on real sandboxes', () => {
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

  it('leaves nothing behind, time after time', async () => {
    // Without root each round starts several helpers, from source.
    const rounds = world.info().level === 'L0' ? 10 : 50;
    const mounts = () =>
      readFileSync('/proc/mounts', 'utf8')
        .split('\n')
        .filter((line) => line.includes(world.directory));
    const before = { fds: openFds(), mounts: mounts() };
    for (let round = 0; round < rounds; round++) {
      const id = `sbx_loop${'abcdefghij'[round % 10]}${'abcde'[Math.floor(round / 10)]}`;
      await world.create(id);
      const guest = await world.link(id);
      guest.close();
      await world.ask('kill', { id });
      expect(residueOf(world, id)).toEqual([]);
    }
    expect(openFds()).toBeLessThanOrEqual(before.fds + 2);
    expect(mounts()).toEqual(before.mounts);
  });

  it('freezes, thaws and says so', async () => {
    await world.create('sbx_freeze');
    const guest = await world.link('sbx_freeze');
    await guest.run('(while :; do echo x >> /tmp/ticks; done) >/dev/null 2>&1 &');
    await world.ask('freeze', { id: 'sbx_freeze' });
    expect((await world.describe('sbx_freeze'))?.state).toBe('frozen');
    const before = (await world.ask('stats', { id: 'sbx_freeze' })).cpuUsec;
    const answer = guest.run('echo awake');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await world.ask('stats', { id: 'sbx_freeze' })).cpuUsec).toBe(before);
    await world.ask('thaw', { id: 'sbx_freeze' });
    expect((await answer).out).toBe('awake\n');
    await world.ask('freeze', { id: 'sbx_freeze' });
    await world.ask('kill', { id: 'sbx_freeze' });
    expect(residueOf(world, 'sbx_freeze')).toEqual([]);
  });

  it('checkpoints a running sandbox and starts others from it', async () => {
    await world.create('sbx_parent');
    const parent = await world.link('sbx_parent');
    await parent.run('echo first > /home/user/note');
    const reply = await world.ask('snapshot', { id: 'sbx_parent', checkpoint: 'chk_first', memory: false });
    expect(reply).toMatchObject({ memory: false });
    await parent.run('echo second > /home/user/note');
    await world.create('sbx_child', { source: { checkpoint: 'chk_first' } });
    const child = await world.link('sbx_child');
    expect((await child.run('cat /home/user/note')).out).toBe('first\n');
    expect((await parent.run('cat /home/user/note')).out).toBe('second\n');
    expect((await world.ask('list', {})).checkpoints).toContain('chk_first');
    await expect(
      world.ask('snapshot', { id: 'sbx_parent', checkpoint: 'chk_first', memory: false }),
    ).rejects.toMatchObject({ code: 'alreadyExists' });
    await world.ask('removeCheckpoint', { checkpoint: 'chk_first' });
    await world.ask('removeCheckpoint', { checkpoint: 'chk_first' });
    for (const id of ['sbx_parent', 'sbx_child']) await world.ask('kill', { id });
    expect([
      ...residueOf(world, 'sbx_parent'),
      ...residueOf(world, 'sbx_child'),
      ...residueOf(world, 'chk_first'),
    ]).toEqual([]);
  });

  it('stops a sandbox that fills its disk, and only that one', async ({ skip }) => {
    skip(!world.info().limits.disk, 'this level does not limit the disk');
    await world.create('sbx_greedy', { limits: { cpus: 1, memoryMb: 256, diskMb: 32, pids: 64 } });
    await world.create('sbx_modest');
    const greedy = await world.link('sbx_greedy');
    const modest = await world.link('sbx_modest');
    expect((await greedy.run('dd if=/dev/zero of=/home/user/big bs=1M count=100 && sync')).err).toContain(
      'Disk quota exceeded',
    );
    expect((await modest.run('dd if=/dev/zero of=/home/user/big bs=1M count=50 && sync')).code).toBe(0);
    expect((await world.ask('stats', { id: 'sbx_greedy' })).diskBytes).toBeLessThanOrEqual(32 * 2 ** 20);
    await world.ask('setLimits', { id: 'sbx_greedy', limits: { cpus: 0.5, memoryMb: 128, diskMb: 200, pids: 64 } });
    expect((await greedy.run('dd if=/dev/zero of=/home/user/big bs=1M count=100 && sync')).code).toBe(0);
    expect((await world.ask('stats', { id: 'sbx_greedy' })).memoryLimitBytes).toBe(128 * 2 ** 20);
    for (const id of ['sbx_greedy', 'sbx_modest']) await world.ask('kill', { id });
  });

  it('holds a fork bomb at the limit and ends it', async () => {
    await world.create('sbx_bomb', { limits: { cpus: 1, memoryMb: 256, diskMb: 64, pids: 64 } });
    const guest = await world.link('sbx_bomb');
    void guest.run('while :; do sleep 60 & done').catch(() => {});
    while ((await world.ask('stats', { id: 'sbx_bomb' })).pids < 60)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await world.ask('stats', { id: 'sbx_bomb' })).pids).toBeLessThanOrEqual(64);
    await world.ask('freeze', { id: 'sbx_bomb' });
    await world.ask('thaw', { id: 'sbx_bomb' });
    await world.ask('kill', { id: 'sbx_bomb' });
    expect(residueOf(world, 'sbx_bomb')).toEqual([]);
  });

  it('says why a sandbox ended by itself, and keeps its tree', async () => {
    await world.create('sbx_ended');
    const guest = await world.link('sbx_ended');
    void guest.run('exit').catch(() => {});
    expect((await world.notice('exited', 'sbx_ended')).reason).toContain('from inside');
    expect(await world.describe('sbx_ended')).toMatchObject({ id: 'sbx_ended', state: 'dead', pid: null });
    await expect(world.ask('freeze', { id: 'sbx_ended' })).rejects.toMatchObject({ code: 'wrongState' });
    await world.ask('snapshot', { id: 'sbx_ended', checkpoint: 'chk_ended', memory: false });
    await world.ask('kill', { id: 'sbx_ended' });
    await world.ask('removeCheckpoint', { checkpoint: 'chk_ended' });
    expect(residueOf(world, 'sbx_ended')).toEqual([]);
  });

  it('says when a sandbox ended for want of memory', async ({ skip }) => {
    skip(!world.info().limits.memory, 'this level does not limit memory');
    await world.create('sbx_memory', { limits: { cpus: 1, memoryMb: 64, diskMb: 64, pids: 64 } });
    const hungry = await world.link('sbx_memory');
    expect((await hungry.run('dd if=/dev/zero of=/dev/null bs=200M count=1')).code).toBe(137);
    void hungry.run('exit').catch(() => {});
    expect((await world.notice('exited', 'sbx_memory')).reason).toContain('memory');
    await world.ask('kill', { id: 'sbx_memory' });
  });

  it('refuses a limit below what is in use, changes nothing and ends nothing for it', async ({ skip }) => {
    skip(!world.info().limits.memory, 'this level does not limit memory');
    await world.create('sbx_using', { limits: { cpus: 1, memoryMb: 256, diskMb: 64, pids: 64 } });
    const guest = await world.link('sbx_using');
    expect((await guest.run('dd if=/dev/zero of=/dev/shm/held bs=1M count=100')).code).toBe(0);
    const less = { cpus: 1, memoryMb: 64, diskMb: 64, pids: 32 };
    await expect(world.ask('setLimits', { id: 'sbx_using', limits: less })).rejects.toMatchObject({
      code: 'limitExceeded',
    });
    expect((await guest.run('stat -c %s /dev/shm/held')).out.trim()).toBe(String(100 * 2 ** 20));
    expect((await world.ask('stats', { id: 'sbx_using' })).memoryLimitBytes).toBe(256 * 2 ** 20);
    await guest.run('rm /dev/shm/held');
    await world.ask('setLimits', { id: 'sbx_using', limits: less });
    expect((await world.ask('stats', { id: 'sbx_using' })).memoryLimitBytes).toBe(64 * 2 ** 20);
    await world.ask('kill', { id: 'sbx_using' });
  });

  it('hands out connections into the sandbox, and refusals', async () => {
    await world.create('sbx_ports');
    const guest = await world.link('sbx_ports');
    await expect(world.ask('connect', { id: 'sbx_ports', port: 8000 })).rejects.toMatchObject({ code: 'portClosed' });
    await expect(world.ask('listen', { id: 'sbx_ports', port: 48_099 })).rejects.toMatchObject({ code: 'wrongState' });
    await guest.run(
      `/opt/sandglass/node -e 'require("net").createServer((s)=>s.end("hello")).listen(8000,"127.0.0.1",()=>require("fs").writeFileSync("/tmp/up",""))' >/dev/null 2>&1 & while ! ls /tmp/up; do sleep 0.01; done`,
    );
    const socket = (await world.keeper.answer({ ask: 1, verb: 'connect', request: { id: 'sbx_ports', port: 8000 } }))
      .handle as import('node:net').Socket;
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('hello');
    await world.ask('kill', { id: 'sbx_ports' });
  });

  it('refuses what the walls are for', async () => {
    await world.create('sbx_walls');
    const guest = await world.link('sbx_walls');
    const inside = (script: string) => guest.run(`/opt/sandglass/node -e '${script}'`);
    expect((await guest.run('unshare -U true')).code).not.toBe(0);
    expect((await guest.run('echo 1 > /proc/sys/kernel/panic')).code).not.toBe(0);
    expect((await guest.run('cat /proc/kcore | head -c 1')).out).toBe('');
    expect((await inside('require("net").connect(80,"1.1.1.1").on("error",(e)=>console.log(e.code))')).out).toBe(
      'ENETUNREACH\n',
    );
    expect((await guest.run('echo x > /opt/sandglass/guest/guest.cjs')).code).not.toBe(0);
    await world.ask('kill', { id: 'sbx_walls' });
  });

  it('lets nobody inside make a subvolume, whose content would count against no limit', async () => {
    await world.create('sbx_subvol');
    const guest = await world.link('sbx_subvol');
    // By the system call itself: the kernel takes the lower half of the request, so a filter must not be fooled by the upper one.
    const ask = async (request: string) => {
      const call = `syscall(${process.arch === 'arm64' ? 29 : 16}, fileno(D), ${request}, $b)`;
      const script = `open(D, "<", "/tmp"); $b = pack("q", 0) . "inner" . ("\\0" x 4083); print ${call} == 0 ? "done" : $! + 0`;
      return (await guest.run(`perl -e '${script}'`)).out;
    };
    for (const request of ['0x5000940e', '0x15000940e', '0x50009418', '0x50009401', '0x5000940f', '0x4008941a'])
      expect([request, await ask(request)]).toEqual([request, '1']);
    // Whatever else it says to this: it was asked.
    expect(await ask('0x40049409')).not.toBe('1');
    await world.ask('kill', { id: 'sbx_subvol' });
  });

  it('removes subvolumes inside a sandbox with it', async ({ skip }) => {
    skip(world.level.store.tracked !== 'btrfs', 'this level has no subvolumes');
    const btrfs = (...words: string[]) => execFileSync('btrfs', ['-q', 'subvolume', ...words], { encoding: 'utf8' });
    const before = btrfs('list', world.pool);
    await world.create('sbx_nest');
    const inner = `${world.pool}/sbx_nest/home/user/inner`;
    for (const path of [inner, `${inner}/deep`, `${inner}/wide`]) btrfs('create', path);
    btrfs('snapshot', '-r', `${inner}/deep`, `${inner}/deep/sealed`);
    await world.ask('kill', { id: 'sbx_nest' });
    expect(residueOf(world, 'sbx_nest')).toEqual([]);
    expect(btrfs('list', world.pool)).toBe(before);
  });

  it('clears a tree that was made without snapshots out of a pool that has them, and nothing it links to', async ({
    skip,
  }) => {
    skip(world.level.store.tracked !== 'btrfs', 'this level has no subvolumes');
    const outside = `${world.directory}/outside`;
    mkdirSync(outside);
    writeFileSync(`${outside}/kept`, 'kept');
    const plain = new OverlayStore(world.pool, `${world.directory}/gone`, { rootless: false });
    const { path } = await plain.create('sbx_plain', { image: 'base' });
    await plain.snapshot('sbx_plain', 'chk_plain');
    for (const place of [
      `${path}/tmp/link`,
      `${world.pool}/sbx_plain/upper/link`,
      `${world.pool}/chk_plain/upper/link`,
    ])
      symlinkSync(outside, place);
    await world.keeper.close();
    await world.start();
    expect([...residueOf(world, 'sbx_plain'), ...residueOf(world, 'chk_plain')]).toEqual([]);
    expect(readFileSync(`${outside}/kept`, 'utf8')).toBe('kept');
    rmSync(outside, { recursive: true });
  });

  it('takes over what a lost keeper left, and clears what it left half-made', async () => {
    await world.create('sbx_kept');
    const sandbox = await world.describe('sbx_kept');
    const guest = await world.link('sbx_kept');
    guest.close();
    await world.keeper.close();
    await world.level.store.create('sbx_orphan', { image: 'base' }, 32);
    await world.start();
    expect(await world.describe('sbx_kept')).toEqual(sandbox);
    expect(residueOf(world, 'sbx_orphan')).toEqual([]);
    const again = await world.link('sbx_kept');
    expect((await again.run('echo here')).out).toBe('here\n');
    await world.ask('kill', { id: 'sbx_kept' });
    await world.ask('kill', { id: 'sbx_kept' });
    expect(residueOf(world, 'sbx_kept')).toEqual([]);
  });

  it('leaves nothing of a creation that fails', async () => {
    await expect(world.create('sbx_nosuch', { source: { image: 'desktop' } })).rejects.toMatchObject({
      code: 'notFound',
    });
    await expect(world.create('sbx_nosuch', { source: { checkpoint: 'chk_nosuch' } })).rejects.toMatchObject({
      code: 'notFound',
    });
    await expect(
      world.create('sbx_nosuch', { limits: { cpus: 4000, memoryMb: 256, diskMb: 256, pids: 64 } }),
    ).rejects.toMatchObject({ code: 'limitExceeded' });
    // A tree in which the guest cannot start.
    await world.create('sbx_broken');
    const guest = await world.link('sbx_broken');
    await guest.run('mv /opt /elsewhere; touch /opt');
    await world.ask('snapshot', { id: 'sbx_broken', checkpoint: 'chk_broken', memory: false });
    await expect(world.create('sbx_nosuch', { source: { checkpoint: 'chk_broken' } })).rejects.toMatchObject({
      code: 'internal',
    });
    expect(residueOf(world, 'sbx_nosuch')).toEqual([]);
    await expect(world.create('sbx_broken')).rejects.toMatchObject({ code: 'alreadyExists' });
    expect((await guest.run('echo unharmed')).out).toBe('unharmed\n');
    await world.ask('kill', { id: 'sbx_broken' });
    await world.ask('removeCheckpoint', { checkpoint: 'chk_broken' });
  });

  it('brings memory back, twice, while the source goes on', async ({ skip }) => {
    skip(!world.info().memoryCheckpoints, 'this level does not hold memory');
    await world.create('sbx_source');
    const source = await world.link('sbx_source');
    const count = '(n=0; while :; do n=$((n+1)); echo $n > /tmp/count; sleep 0.02; done) >/dev/null 2>&1 &';
    await source.run(`${count} while ! ls /tmp/count; do sleep 0.01; done`);
    const counted = async (link: GuestLink) => Number((await link.run('cat /tmp/count')).out) || 0;
    const reply = await world.ask('snapshot', { id: 'sbx_source', checkpoint: 'chk_memory', memory: true });
    expect(reply).toMatchObject({ memory: true, notHeld: [] });
    for (const id of ['sbx_copya', 'sbx_copyb']) {
      await world.create(id, { source: { checkpoint: 'chk_memory' }, memory: true });
      const copy = await world.link(id);
      expect((await copy.run('hostname')).out).toBe(`${id.slice(4)}\n`);
      const first = await counted(copy);
      while ((await counted(copy)) <= first + 2);
      expect(first).toBeLessThan(await counted(source));
      await world.ask('freeze', { id });
      await world.ask('thaw', { id });
    }
    expect((await world.describe('sbx_source'))?.state).toBe('running');
    // A copy can be checkpointed in its turn.
    const again = await world.ask('snapshot', { id: 'sbx_copya', checkpoint: 'chk_again', memory: true });
    expect(again.notHeld).toEqual([]);
    for (const checkpoint of ['chk_memory', 'chk_again']) await world.ask('removeCheckpoint', { checkpoint });
    for (const id of ['sbx_source', 'sbx_copya', 'sbx_copyb']) {
      await world.ask('kill', { id });
      expect(residueOf(world, id)).toEqual([]);
    }
    expect([...residueOf(world, 'chk_memory'), ...residueOf(world, 'chk_again')]).toEqual([]);
  });

  it('clears away memory left half-made, but not what another keeper of the pool is writing', async ({ skip }) => {
    skip(!world.info().memoryCheckpoints, 'this level does not hold memory');
    const left = `${world.pool}/.memory/chk_left`;
    const written = `${world.pool}/.memory/chk_written`;
    for (const path of [left, written]) mkdirSync(path, { recursive: true });
    writeFileSync(`${world.pool}/.owners/chk_left`, world.dataDir);
    writeFileSync(`${world.pool}/.owners/chk_written`, world.directory);
    await world.keeper.close();
    await world.start();
    expect([left, written].map((path) => existsSync(path))).toEqual([false, true]);
    rmSync(written, { recursive: true });
    rmSync(`${world.pool}/.owners/chk_written`);
  });

  it('refuses to bring back memory that was never held', async () => {
    await world.create('sbx_forgets');
    const reply = await world.ask('snapshot', { id: 'sbx_forgets', checkpoint: 'chk_files', memory: false });
    expect(reply.memory).toBe(false);
    expect(reply.notHeld).not.toEqual([]);
    await expect(
      world.create('sbx_nomemory', { source: { checkpoint: 'chk_files' }, memory: true }),
    ).rejects.toMatchObject({ code: 'notSupported' });
    expect(residueOf(world, 'sbx_nomemory')).toEqual([]);
    await world.ask('kill', { id: 'sbx_forgets' });
    await world.ask('removeCheckpoint', { checkpoint: 'chk_files' });
  });
});
