/** What a sandbox, a token and the server cannot reach. */

import { readFileSync, statSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, test } from '@playwright/test';
import { type Sandbox, Sandglass } from '@sandglass/client/node';
import type { LogEvent, Role, Scope } from '@sandglass/protocol';
import { codesOf } from '../refusals.ts';
import { nothingWarm, useWorld } from '../world.ts';

const world = useWorld(nothingWarm);
let sandbox: Sandbox;
let other: Sandbox;
/** On the host's loopback: what a sandbox must not get to unless a rule names it. */
let secret: HttpServer;
let secretPort: number;
let reached: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(120_000);
  secret = createServer((request, response) => {
    reached.push(`${request.method} ${request.url} ${request.headers.host}`);
    response.end('the host’s secret');
  });
  await new Promise<void>((resolve) => secret.listen(0, resolve));
  secretPort = (secret.address() as AddressInfo).port;
  [sandbox, other] = await Promise.all([world.client.sandboxes.create(), world.client.sandboxes.create()]);
});

test.afterAll(async () => {
  secret?.close();
});

test.beforeEach(() => {
  reached = [];
});

/** Runs a Python program in the sandbox; what it prints. */
async function python(program: string): Promise<string> {
  const done = await sandbox.run(['python3', '-c', program], { timeoutMs: 20_000 });
  return `${done.stdout}${done.stderr}`.trim();
}

const curl = async (words: string) => (await sandbox.run(`curl -s -m 10 ${words}`)).stdout ?? '';
const statusOf = async (words: string) => await curl(`-o /dev/null -w '%{http_code} %{http_connect}' ${words}`);

test('no way out but the proxy', async () => {
  const hostAddress = Object.values(networkInterfaces())
    .flat()
    .find((address) => address && !address.internal && address.family === 'IPv4')?.address;
  const targets = ['1.1.1.1', '169.254.169.254', '10.0.0.1', ...(hostAddress ? [hostAddress] : [])];
  const said = await python(`
import socket
for host in ${JSON.stringify(targets)}:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            s = socket.socket(socket.AF_INET, kind); s.settimeout(2); s.connect((host, ${secretPort})); s.send(b'x'); print('sent', host, kind)
        except OSError as e: pass
try:
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM); s.connect(('127.0.0.1', ${secretPort})); print('host loopback')
except ConnectionRefusedError: pass
for family, kind, number in ((socket.AF_VSOCK, socket.SOCK_STREAM, 0), (socket.AF_PACKET, socket.SOCK_RAW, 3), (socket.AF_INET, socket.SOCK_RAW, 1), (socket.AF_ALG, socket.SOCK_SEQPACKET, 0)):
    try: socket.socket(family, kind, number); print('made', family, kind)
    except OSError: pass
try: print(socket.gethostbyname('example.com'))
except OSError: print('walled')
`);
  expect(said).toBe('walled');
  expect((await sandbox.run('sudo ip link add dummy0 type dummy || sudo unshare -n true')).exit?.code).not.toBe(0);
  expect(reached).toEqual([]);
});

test('nothing is allowed by default, and the refusal says how to', async () => {
  expect(await statusOf('http://example.com/')).toBe('403 000');
  expect(await statusOf('https://example.com/')).toBe('000 403');
  const text = await curl('http://example.com/');
  expect(text).toContain('may not connect to example.com:80');
  expect(text).toContain(`PATCH /v1/sandboxes/${sandbox.id}`);
});

test('rules let through what they name, and nothing else', async () => {
  // A rule for this very address is how a person opens one of the host's own.
  await sandbox.update({ egress: { allow: [{ host: '127.0.0.1', port: secretPort }] } });
  expect(await curl(`--noproxy '' http://127.0.0.1:${secretPort}/yes`)).toBe('the host’s secret');
  expect(reached).toEqual([`GET /yes 127.0.0.1:${secretPort}`]);
  expect(await statusOf(`--noproxy '' http://127.0.0.1:${new URL(world.server.origin).port}/v1/health`)).toBe(
    '403 000',
  );
  expect(await statusOf(`--noproxy '' http://localhost:${secretPort}/`)).toBe('403 000');
  await sandbox.update({ egress: { allow: [{ host: '*.example.com', port: 80 }] } });
  for (const host of ['example.com', 'badexample.com', 'example.com.evil.net', 'sub.example.com:8080'])
    expect(await statusOf(`http://${host}/`), host).toBe('403 000');
});

