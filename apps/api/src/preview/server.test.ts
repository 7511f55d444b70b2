import { createHash } from 'node:crypto';
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { AppError, type SandboxId, TokenId } from '@sandglass/protocol';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Caller } from '../services.ts';
import { createPreviewServer, type PreviewServer } from './server.ts';

const sandbox = 'sbx_abcdefgh' as SandboxId;
const caller: Caller = { actor: 'person', token: TokenId.parse('tok_person'), door: 'console' };
const console_ = { host: 'localhost:8765' };

class PreviewWorld implements AsyncDisposable {
  nowMs = 1_700_000_000_000;
  tokenEnd: number | null | undefined = null;
  readonly seen: { url: string; headers: IncomingHttpHeaders }[] = [];
  readonly app = createServer((request, response) => {
    this.seen.push({ url: request.url ?? '', headers: request.headers });
    response.setHeader('set-cookie', ['theirs=1; Path=/', 'sandglass_8765=stolen; Path=/']);
    response.end(`page ${request.url}`);
  });
  readonly sockets = new WebSocketServer({ server: this.app });
  server!: PreviewServer;
  port = 0;
  #counter = 0;

  static async open(): Promise<PreviewWorld> {
    const world = new PreviewWorld();
    world.sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(`echo ${data}`)));
    await new Promise<void>((resolve) => world.app.listen(0, '127.0.0.1', resolve));
    world.server = createPreviewServer({
      connect: async (id, port) => {
        if (id !== sandbox) throw new AppError('notFound', 'There is no such sandbox.');
        if (port === 81) throw new AppError('portClosed', 'Nothing listens on port 81 of the <sandbox>.');
        return connect({ host: '127.0.0.1', port: (world.app.address() as AddressInfo).port });
      },
      tokenEnd: async () => world.tokenEnd,
      names: ['sandglass.test'],
      domain: null,
      tls: null,
      random: (bytes) =>
        createHash('sha512')
          .update(String(++world.#counter))
          .digest()
          .subarray(0, bytes),
      now: () => world.nowMs,
    });
    world.port = await world.server.listen({ host: '127.0.0.1', port: 0 });
    return world;
  }

  async get(url: URL | string, headers: Record<string, string> = {}, method = 'GET') {
    const { host, pathname, search } = new URL(url, `http://80-abcdefgh.localhost:${this.port}`);
    return await new Promise<{ status: number; text: string; headers: IncomingHttpHeaders }>((resolve, reject) => {
      const request = httpRequest(
        {
          host: '127.0.0.1',
          port: this.port,
          path: pathname + search,
          method,
          headers: { host, ...headers },
          agent: false,
        },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('end', () => resolve({ status: response.statusCode!, text, headers: response.headers }));
        },
      );
      request.on('error', reject);
      request.end();
    });
  }

  /** Opens a port and trades its ticket for the cookie. */
  async enter(port = 80): Promise<{ url: URL; cookie: string }> {
    const opened = await this.server.open(caller, sandbox, port, console_);
    const traded = await this.get(opened.url);
    return { url: new URL(opened.url), cookie: traded.headers['set-cookie']![0]!.split(';')[0]! };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    this.sockets.close();
    this.app.closeAllConnections();
    this.app.close();
  }
}

