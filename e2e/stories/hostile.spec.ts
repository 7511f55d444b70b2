/** Bad input, from both sides: every one of these is answered with a typed error and changes nothing. */
import { expect, test } from '@playwright/test';
import { openNodeSocket, type Sandbox } from '@sandglass/client/node';
import { MAX_CHANNELS, type ServerMessage } from '@sandglass/protocol';
import { codeOf, codesOf } from '../refusals.ts';
import { nothingWarm, useWorld } from '../world.ts';

const world = useWorld(nothingWarm);
/** Must never notice what happens to others. */
let neighbour: Sandbox;
let sandbox: Sandbox;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  [sandbox, neighbour] = await Promise.all([
    world.client.sandboxes.create({ name: 'tested' }),
    world.client.sandboxes.create({ name: 'neighbour' }),
  ]);
});

/** Everybody else goes on while one sandbox misbehaves. */
async function expectNeighbourUnharmed(): Promise<void> {
  const done = await neighbour.run('echo fine', { timeoutMs: 10_000 });
  expect(done.stdout).toBe('fine\n');
}

test('ids that do not exist, or are none', async () => {
  const absent = { sandbox: 'sbx_aaaaaaaaaa' };
  const here = { sandbox: sandbox.id };
  const file = { path: 'a' };
  const made = await neighbour.checkpoint();
  const exec = await neighbour.start('true');
  const terminal = await neighbour.terminals.open();
  const codes = await codesOf({
    sandbox: world.client.request('sandbox', { params: absent }),
    update: world.client.request('updateSandbox', { params: absent, body: { name: 'x' } }),
    kill: world.client.request('killSandbox', { params: absent }),
    freeze: world.client.request('freezeSandbox', { params: absent }),
    thaw: world.client.request('thawSandbox', { params: absent }),
    stats: world.client.request('stats', { params: absent }),
    events: world.client.request('events', { params: absent }),
    checkpoints: world.client.request('checkpoints', { params: absent }),
    checkpoint: world.client.request('createCheckpoint', { params: absent, body: {} }),
    terminals: world.client.request('terminals', { params: absent }),
    openTerminal: world.client.request('openTerminal', { params: absent, body: {} }),
    startExec: world.client.request('startExec', { params: absent, body: { command: 'true' } }),
    files: world.client.request('files', { params: absent, query: file }),
    stat: world.client.request('stat', { params: absent, query: file }),
    read: world.client.request('readFile', { params: absent, query: file }),
    write: world.client.request('writeFile', { params: absent, query: file, body: 'x' }),
    mkdir: world.client.request('makeDirectory', { params: absent, body: file }),
    move: world.client.request('moveFile', { params: absent, body: { from: 'a', to: 'b' } }),
    remove: world.client.request('removeFile', { params: absent, query: file }),
    download: world.client.request('downloadArchive', { params: absent, query: file }),
    upload: world.client.request('uploadArchive', { params: absent, query: file, body: 'x' }),
    processes: world.client.request('processes', { params: absent }),
    ports: world.client.request('ports', { params: absent }),
    openPort: world.client.request('openPort', { params: { ...absent, port: 80 } }),
    screenshot: world.client.request('screenshot', { params: absent }),
    exec: world.client.request('exec', { params: { ...here, exec: 'exe_aaaaaaaaaa' } }),
    signalExec: world.client.request('signalExec', {
      params: { ...here, exec: 'exe_aaaaaaaaaa' },
      body: { signal: 'SIGINT' },
    }),
    terminal: world.client.request('updateTerminal', {
      params: { ...here, terminal: 'trm_aaaaaaaaaa' },
      body: { rows: 5 },
    }),
    closeTerminal: world.client.request('closeTerminal', { params: { ...here, terminal: 'trm_aaaaaaaaaa' } }),
    restore: world.client.request('restoreCheckpoint', { params: { ...here, checkpoint: 'chk_aaaaaaaaaa' } }),
    removeCheckpoint: world.client.request('removeCheckpoint', { params: { ...here, checkpoint: 'chk_aaaaaaaaaa' } }),
    fork: world.client.request('createSandbox', { body: { checkpoint: 'chk_aaaaaaaaaa' as never } }),
    process: world.client.request('signalProcess', {
      params: { ...here, pid: 4_000_000 },
      body: { signal: 'SIGKILL' },
    }),
    token: world.client.request('removeToken', { params: { token: 'tok_aaaaaaaaaa' } }),
    // Those of another sandbox are not of this one.
    othersCheckpoint: world.client.request('restoreCheckpoint', { params: { ...here, checkpoint: made.id } }),
    removeOthersCheckpoint: world.client.request('removeCheckpoint', { params: { ...here, checkpoint: made.id } }),
    othersExec: world.client.request('exec', { params: { ...here, exec: exec.id } }),
    othersTerminal: world.client.request('updateTerminal', {
      params: { ...here, terminal: terminal.id },
      body: { rows: 5 },
    }),
  });
  expect(codes).toEqual(Object.fromEntries(Object.keys(codes).map((name) => [name, 'notFound'])));
  const malformed = [
    '../../etc',
    'sbx_UPPER',
    'chk_aaaaaaaaaa',
    `sbx_${'a'.repeat(5_000)}`,
    'sbx_a\n',
    '__proto__',
    '%00',
  ];
  for (const id of malformed)
    expect(await codeOf(world.client.request('sandbox', { params: { sandbox: id } })), id).toMatch(
      /^(badRequest|notFound)$/,
    );
  expect((await neighbour.checkpoints.list()).map(({ id }) => id)).toEqual([made.id]);
  await neighbour.checkpoints.remove(made.id);
  await terminal.close();
});

