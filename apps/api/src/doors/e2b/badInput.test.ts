/** What no client of the vendor's sends, or sends and goes away: each gets an answer, and the server goes on. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { RateLimitError, Sandbox } from 'e2b';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { E2bWorld } from './e2bWorld.ts';
import { frame } from './envd/frames.ts';

let world: E2bWorld;
let sandbox: Sandbox;
let inside: Record<string, string>;

beforeAll(async () => {
  world = await E2bWorld.open('fake host');
  sandbox = await Sandbox.create('base', world.options);
  const { envdAccessToken = '' } = (await (
    await fetch(`${world.url}/v2/sandboxes/${sandbox.sandboxId}/connect`, {
      method: 'POST',
      headers: { 'x-api-key': world.secret },
      body: '{}',
    })
  ).json()) as { envdAccessToken?: string };
  inside = { 'e2b-sandbox-id': sandbox.sandboxId, 'x-access-token': envdAccessToken };
}, 60_000);
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  expect(world.logged).toEqual([]);
});

const ask = async (path: string, headers: Record<string, string>, body?: BodyInit) => {
  const reply = await fetch(world.url + path, { headers, ...(body === undefined ? {} : { method: 'POST', body }) });
  const text = await reply.text();
  return { status: reply.status, text, json: () => JSON.parse(text) as Record<string, unknown> };
};
const key = () => ({ 'x-api-key': world.secret });
const stream = { 'content-type': 'application/connect+json' };

it('wants a token that is known, in whichever shape', async () => {
  expect((await ask('/v2/sandboxes', {})).json()).toMatchObject({ code: 401 });
  expect((await ask('/v2/sandboxes', { 'x-api-key': 'sgt_wrong' })).status).toBe(401);
  expect((await ask('/v2/sandboxes', key())).status).toBe(200);
  expect((await ask('/v2/sandboxes', { 'x-api-key': world.options.apiKey })).status).toBe(200);
});

it('lets a viewer look and no more', async () => {
  const { secret } = await world.identity.create({ name: 'eyes', role: 'viewer' });
  expect((await ask('/v2/sandboxes', { 'x-api-key': secret })).status).toBe(200);
  expect((await ask('/v2/sandboxes', { 'x-api-key': secret }, '{"templateID":"base"}')).json()).toMatchObject({
    code: 403,
  });
});

it('opens the inside for its access token alone, while who it was given to is known', async () => {
  const list = '/process.Process/List';
  const json = { 'content-type': 'application/json' };
  const { 'x-access-token': token = '', ...without } = inside;
  expect((await ask(list, { ...without, ...json }, '{}')).json()).toMatchObject({ code: 'unauthenticated' });
  expect((await ask(list, { ...inside, ...json, 'x-access-token': `${token}0` }, '{}')).status).toBe(401);
  const other = await world.identity.create({ name: 'other', role: 'operator' });
  const connected = await ask(`/sandboxes/${sandbox.sandboxId}/connect`, { 'x-api-key': other.secret }, '{}');
  const own = { ...without, ...json, 'x-access-token': String(connected.json()['envdAccessToken']) };
  expect((await ask(list, own, '{}')).status).toBe(200);
  await world.identity.remove(other.id);
  expect((await ask(list, own, '{}')).status).toBe(401);
});

it('refuses pages of other origins', async () => {
  expect((await ask('/v2/sandboxes', { ...key(), origin: 'https://evil.example' })).json()).toMatchObject({
    code: 403,
  });
});

it('says what is served where nothing is, and what is not', async () => {
  const unknown = await ask('/v9/nothing', key());
  expect(unknown.json()).toMatchObject({ code: 404, message: expect.stringContaining('POST /v2/sandboxes') });
  expect((await ask('/v3/templates', key(), '{}')).json()).toMatchObject({ code: 501 });
  expect((await ask('/nothing', inside)).json()).toMatchObject({
    code: 404,
    message: expect.stringContaining('/files'),
  });
  expect(
    (await ask('/process.Process/Unheard', { ...inside, 'content-type': 'application/json' }, '{}')).json(),
  ).toMatchObject({
    code: 'unimplemented',
  });
});

it('reads no body that is too large or no JSON, and leaves out what it does not know', async () => {
  const large = await ask('/v2/sandboxes', key(), JSON.stringify({ templateID: 'x'.repeat(5_000_000) }));
  expect(large.json()).toMatchObject({ code: 413 });
  expect((await ask('/v2/sandboxes', key(), '{"templateID":')).json()).toMatchObject({ code: 400 });
  expect((await ask('/v2/sandboxes', key(), '{"templateID":7}')).json()).toMatchObject({ code: 400 });
  const made = await ask('/v2/sandboxes', key(), '{"templateID":"base","fromTheFuture":{"a":1}}');
  expect(made.status).toBe(201);
});

it('says which templates there are, and of one whose image is not built that it is not', async () => {
  expect((await ask('/v2/sandboxes', key(), '{"templateID":"nowhere"}')).json()).toMatchObject({
    code: 404,
    message: expect.stringContaining('base, desktop, browser, code-interpreter-v1'),
  });
  expect((await ask('/v2/sandboxes', key(), '{"templateID":"code-interpreter-v1"}')).json()).toMatchObject({
    code: 503,
    message: expect.stringContaining('not built yet'),
  });
});

it('answers a malformed frame on the stream that it came by', async () => {
  for (const bytes of [Buffer.from('x'), Buffer.from([0, 0, 0, 0, 99, 1]), frame({}, 1), frame({ process: 5 })]) {
    const reply = await ask('/process.Process/Start', { ...inside, ...stream }, bytes as unknown as BodyInit);
    expect(reply.status).toBe(200);
    expect(reply.text).toContain('invalid_argument');
  }
  const plain = await ask('/process.Process/Start', { ...inside, 'content-type': 'application/grpc' }, 'x');
  expect(plain.status).toBe(415);
});

it('lets a program go on whose client went away in the middle', async () => {
  const body = frame({ process: { cmd: 'sleep', args: ['30'] } });
  const { hostname, port } = new URL(world.url);
  await new Promise<void>((resolve, reject) => {
    const asked = httpRequest(
      { hostname, port, method: 'POST', path: '/process.Process/Start', headers: { ...inside, ...stream } },
      (reply) =>
        reply.once('data', () => {
          asked.destroy();
          resolve();
        }),
    );
    asked.on('error', reject);
    asked.end(body);
  });
  const { processes } = (
    await ask('/process.Process/List', { ...inside, 'content-type': 'application/json' }, '{}')
  ).json() as { processes: { config: { cmd: string } }[] };
  expect(processes.map((one) => one.config.cmd)).toContain('sleep');
});

it('answers for a sandbox that is not there as the vendor’s proxy does', async () => {
  const gone = await ask('/health', { 'e2b-sandbox-id': 'aaaaaaaaaaaaaaaa' });
  expect([gone.status, gone.json()]).toEqual([
    502,
    { sandboxId: 'aaaaaaaaaaaaaaaa', message: 'The sandbox was not found', code: 502 },
  ]);
  const odd = await ask('/health', { 'e2b-sandbox-id': '../../etc' });
  expect(odd.status).toBe(502);
  const closed = await ask('/', { ...inside, 'e2b-sandbox-port': '4000' });
  expect([closed.status, closed.json()]).toMatchObject([502, { port: 4000 }]);
});

it('answers as ever beside hundreds of connections that asked once and say no more, and forgets them when they go', async () => {
  const { hostname, port } = new URL(world.url);
  const before = await world.connections();
  const idle = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const socket = connect(Number(port), hostname);
      socket.write(`GET /v2/sandboxes HTTP/1.1\r\nhost: ${hostname}:${port}\r\nx-api-key: ${world.secret}\r\n\r\n`);
      await once(socket, 'data');
      return socket;
    }),
  );
  expect(await world.connections()).toBeGreaterThanOrEqual(200);
  expect((await ask('/v2/sandboxes', key())).status).toBe(200);
  const gone = Promise.all(idle.map((socket) => once(socket, 'close')));
  for (const socket of idle) socket.destroy();
  await gone;
  await vi.waitFor(async () => expect(await world.connections()).toBeLessThanOrEqual(before + 2), {
    timeout: 10_000,
    interval: 20,
  });
});

it('is not to be had by the name of its own place', async () => {
  expect((await ask('/~doors/e2b', {})).status).toBe(404);
});

/** The last one: this address has to wait after it. */
it('has who tries one key after the other wait, in the client’s own error', async () => {
  for (let n = 0; n < 25; n++) await ask('/v2/sandboxes', { 'x-api-key': `e2b_${n}` });
  const limited = await fetch(`${world.url}/v2/sandboxes`, { headers: { 'x-api-key': 'e2b_00' } });
  expect(limited.status).toBe(429);
  expect(limited.headers.get('retry-after')).toMatch(/^\d+$/);
  await expect(Sandbox.create('base', { ...world.options, apiKey: 'e2b_01' })).rejects.toBeInstanceOf(RateLimitError);
  // Who has been here with the right one is let in.
  expect((await ask('/v2/sandboxes', key())).status).toBe(200);
});
