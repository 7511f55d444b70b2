import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ALL_TRAFFIC,
  AuthenticationError,
  getSignature,
  NotFoundError,
  SandboxError,
  SandboxNotFoundError,
  Template,
  Volume,
} from 'e2b';
import { expect } from 'vitest';
import { group } from './case.ts';

const { works, differs, absent } = group('Sandbox');

export const sandboxCases = [
  works('create', async ({ fresh }) => {
    const made = await fresh({ metadata: { userId: 'ada', Weird: 'ü' }, envs: { GREETING: 'hi' }, timeoutMs: 120_000 });
    expect(made.sandboxId).toMatch(/^[a-z0-9]+$/);
    expect((await made.commands.run('echo $GREETING')).stdout).toBe('hi\n');
    expect((await made.getInfo()).metadata).toEqual({ userId: 'ada', Weird: 'ü' });
  }),
  works('create, wrong key', async ({ world, Sandbox }) => {
    await expect(Sandbox.create({ ...world.options, apiKey: 'e2b_00' })).rejects.toBeInstanceOf(AuthenticationError);
  }),
  works('create, unknown template', async ({ world, Sandbox }) => {
    await expect(Sandbox.create('nothing-like-that', world.options)).rejects.toThrow(/There is no template/);
  }),
  absent(
    'create with volumeMounts',
    'there are no volumes: write files, or keep a snapshot',
    async ({ world, Sandbox }) => {
      const asked = Sandbox.create('base', { ...world.options, volumeMounts: { '/data': 'mine' } });
      await expect(asked).rejects.toThrow(/Volumes are not supported/);
    },
  ),
  absent(
    'create with mcp, getMcpUrl, getMcpToken',
    'the MCP door of this server is another one',
    async ({ world, Sandbox }) => {
      await expect(Sandbox.create({ ...world.options, mcp: {} })).rejects.toThrow(/template|mcp/);
    },
  ),
  works('connect', async ({ world, sandbox, Sandbox }) => {
    const again = await Sandbox.connect(sandbox.sandboxId, world.options);
    expect((await again.commands.run('echo same')).stdout).toBe('same\n');
    await expect(Sandbox.connect('aaaaaaaaaaaaaaaa', world.options)).rejects.toBeInstanceOf(SandboxNotFoundError);
  }),
  works('list, nextItems', async ({ world, fresh, Sandbox }) => {
    const mine = await Promise.all([1, 2, 3].map((n) => fresh({ metadata: { suite: 'list me', n: String(n) } })));
    const query = { metadata: { suite: 'list me' } };
    const first = Sandbox.list({ ...world.options, query, limit: 2 });
    const page = await first.nextItems();
    expect(page).toHaveLength(2);
    expect(first.hasNext).toBe(true);
    const rest = await first.nextItems();
    expect(first.hasNext).toBe(false);
    expect([...page, ...rest].map((one) => one.sandboxId).sort()).toEqual(mine.map((one) => one.sandboxId).sort());
    expect(await Sandbox.list({ ...world.options, query, limit: 9 }).nextItems()).toHaveLength(3);
    const paused = Sandbox.list({ ...world.options, query: { ...query, state: ['paused'] } });
    expect(await paused.nextItems()).toEqual([]);
    const none = Sandbox.list({ ...world.options, query: { metadata: { suite: 'nobody' } } });
    expect(await none.nextItems()).toEqual([]);
  }),
  works('kill', async ({ fresh, Sandbox, world }) => {
    const made = await fresh();
    expect(await made.kill()).toBe(true);
    expect(await made.kill()).toBe(false);
    expect(await Sandbox.kill('aaaaaaaaaaaaaaaa', world.options)).toBe(false);
    await expect(made.commands.run('true')).rejects.toThrow(/sandbox/i);
  }),
  works('setTimeout', async ({ fresh, world }) => {
    const made = await fresh({ timeoutMs: 60_000 });
    await made.setTimeout(600_000);
    const { endAt } = await made.getInfo();
    expect(Math.abs(endAt.getTime() - world.rooms.clock.now() - 600_000)).toBeLessThan(5_000);
    await made.kill();
    await expect(made.setTimeout(1_000)).rejects.toBeInstanceOf(NotFoundError);
  }),
  works('getInfo, getFullInfo', async ({ sandbox, world, Sandbox }) => {
    const info = await sandbox.getInfo();
    expect(info).toMatchObject({ sandboxId: sandbox.sandboxId, templateId: 'base', state: 'running' });
    expect(info.cpuCount).toBeGreaterThan(0);
    expect(await Sandbox.getFullInfo(sandbox.sandboxId, world.options)).toMatchObject({ sandboxId: sandbox.sandboxId });
    expect(info.lifecycle).toMatchObject({ onTimeout: 'kill', autoResume: false });
  }),
  differs(
    'getMetrics',
    'memCache is always 0; the disk is what the sandbox holds beyond its image',
    async ({ sandbox }) => {
      const metrics = await sandbox.getMetrics();
      expect(metrics.at(-1)).toMatchObject({ cpuCount: expect.any(Number), memTotal: expect.any(Number) });
      expect(metrics.at(-1)!.memUsed).toBeGreaterThan(0);
    },
  ),
  works('isRunning', async ({ fresh }) => {
    const made = await fresh();
    expect(await made.isRunning()).toBe(true);
    await made.kill();
    expect(await made.isRunning()).toBe(false);
  }),
  works('pause, connect (resume)', async ({ fresh, world, Sandbox }) => {
    const made = await fresh();
    const sleeper = await made.commands.run('sleep 1000', { background: true, timeoutMs: 0 });
    expect(await made.pause()).toBeTruthy();
    expect((await made.getInfo()).state).toBe('paused');
    expect(await made.pause()).toBe(false);
    expect(await made.isRunning()).toBe(false);
    const back = await Sandbox.connect(made.sandboxId, world.options);
    expect((await back.getInfo()).state).toBe('running');
    expect((await back.commands.list()).map((one) => one.pid)).toContain(sleeper.pid);
  }),
  differs(
    'pause({ keepMemory: false })',
    'a resume begins from the files alone, in the same kernel: /proc/sys/kernel/random/boot_id does not change',
    async ({ fresh }) => {
      const made = await fresh();
      await made.files.write('kept.txt', 'kept');
      await made.commands.run('sleep 1000', { background: true, timeoutMs: 0 });
      await made.pause({ keepMemory: false });
      const back = await made.connect();
      expect(await back.files.read('kept.txt')).toBe('kept');
      expect((await back.commands.run('pgrep -c sleep || true')).stdout.trim()).toBe('0');
    },
  ),
  works('betaPause', async ({ fresh }) => {
    const made = await fresh();
    expect(await made.betaPause()).toBeTruthy();
    expect((await made.getInfo()).state).toBe('paused');
  }),
  works('create with lifecycle onTimeout pause, autoResume', async ({ fresh, world }) => {
    const made = await fresh({ timeoutMs: 30_000, lifecycle: { onTimeout: 'pause', autoResume: true } });
    expect((await made.getInfo()).lifecycle).toEqual({ onTimeout: 'pause', autoResume: true });
    const id = `sbx_${made.sandboxId}` as never;
    const frozen = world.rooms.until(id, ({ phase }) => phase === 'frozen');
    world.rooms.clock.advance(31_000);
    await frozen;
    expect((await made.getInfo()).state).toBe('paused');
    expect((await made.commands.run('echo awake')).stdout).toBe('awake\n');
  }),
  works('fork', async ({ fresh }) => {
    const made = await fresh({ metadata: { of: 'fork' } });
    await made.files.write('shared.txt', 'before');
    const results = await made.fork({ count: 3 });
    expect(results).toHaveLength(3);
    const forks = results.map((one) => {
      if (one instanceof Error) throw one;
      return one;
    });
    await Promise.all(forks.map((fork, n) => fork.files.write('own.txt', String(n))));
    expect(await Promise.all(forks.map((fork) => fork.files.read('own.txt')))).toEqual(['0', '1', '2']);
    expect(await forks[0]!.files.read('shared.txt')).toBe('before');
    expect(await made.files.exists('own.txt')).toBe(false);
    await Promise.all(forks.map((fork) => fork.kill()));
  }),
  works('createSnapshot, listSnapshots, deleteSnapshot', async ({ fresh, world, Sandbox }) => {
    const made = await fresh();
    await made.files.write('seed.txt', 'seed');
    const { snapshotId } = await made.createSnapshot({ name: 'conformance' });
    await made.files.write('seed.txt', 'changed');
    const copy = await Sandbox.create(snapshotId, world.options);
    expect(await copy.files.read('seed.txt')).toBe('seed');
    await copy.kill();
    const listed = await made.listSnapshots().nextItems();
    expect(listed.map((one) => one.snapshotId)).toContain(snapshotId);
    expect(await Sandbox.deleteSnapshot(snapshotId, world.options)).toBe(true);
    expect(await Sandbox.deleteSnapshot(snapshotId, world.options)).toBe(false);
  }),
  differs(
    'getHost',
    'the names are below this server’s own domain and lead to its TLS port, whose certificate has to be trusted',
    async ({ sandbox }) => {
      expect(sandbox.getHost(3000)).toMatch(new RegExp(`^3000-${sandbox.sandboxId}\\.`));
    },
  ),
  works('uploadUrl, downloadUrl', async ({ sandbox }) => {
    const up = await sandbox.uploadUrl('signed.txt', { useSignatureExpiration: 60 });
    const form = new FormData();
    form.append('file', new Blob(['by address']), 'signed.txt');
    expect((await fetch(up, { method: 'POST', body: form })).status).toBe(200);
    const down = await sandbox.downloadUrl('signed.txt', { useSignatureExpiration: 60 });
    expect(await (await fetch(down)).text()).toBe('by address');
    expect((await fetch(down.replace('signed.txt', 'other.txt'))).status).toBe(401);
    const old = await sandbox.downloadUrl('signed.txt', { useSignatureExpiration: -10_000 });
    const refused = await fetch(old);
    expect([refused.status, await refused.json()]).toEqual([
      401,
      { code: 401, message: 'signature is already expired' },
    ]);
    expect(getSignature).toBeTypeOf('function');
  }),
  differs(
    'updateNetwork, create with network',
    'programs reach the network through HTTP(S)_PROXY; what does not know it gets nowhere',
    async ({ sandbox, fresh }) => {
      const server = createServer((_request, response) => void response.end('reached'));
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      const { port } = server.address() as AddressInfo;
      const get = async (made: typeof sandbox) =>
        (await made.commands.run(`curl -s -m 10 --noproxy '' http://127.0.0.1:${port}/`)).stdout;
      try {
        const denied = { denyOut: ({ allTraffic }: { allTraffic: string }) => [allTraffic] };
        const made = await fresh({ network: { ...denied, allowOut: ['127.0.0.0/8'] } });
        expect(await get(made)).toBe('reached');
        await made.updateNetwork({ denyOut: ['127.0.0.1'] });
        expect(await get(made)).toContain('Its egress rules deny it');
        await made.updateNetwork({ denyOut: ['127.0.0.0/8'], allowOut: ['127.0.0.1'] });
        expect(await get(made)).toBe('reached');
        await made.updateNetwork({ allowInternetAccess: false });
        expect(await get(made)).toContain('may not connect');
        const cold = await fresh({ allowInternetAccess: false });
        expect(await get(cold)).toContain('may not connect');
        expect((await cold.getInfo()).allowInternetAccess).toBe(false);
      } finally {
        server.close();
      }
      await sandbox.updateNetwork({ denyOut: [ALL_TRAFFIC], allowOut: ['example.org'] });
      expect((await sandbox.getInfo()).network).toMatchObject({ allowOut: ['example.org'] });
      await expect(sandbox.updateNetwork({ allowOut: ['example.org'] })).rejects.toThrow(/ALL_TRAFFIC/);
      await expect(sandbox.updateNetwork({ denyOut: ['example.org'] })).rejects.toBeInstanceOf(SandboxError);
      await sandbox.updateNetwork({});
    },
  ),
  absent(
    'updateNetwork, create with network.rules (headers put into requests)',
    'refused with SandboxError: requests that carry secrets are https, which this server passes on unopened; to put them into plain http alone would send them where everybody can read them. Give the sandbox what it needs in envs',
    async ({ sandbox, Sandbox, world }) => {
      const rules = { 'api.test': [{ transform: { headers: { authorization: 'Bearer x' } } }] };
      await expect(sandbox.updateNetwork({ rules })).rejects.toThrow(/network\.rules.*does not open TLS/);
      await expect(Sandbox.create('base', { ...world.options, network: { rules } })).rejects.toThrow(/network\.rules/);
    },
  ),
  absent(
    'updateNetwork, create with network.egressProxy (a proxy of one’s own)',
    'refused with SandboxError: this server is the proxy, and checks and records what goes through it',
    async ({ sandbox, Sandbox, world }) => {
      const egressProxy = { address: 'a.test:1080' };
      await expect(sandbox.updateNetwork({ egressProxy })).rejects.toThrow(/egressProxy.*this server is the proxy/);
      await expect(Sandbox.create('base', { ...world.options, network: { egressProxy } })).rejects.toThrow(
        /egressProxy/,
      );
    },
  ),
  absent(
    'Template.build',
    'refused with an error that says so (501): set a sandbox up and keep it with createSnapshot()',
    async ({ world }) => {
      const built = Template.build(Template().fromBaseImage().runCmd('true'), 'mine', world.options);
      await expect(built).rejects.toThrow(/createSnapshot/);
    },
  ),
  absent('Volume', 'there are no volumes', async ({ world }) => {
    await expect(Volume.create('mine', world.options)).rejects.toThrow(/Volumes are not served/);
  }),
];