test('paths that climb, loop, are too long or lead to devices', async () => {
  const { files } = sandbox;
  await files.write('plain', 'plain');
  expect((await files.stat('../../../../etc/hostname')).path).toBe('/etc/hostname');
  // The server's own data is on this host, and nowhere in there.
  for (const path of [
    world.server.dataDir,
    `../../../..${world.server.dataDir}/server/sandglass.db`,
    `/proc/1/root${world.server.dataDir}`,
  ])
    expect(await codeOf(files.stat(path)), path).toBe('notFound');
  await sandbox.run(
    `ln -s ${world.server.dataDir}/server/sandglass.db out; ln -s loop loop; mkfifo pipe; ln -s /dev/zero zero`,
  );
  expect((await files.stat('out')).targetKind).toBe('missing');
  const long = 'd/'.repeat(2_100);
  expect(
    await codesOf({
      throughLink: files.readBytes('out'),
      writeThroughLink: files.write('out', 'x'),
      loop: files.readBytes('loop'),
      pipe: files.readBytes('pipe'),
      device: files.readBytes('/dev/zero'),
      deviceLink: files.readBytes('zero'),
      writePipe: files.write('pipe', 'x'),
      writeDevice: files.write('/dev/null', 'x'),
      directory: files.readBytes('/home'),
      writeDirectory: files.write('/home', 'x'),
      belowFile: files.write('plain/x', 'x'),
      listFile: files.list('plain'),
      overLong: files.stat(`${long}x`),
      overLongWrite: files.write(`${long}x`, 'x', { parents: true }),
      longName: files.write('n'.repeat(256), 'x'),
      nul: files.stat('a\0b'),
      empty: files.stat(''),
      proc: files.write('/proc/sys/kernel/hostname', 'x'),
      root: files.remove('/', { recursive: true }),
      guest: files.write('/opt/sandglass/guest/guest.cjs', 'x'),
      intoItself: files.makeDirectory('m').then(() => files.move('m', 'm/n')),
      notEmpty: files.remove('/home'),
      badMode: world.client.request('writeFile', {
        params: { sandbox: sandbox.id },
        query: { path: 'x', mode: '9999' },
        body: 'x',
      }),
    }),
  ).toEqual({
    throughLink: 'notFound',
    writeThroughLink: 'notFound',
    loop: 'unprocessable',
    pipe: 'unprocessable',
    device: 'unprocessable',
    deviceLink: 'unprocessable',
    writePipe: 'unprocessable',
    writeDevice: 'unprocessable',
    directory: 'unprocessable',
    writeDirectory: 'unprocessable',
    belowFile: 'unprocessable',
    listFile: 'unprocessable',
    overLong: 'badRequest',
    overLongWrite: 'badRequest',
    longName: 'badRequest',
    nul: 'badRequest',
    empty: 'badRequest',
    proc: 'notFound',
    root: 'unprocessable',
    guest: 'forbidden',
    intoItself: 'unprocessable',
    notEmpty: 'unprocessable',
    badMode: 'badRequest',
  });
  expect(await files.readText('plain')).toBe('plain');
});