test('a ticket becomes a cookie of that one host, and leaves the address', async () => {
  await using world = await PreviewWorld.open();
  const { url, expiresAtMs } = await world.server.open(caller, sandbox, 80, console_);
  expect(url).toMatch(new RegExp(`^http://80-abcdefgh.localhost:${world.port}/\\?sandglass_ticket=.{40,}$`));
  expect(expiresAtMs).toBe(world.nowMs + 60_000);
  const traded = await world.get(`${url}&keep=1`);
  expect(traded).toMatchObject({ status: 303, headers: { location: '/?keep=1', 'referrer-policy': 'no-referrer' } });
  const cookie = traded.headers['set-cookie']![0]!;
  expect(cookie).toMatch(/^sandglass_preview=[\w-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax$/);
  expect(world.seen).toEqual([]);
  const page = await world.get('/app?x=1', { cookie: cookie.split(';')[0]! });
  expect(page).toMatchObject({ status: 200, text: 'page /app?x=1' });
});

test('a ticket works once, soon, and for its own port and sandbox only', async () => {
  await using world = await PreviewWorld.open();
  const { url } = await world.server.open(caller, sandbox, 80, console_);
  expect((await world.get(url.replace('80-', '82-'))).headers['set-cookie']).toBeUndefined();
  expect((await world.get(url)).headers['set-cookie']).toBeUndefined();
  const late = await world.server.open(caller, sandbox, 80, console_);
  world.nowMs += 60_000;
  expect((await world.get(late.url)).headers['set-cookie']).toBeUndefined();
  expect((await world.get('/')).status).toBe(401);
  expect(world.seen).toEqual([]);
});

test('a cookie opens only the port and sandbox it is for', async () => {
  await using world = await PreviewWorld.open();
  const { cookie } = await world.enter();
  expect((await world.get('/', { cookie })).status).toBe(200);
  expect((await world.get(`http://82-abcdefgh.localhost:${world.port}/`, { cookie })).status).toBe(401);
  expect((await world.get(`http://80-zzzzzzzz.localhost:${world.port}/`, { cookie })).status).toBe(401);
});

test('none of our cookies reaches the sandbox, and it can set none of ours', async () => {
  await using world = await PreviewWorld.open();
  const { cookie } = await world.enter();
  const page = await world.get('/', { cookie: `a=1; ${cookie}; sandglass_8765=session; b=2` });
  expect(world.seen[0]!.headers.cookie).toBe('a=1; b=2');
  expect(page.headers['set-cookie']).toEqual(['theirs=1; Path=/']);
  expect(world.seen[0]!.headers['x-forwarded-host']).toBe(`80-abcdefgh.localhost:${world.port}`);
});

test('other host names are refused: no rebinding, no other place to forward to', async () => {
  await using world = await PreviewWorld.open();
  const { cookie } = await world.enter();
  for (const host of [
    '127.0.0.1',
    'localhost',
    'evil.test',
    '80-abcdefgh.evil.test',
    '80-abcdefgh.localhost.evil.test',
    '99999-abcdefgh.localhost',
    '80-ab/../x.localhost',
    '0-abcdefgh.localhost',
  ])
    expect((await world.get('/', { cookie, host })).status, host).toBe(403);
  expect(world.seen).toEqual([]);
});

test('foreign pages cannot use it, not even with the cookie', async () => {
  await using world = await PreviewWorld.open();
  const { cookie, url } = await world.enter();
  const origin = 'http://evil.test';
  expect((await world.get('/', { cookie, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' })).status).toBe(403);
  expect((await world.get('/', { cookie, origin }, 'POST')).status).toBe(403);
  expect((await world.get('/', { cookie, origin: url.origin }, 'POST')).status).toBe(200);
  expect((await world.get('/', { cookie, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).status).toBe(
    200,
  );
});

test('what goes wrong is a page for people and a problem for programs', async () => {
  await using world = await PreviewWorld.open();
  const { cookie } = await world.enter(81);
  const host = `81-abcdefgh.localhost:${world.port}`;
  const page = await world.get('/', { cookie, host, accept: 'text/html' });
  expect(page).toMatchObject({ status: 502 });
  expect(page.text).toContain('Nothing listens on port 81 of the &lt;sandbox&gt;.');
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  expect(JSON.parse((await world.get('/', { cookie, host })).text)).toMatchObject({ code: 'portClosed' });
});

test('a WebSocket goes through, and ends when its token is revoked', async () => {
  await using world = await PreviewWorld.open();
  const { cookie, url } = await world.enter();
  const open = (headers: Record<string, string>) =>
    new WebSocket(`ws://127.0.0.1:${world.port}/live`, { headers: { host: url.host, ...headers } });
  const refused = open({ cookie, origin: 'http://evil.test' });
  await new Promise((resolve) => refused.once('error', resolve));
  const socket = open({ cookie, origin: url.origin });
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send('hi');
  expect(String(await new Promise((resolve) => socket.once('message', resolve)))).toBe('echo hi');
  world.server.revoke(caller.token);
  await new Promise((resolve) => socket.once('close', resolve));
  expect((await world.get('/', { cookie })).status).toBe(401);
});

test('a session ends with the token it came from', async () => {
  await using world = await PreviewWorld.open();
  world.tokenEnd = world.nowMs + 5_000;
  const { cookie } = await world.enter();
  expect((await world.get('/', { cookie })).status).toBe(200);
  world.nowMs += 5_000;
  expect((await world.get('/', { cookie })).status).toBe(401);
  world.tokenEnd = undefined;
  await expect(world.server.open(caller, sandbox, 80, console_)).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('the address suits who asks, or the error says why there is none', async () => {
  await using world = await PreviewWorld.open();
  const open = async (host: string) => new URL((await world.server.open(caller, sandbox, 80, { host })).url).hostname;
  expect(await open('127.0.0.1:8765')).toBe('80-abcdefgh.localhost');
  expect(await open('[::1]:8765')).toBe('80-abcdefgh.localhost');
  expect(await open('sandglass.test')).toBe('80-abcdefgh.sandglass.test');
  await expect(open('192.168.1.5:8765')).rejects.toMatchObject({ code: 'unprocessable' });
});