test('what is allowed to all does not lead into the host', async () => {
  await sandbox.update({ egress: { allow: [{ host: '*' }] } });
  const hosts = [
    '127.0.0.1',
    'localhost',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '0.0.0.0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::]',
    '[64:ff9b::7f00:1]',
    '169.254.169.254',
    'LOCALHOST.',
    'x.localhost',
    ...Object.values(networkInterfaces())
      .flat()
      .flatMap((address) => (address && address.family === 'IPv4' ? [address.address] : [])),
  ];
  for (const host of hosts) {
    const plain = await statusOf(`--noproxy '' -g 'http://${host}:${secretPort}/'`);
    expect(plain, host).not.toMatch(/^200/);
    const tunnel = await statusOf(`--noproxy '' -g -p 'http://${host}:${secretPort}/'`);
    expect(tunnel, host).not.toMatch(/^200/);
  }
  // The server's own door, and a header that names another host than the URL.
  expect(await statusOf(`--noproxy '' ${world.server.origin}/v1/health`)).toBe('403 000');
  expect(await statusOf(`--noproxy '' -H 'Host: example.com' http://127.0.0.1:${secretPort}/`)).toBe('403 000');
  expect(reached).toEqual([]);
});

test('requests made to be read in two ways', async () => {
  await sandbox.update({ egress: { allow: [{ host: '127.0.0.1', port: secretPort }] } });
  const raw = (request: string) =>
    python(`
import socket
s = socket.create_connection(('127.0.0.1', 3128)); s.settimeout(5)
s.sendall(${JSON.stringify(request)}.encode('latin1'))
out = b''
try:
    while True:
        part = s.recv(65536)
        if not part: break
        out += part
except OSError: pass
print(out.decode('latin1').count('HTTP/1.1 200'), out.decode('latin1').split('\\r\\n')[0])
`);
  const to = `http://127.0.0.1:${secretPort}`;
  // Both a length and chunks: one of two readers would take the rest for a second request.
  const smuggled = `POST ${to}/a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET ${to}/smuggled HTTP/1.1\r\nHost: y\r\n\r\n`;
  expect(await raw(smuggled)).toContain('400');
  expect(await raw(`GET ${to}/b HTTP/1.1\r\nHost : x\r\n\r\n`)).toContain('400');
  expect(await raw(`GET /relative HTTP/1.1\r\nHost: 127.0.0.1:${secretPort}\r\n\r\n`)).toContain('400');
  expect(await raw('CONNECT 127.0.0.1 HTTP/1.1\r\n\r\n')).toContain('400');
  expect(await raw('CONNECT 127.0.0.1:99999 HTTP/1.1\r\n\r\n')).toContain('400');
  expect(await raw('CONNECT 127.0.0.1:22 HTTP/1.1\r\n\r\n')).toContain('403');
  expect(await raw(`CONNECT ${'a'.repeat(300)}:80 HTTP/1.1\r\n\r\n`)).toContain('400');
  expect(await raw('\x16\x03\x01 not http at all\r\n\r\n')).toContain('400');
  expect(await raw(`GET http://user:pw@127.0.0.1@evil:80/ HTTP/1.1\r\n\r\n`)).not.toContain('200');
  expect(await raw(`GET file:///etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n`)).toContain('400');
  expect(reached.filter((line) => line.includes('smuggled'))).toEqual([]);
  // Every one that was understood is in the log.
  const { items } = await world.client.request('events', { params: { sandbox: sandbox.id }, query: { limit: 5000 } });
  const requests = items.filter(
    (event): event is Extract<LogEvent, { kind: 'egress.request' }> => event.kind === 'egress.request',
  );
  expect(requests.some(({ data }) => data.port === 22 && data.verdict === 'denied')).toBe(true);
  expect(requests.some(({ data }) => data.host === 'example.com' && data.verdict === 'denied')).toBe(true);
  expect(requests.some(({ data }) => data.path === '/yes' && data.verdict === 'allowed' && data.status === 200)).toBe(
    true,
  );
});