test('a link that changes its mind while it is written through', async () => {
  const { files } = sandbox;
  await sandbox.run('cp /etc/passwd victim; echo one > real; ln -sfn real swap');
  const before = await files.readText('victim');
  const swapping = await sandbox.start(
    'while :; do ln -sfn victim new; mv -T new swap; ln -sfn real new; mv -T new swap; done',
  );
  const codes: string[] = [];
  for (let round = 0; round < 40; round++) {
    const { version } = await files.stat('real');
    codes.push(await codeOf(files.write('swap', `round ${round}\n`, { expectedVersion: version })));
  }
  await swapping.signal('SIGKILL');
  expect(codes.filter((code) => code !== 'done' && code !== 'conflict')).toEqual([]);
  expect(await files.readText('victim')).toBe(before);
  const { stdout } = await sandbox.run('ls -A | grep sandglass-write || true');
  expect(stdout).toBe('');
});

test('bytes where text is wanted', async () => {
  const { files } = sandbox;
  await files.write('latin', new Uint8Array([0x63, 0x61, 0x66, 0xe9]));
  await files.write('nul', 'a\0b');
  await files.write('late', Buffer.concat([Buffer.alloc(1_500_000, 'a'), Buffer.from([0xff])]));
  await files.write('cut', Buffer.from('żó').subarray(0, 3));
  for (const name of ['latin', 'nul', 'late', 'cut']) expect(await codeOf(files.readText(name)), name).toBe('notText');
  expect(Buffer.from(await files.readBytes('latin')).toString('latin1')).toBe('café');
});

test('names that lie', async () => {
  const names = [
    'bell\u0007',
    'line\nbreak',
    'abc\u202etxt.exe',
    'zero\u200bwidth',
    '\u001b[31mred',
    'x'.repeat(81),
    ' ',
  ];
  for (const name of names) {
    expect(
      await codesOf({
        create: world.client.sandboxes.create({ name }),
        update: sandbox.update({ name }),
        terminal: sandbox.terminals.open({ name }),
        checkpoint: sandbox.checkpoint({ name }),
        token: world.client.request('createToken', { body: { name, role: 'viewer' } }),
      }),
      JSON.stringify(name),
    ).toEqual({
      create: 'badRequest',
      update: 'badRequest',
      terminal: 'badRequest',
      checkpoint: 'badRequest',
      token: 'badRequest',
    });
  }
  expect(
    await codesOf({
      key: world.client.sandboxes.create({ labels: { 'Bad Key': 'x' } }),
      variable: sandbox.run('true', { environment: { 'A B': 'x' } }),
      nulVariable: sandbox.run('true', { environment: { A: 'x\0y' } }),
      user: sandbox.run('true', { user: 'root; id' }),
      noUser: sandbox.run('true', { user: 'nobody-of-that-name' }),
    }),
  ).toEqual({
    key: 'badRequest',
    variable: 'badRequest',
    nulVariable: 'badRequest',
    user: 'badRequest',
    noUser: 'badRequest',
  });
  expect((await sandbox.refresh()).name).toBe('tested');
  expect((await world.client.sandboxes.list()).items).toHaveLength(2);
});

