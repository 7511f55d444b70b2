/** The vendor's published client, unmodified, against real sandboxes. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Sandbox } from 'e2b';
import { Sandbox as OlderSandbox } from 'e2b-older';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasImage, hasImages } from '../../../drivers/local/keeperWorld.ts';
import { E2bWorld } from '../e2bWorld.ts';
import { frame } from '../envd/frames.ts';
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

  test('a client that reads slowly holds nobody up, and loses nothing', async () => {
    const key = { 'x-api-key': world.secret };
    const connected = await fetch(`${world.url}/sandboxes/${sandbox.sandboxId}/connect`, {
      ...{ method: 'POST', headers: key, body: '{}' },
    });
    const { envdAccessToken } = (await connected.json()) as { envdAccessToken: string };
    const { hostname, port } = new URL(world.url);
    const reply = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = httpRequest({
        ...{ hostname, port, method: 'POST', path: '/process.Process/Start' },
        headers: {
          'e2b-sandbox-id': sandbox.sandboxId,
          'x-access-token': envdAccessToken,
          'content-type': 'application/connect+json',
        },
      });
      asked.once('response', resolve).once('error', reject);
      asked.end(frame({ process: { cmd: '/bin/bash', args: ['-c', 'seq 1 1000000; touch /tmp/written'] } }));
    });
    // Nothing of it is read until the program has written all of it, 7 MB, and another has been served meanwhile.
    await sandbox.commands.run('until [ -e /tmp/written ]; do sleep 0.1; done');
    const bytes: Buffer[] = [];
    for await (const chunk of reply as AsyncIterable<Buffer>) bytes.push(chunk);
    const body = Buffer.concat(bytes);
    let text = '';
    let last: { event?: { data?: { stdout?: string }; end?: { exitCode?: number } } } = {};
    let ended: unknown;
    for (let at = 0; at < body.length; ) {
      const length = body.readUInt32BE(at + 1);
      last = JSON.parse(body.subarray(at + 5, at + 5 + length).toString());
      if (last.event?.end) ended = last.event.end;
      text += Buffer.from(last.event?.data?.stdout ?? '', 'base64').toString();
      at += 5 + length;
    }
    expect([text.length, text.endsWith('\n1000000\n')]).toEqual([6_888_896, true]);
    expect(ended).toMatchObject({ exited: true });
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