test('sandboxes do not see one another', async () => {
  await other.start('python3 -m http.server 8000 --bind 0.0.0.0');
  await expect.poll(async () => (await other.ports.list()).map(({ port }) => port)).toContain(8000);
  expect((await sandbox.run('curl -s -m 2 --noproxy "*" http://127.0.0.1:8000/')).exit?.code).not.toBe(0);
  const [mine, theirs] = await Promise.all(
    [sandbox, other].map(
      async (each) =>
        (await each.run('hostname -I; ls /sys/class/net; hostname; readlink /proc/self/ns/{net,pid,mnt,ipc,uts,user}'))
          .stdout!,
    ),
  );
  const namespaces = (text: string) => text.match(/\w+:\[\d+\]/g)!;
  expect(namespaces(mine!)).toHaveLength(6);
  expect(namespaces(mine!).filter((each) => namespaces(theirs!).includes(each))).toEqual([]);
  const seen = (await sandbox.run('ps -eo args; cat /proc/mounts')).stdout!;
  for (const word of [world.server.dataDir, other.id, 'http.server', 'keeper']) expect(seen).not.toContain(word);
});

test('root inside is nobody outside', async () => {
  expect((await sandbox.run('sudo id -u')).stdout).toBe('0\n');
  for (const command of [
    'mount -t tmpfs none /mnt',
    'chroot /proc/1/root true && mknod /tmp/sda b 8 0 && head -c 1 /tmp/sda',
    'sh -c "echo c > /proc/sysrq-trigger"',
    'sh -c "echo 1 > /proc/sys/kernel/core_pattern"',
    'dmesg',
    'modprobe dummy',
    'hostname other',
    'date -s 2020-01-01',
    'unshare -U true',
    'nsenter -t 1 -n ip link add dummy0 type dummy',
    'sh -c "echo 0 > /sys/fs/cgroup/pids.max"',
  ])
    expect((await sandbox.run(`sudo -n ${command}`)).exit?.code, command).not.toBe(0);
});

/** A client with a token of its own. */
async function withToken(role: Role, scope?: Scope): Promise<{ client: Sandglass; id: string }> {
  const token = await world.client.request('createToken', {
    body: { name: `${role} of the tests`, role, ...(scope ? { scope } : {}) },
  });
  return { client: new Sandglass({ url: world.server.origin, token: token.secret }), id: token.id };
}

test('a viewer sees, and does nothing', async () => {
  const { client: viewer } = await withToken('viewer');
  using _ = viewer;
  const seen = await viewer.sandboxes.get(sandbox.id);
  const terminal = await sandbox.terminals.open();
  expect((await seen.files.list('/')).length).toBeGreaterThan(5);
  const params = { sandbox: sandbox.id };
  const codes = await codesOf({
    create: viewer.sandboxes.create(),
    run: seen.run('true'),
    write: seen.files.write('x', 'x'),
    mkdir: seen.files.makeDirectory('x'),
    move: seen.files.move('x', 'y'),
    remove: seen.files.remove('x'),
    upload: seen.files.uploadFolder('.', 'x'),
    open: seen.terminals.open(),
    close: viewer.request('closeTerminal', { params: { ...params, terminal: terminal.id } }),
    freeze: seen.freeze(),
    checkpoint: seen.checkpoint(),
    update: seen.update({ name: 'x' }),
    kill: seen.kill(),
    port: seen.ports.open(8000),
    signal: viewer.request('signalProcess', { params: { ...params, pid: 2 }, body: { signal: 'SIGKILL' } }),
    tokens: viewer.request('tokens'),
    token: viewer.request('createToken', { body: { name: 'x', role: 'admin' } }),
  });
  expect(codes).toEqual(Object.fromEntries(Object.keys(codes).map((name) => [name, 'forbidden'])));
  const watched = await seen.terminals.get(terminal.id);
  const refused = new Promise<Error>((resolve) => {
    watched.attach({ onRefused: resolve });
  });
  await watched.write('echo typed-by-viewer\r');
  expect(await refused).toMatchObject({ code: 'forbidden' });
  watched.detach();
  expect((await sandbox.run('true')).exit?.code).toBe(0);
});