test('files may be named anything, there and back', async () => {
  const { files } = sandbox;
  const names = [
    'we\u001b[31mird\n\u202e.txt',
    '-rf',
    '--checkpoint-action=exec=sh',
    '*',
    '$(id)',
    ' ',
    '\u0007',
    'ÄÖ漢😀',
    'back\\slash',
    '%2e%2e',
    '__proto__',
  ];
  await files.makeDirectory('names');
  for (const name of names) await files.write(`names/${name}`, `in ${name}`, { expectedVersion: 'none' });
  const listed = await files.list('names');
  expect(listed.map(({ name }) => name).sort()).toEqual([...names].sort());
  const tar = await new Response((await files.downloadFolder('names')).stream).arrayBuffer();
  await files.makeDirectory('again');
  await files.uploadFolder('again', new Uint8Array(tar));
  for (const name of names) {
    expect(await files.readText(`again/${name}`)).toBe(`in ${name}`);
    await files.move(`again/${name}`, `again/${name}.moved`);
    await files.remove(`again/${name}.moved`);
  }
  expect(await files.list('again')).toEqual([]);
  await files.remove('names', { recursive: true });
});

test('archives that want out', async () => {
  const { files } = sandbox;
  const { stdout } = await sandbox.run(
    `mkdir -p evil && cd evil && echo owned > f && ln -s /etc link && tar -cf - --transform 's,^f$,../../../etc/owned,' -P f link && rm -rf /home/user/evil`,
    { maxOutputBytes: 100_000 },
  );
  await files.makeDirectory('unpacked');
  await codeOf(files.uploadFolder('unpacked', stdout!));
  expect(await codeOf(files.stat('/etc/owned'))).toBe('notFound');
  expect(await codeOf(files.uploadFolder('unpacked', 'this is no archive'))).toBe('unprocessable');
  expect(await codeOf(files.uploadFolder('unpacked', new Uint8Array(100_000).fill(0xff)))).toBe('unprocessable');
  await expectNeighbourUnharmed();
});

test('limits above the host’s', async () => {
  const { host } = await world.client.system();
  const create = (limits: NonNullable<Parameters<typeof world.client.sandboxes.create>[0]>['limits']) =>
    world.client.sandboxes.create({ limits });
  expect(
    await codesOf({
      cpus: create({ cpus: host.cpus + 1 }),
      memory: create({ memoryMb: Math.floor(host.memoryMb) + 1 }),
      disk: create({ diskMb: 16_777_216 }),
      pids: create({ pids: 1_000_000 }),
      negative: create({ memoryMb: -1 }),
      fraction: create({ pids: 20.5 }),
      tiny: create({ cpus: 0.001 }),
      text: create({ cpus: '2' as never }),
    }),
  ).toEqual({
    cpus: 'limitExceeded',
    memory: 'limitExceeded',
    disk: 'limitExceeded',
    pids: 'limitExceeded',
    negative: 'badRequest',
    fraction: 'badRequest',
    tiny: 'badRequest',
    text: 'badRequest',
  });
  const { items } = await world.client.sandboxes.list({ ended: 'true' });
  expect(items.map(({ info }) => info.name).sort()).toEqual(['neighbour', 'tested']);
});