test('a token of one sandbox knows no other, and its streams end with it', async () => {
  const { client: narrow, id } = await withToken('operator', { kind: 'sandbox', sandbox: sandbox.id });
  using _ = narrow;
  expect((await narrow.sandboxes.list()).items.map((each) => each.id)).toEqual([sandbox.id]);
  expect((await (await narrow.sandboxes.get(sandbox.id)).run('echo mine')).stdout).toBe('mine\n');
  const params = { sandbox: other.id };
  const codes = await codesOf({
    get: narrow.sandboxes.get(other.id),
    run: narrow.request('startExec', { params, body: { command: 'true' } }),
    read: narrow.request('readFile', { params, query: { path: '/etc/passwd' } }),
    kill: narrow.request('killSandbox', { params }),
    create: narrow.sandboxes.create(),
    stream: new Promise((resolve, reject) =>
      narrow.stream.subscribe(
        { kind: 'events', sandbox: other.id },
        { onOpened: resolve, onEnded: (end) => reject(end.reason === 'error' ? end.error : new Error(end.reason)) },
      ),
    ),
  });
  for (const [name, code] of Object.entries(codes))
    expect(['forbidden', 'notFound'], `${name}: ${code}`).toContain(code);
  const ended = new Promise<string>((resolve) => {
    narrow.stream.subscribe(
      { kind: 'events', sandbox: sandbox.id },
      {
        onOpened: () => void world.client.request('removeToken', { params: { token: id as never } }),
        onEnded: (end) => resolve(end.reason === 'error' && 'code' in end.error ? String(end.error.code) : end.reason),
      },
    );
  });
  expect(await ended).toBe('unauthenticated');
  expect(await codesOf({ after: narrow.sandboxes.list() })).toEqual({ after: 'unauthenticated' });
});

test('the server is not root, and cannot read what is root’s', async () => {
  test.skip(process.getuid?.() !== 0, 'started without root: there is nothing to give up');
  const status = readFileSync(`/proc/${await world.server.serverPid()}/status`, 'utf8');
  const line = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)![1]!;
  const uids = line('Uid').split(/\s+/).map(Number);
  expect(new Set(uids).size).toBe(1);
  expect(uids[0]).not.toBe(0);
  for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']) expect(Number.parseInt(line(set), 16), set).toBe(0);
  expect(line('Groups').split(/\s+/).filter(Boolean)).not.toContain('0');
  const { privilege } = await world.client.system();
  expect(privilege).toMatchObject({ separated: true, serverUid: uids[0] });
  // Root's own: nobody else may look into it, and the server's folder is its owner's alone.
  expect(statSync(`${world.server.dataDir}/keeper`).uid).toBe(0);
  expect(statSync(`${world.server.dataDir}/keeper`).mode & 0o066).toBe(0);
  expect(statSync(`${world.server.dataDir}/keeper/run`).mode & 0o077).toBe(0);
  expect(statSync(`${world.server.dataDir}/server`)).toMatchObject({ uid: uids[0] });
  expect(statSync(`${world.server.dataDir}/server`).mode & 0o077).toBe(0);
  // Whatever the API is asked to read is read in the sandbox: its files are not the host's.
  const marker = createTcpServer();
  marker.close();
  expect(await sandbox.files.readText('/etc/hostname').catch(() => '')).not.toBe(readFileSync('/etc/hostname', 'utf8'));
});