test('bodies that are no bodies', async () => {
  const post = async (path: string, body: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${world.server.origin}${path}`, {
      method: 'POST',
      body,
      headers: {
        authorization: `Bearer ${world.server.ready.token}`,
        'content-type': 'application/json',
        ...headers,
      },
    });
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    return ((await response.json()) as { code: string }).code;
  };
  const execs = `/v1/sandboxes/${sandbox.id}/execs`;
  expect(await post(execs, '{')).toBe('badRequest');
  expect(await post(execs, '')).toBe('badRequest');
  expect(await post(execs, 'null')).toBe('badRequest');
  expect(await post(execs, '[]')).toBe('badRequest');
  expect(await post(execs, '{"command":"true","__proto__":{"wait":false}}')).toBe('badRequest');
  expect(await post(execs, '{"command":"true","unknown":1}')).toBe('badRequest');
  expect(await post(execs, '['.repeat(200_000))).toBe('badRequest');
  expect(await post(execs, JSON.stringify({ command: 'x'.repeat(200_000) }))).toBe('badRequest');
  expect(await post(execs, JSON.stringify({ command: 'x'.repeat(2.5 * 2 ** 20) }))).toBe('tooLarge');
  expect(await post(execs, 'command=true', { 'content-type': 'application/x-www-form-urlencoded' })).toBe('badRequest');
  expect(await post('/v1/nowhere', '{}')).toBe('notFound');
});

/** A raw socket: what a client of ours would never send. */
async function openRaw(): Promise<RawStream> {
  const socket = openNodeSocket(`${world.server.origin.replace('http', 'ws')}/v1/stream`, {
    authorization: `Bearer ${world.server.ready.token}`,
  });
  const messages: ServerMessage[] = [];
  const raw = new RawStream(socket, messages);
  await raw.opened;
  return raw;
}

class RawStream {
  readonly opened: Promise<void>;
  readonly closed: Promise<number>;
  readonly #socket: ReturnType<typeof openNodeSocket>;
  readonly #messages: ServerMessage[];

  constructor(socket: ReturnType<typeof openNodeSocket>, messages: ServerMessage[]) {
    this.#socket = socket;
    this.#messages = messages;
    this.opened = new Promise((resolve) => {
      socket.onopen = () => resolve();
    });
    this.closed = new Promise((resolve) => {
      socket.onclose = (event) => resolve(event.code);
    });
    socket.onerror = () => {};
    socket.onmessage = (event) => {
      if (typeof event.data === 'string') messages.push(JSON.parse(event.data) as ServerMessage);
    };
  }

  send(data: string | Uint8Array): void {
    this.#socket.send(data as string);
  }

  /** What came for it: the code of the refusal. */
  async refusal(data: string): Promise<string> {
    const from = this.#messages.length;
    this.send(data);
    const find = () => this.#messages.slice(from).find((message) => message.type === 'refused');
    await expect.poll(find, { intervals: [10] }).toBeDefined();
    return find()!.problem.code;
  }

  close(): void {
    this.#socket.close();
  }
}

test('frames that are no frames', async () => {
  for (const [data, code] of [
    ['{', 1002],
    ['null', 1002],
    ['[]', 1002],
    ['['.repeat(500_000), 1002],
    [new Uint8Array([1, 2, 3]), 1002],
    ['x'.repeat(1_048_577), 1009],
  ] as const) {
    const raw = await openRaw();
    raw.send(data);
    expect(await raw.closed).toBe(code);
  }
  const raw = await openRaw();
  const message = (value: object) => raw.refusal(JSON.stringify(value));
  expect(await message({ type: 'nothing' })).toBe('badRequest');
  expect(await message({ type: 'subscribe', channel: 0, topic: { kind: 'sandboxes' } })).toBe('badRequest');
  expect(await message({ type: 'subscribe', channel: 1, topic: { kind: 'terminal', sandbox: '../x' } })).toBe(
    'badRequest',
  );
  expect(await message({ type: 'terminalInput', channel: 9, text: 'x' })).toBe('notFound');
  expect(await message({ type: 'pointer', channel: 9, x: -1, y: 0, buttons: 0 })).toBe('badRequest');
  raw.send(JSON.stringify({ type: 'subscribe', channel: 1, topic: { kind: 'sandboxes' } }));
  expect(await message({ type: 'subscribe', channel: 1, topic: { kind: 'sandboxes' } })).toBe('alreadyExists');
  for (let channel = 2; channel <= MAX_CHANNELS; channel++)
    raw.send(JSON.stringify({ type: 'subscribe', channel, topic: { kind: 'sandboxes' } }));
  expect(await message({ type: 'subscribe', channel: MAX_CHANNELS + 1, topic: { kind: 'sandboxes' } })).toBe(
    'limitExceeded',
  );
  expect(await message({ type: 'terminalInput', channel: 1, text: 'x' })).toMatch(
    /badRequest|notSupported|unprocessable/,
  );
  raw.close();
  await expectNeighbourUnharmed();
});
