import { createServer, type Server as HttpServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { EgressPolicy, SandboxId } from '@sandglass/protocol';
import { expect, test } from 'vitest';
import type { ResolveAll } from './checkedLookup.ts';
import type { EgressRequest } from './passage.ts';
import { createEgressProxy, type EgressProxy } from './proxy.ts';

class ProxyWorld implements AsyncDisposable {
  policy: EgressPolicy = { allow: [] };
  readonly requests: EgressRequest[] = [];
  readonly seen: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
  readonly #waiting = new Set<() => void>();
  readonly upstream: HttpServer = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      this.seen.push({ path: request.url ?? '', headers: request.headers, body });
      response.setHeader('x-upstream', 'yes');
      response.setHeader('keep-alive', 'timeout=5');
      response.end('from upstream');
    });
  });
  readonly echo = createTcpServer((socket) => socket.pipe(socket));
  readonly listener: Server = createTcpServer();
  proxy!: EgressProxy;

  static async open(resolve?: ResolveAll): Promise<ProxyWorld> {
    const world = new ProxyWorld();
    for (const server of [world.upstream, world.echo, world.listener])
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    world.proxy = createEgressProxy({
      sandbox: 'sbx_test' as SandboxId,
      policy: () => world.policy,
      onRequest: (request) => {
        world.requests.push(request);
        for (const wake of [...world.#waiting]) wake();
      },
      ...(resolve ? { resolve } : {}),
    });
    world.proxy.serve(world.listener);
    return world;
  }

  port(server: Server | HttpServer): number {
    return (server.address() as AddressInfo).port;
  }

  /** Resolves when `count` requests were reported. */
  async reported(count: number): Promise<EgressRequest> {
    while (this.requests.length < count)
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    return this.requests[count - 1]!;
  }

  async get(url: string, headers: Record<string, string> = {}, body?: string) {
    return await new Promise<{ status: number; text: string; headers: IncomingHttpHeaders }>((resolve, reject) => {
      const request = httpRequest(
        {
          host: '127.0.0.1',
          port: this.port(this.listener),
          path: url,
          method: body ? 'POST' : 'GET',
          headers,
          agent: false,
        },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('end', () => resolve({ status: response.statusCode!, text, headers: response.headers }));
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }

  /** Speaks raw text to the proxy; resolves with what came by the time `until` is in it, or all of it at the end. */
  async raw(text: string, until = '\r\n\r\n'): Promise<{ socket: Socket; text: string }> {
    const socket = connect({ host: '127.0.0.1', port: this.port(this.listener) });
    socket.on('error', () => {});
    socket.write(text);
    let got = '';
    await new Promise<void>((resolve) => {
      socket.on('data', (chunk) => {
        got += chunk.toString();
        if (got.includes(until)) resolve();
      });
      socket.on('close', () => resolve());
    });
    return { socket, text: got };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.proxy.close();
    this.upstream.closeAllConnections();
    for (const server of [this.upstream, this.echo, this.listener]) server.close();
  }
}

test('what no rule names is refused in words, and reported', async () => {
  await using world = await ProxyWorld.open();
  const answer = await world.get('http://example.com/secret?x=1');
  expect(answer.status).toBe(403);
  expect(answer.text).toContain('may not connect to example.com:80');
  expect(answer.text).toContain('"allow":[{"host":"example.com","port":80}]');
  const tunnel = await world.raw('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n', 'Allow it');
  expect(tunnel.text).toMatch(/^HTTP\/1.1 403 /);
  expect(world.requests).toMatchObject([
    { host: 'example.com', port: 80, method: 'GET', path: '/secret?x=1', verdict: 'denied', status: 403 },
    { host: 'example.com', port: 443, method: 'CONNECT', path: null, verdict: 'denied', status: 403 },
  ]);
});

test('an allowed request goes through, without the headers that are between neighbours', async () => {
  await using world = await ProxyWorld.open();
  const port = world.port(world.upstream);
  world.policy = { allow: [{ host: '127.0.0.1', port }] };
  const answer = await world.get(
    `http://127.0.0.1:${port}/path?q`,
    {
      'proxy-authorization': 'Basic c2VjcmV0',
      'x-hop': '1',
      connection: 'x-hop',
      host: 'somewhere.else',
      'x-kept': '2',
    },
    'body',
  );
  expect(answer).toMatchObject({ status: 200, text: 'from upstream' });
  expect(answer.headers['x-upstream']).toBe('yes');
  expect(world.seen).toMatchObject([{ path: '/path?q', body: 'body' }]);
  const { headers } = world.seen[0]!;
  expect(headers).toMatchObject({ host: `127.0.0.1:${port}`, 'x-kept': '2' });
  expect(headers).not.toHaveProperty('proxy-authorization');
  expect(headers).not.toHaveProperty('x-hop');
  expect(await world.reported(1)).toMatchObject({ verdict: 'allowed', status: 200, sentBytes: 4, receivedBytes: 13 });
});

test('a tunnel carries bytes both ways, counts them, and ends with its sandbox', async () => {
  await using world = await ProxyWorld.open();
  const port = world.port(world.echo);
  world.policy = { allow: [{ host: '127.0.0.1' }] };
  const { socket, text } = await world.raw(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\nearly`, 'early');
  expect(text).toMatch(/^HTTP\/1.1 200 /);
  world.proxy.close();
  await new Promise((resolve) => (socket.destroyed ? resolve(0) : socket.once('close', resolve)));
  expect(await world.reported(1)).toMatchObject({
    verdict: 'allowed',
    method: 'CONNECT',
    sentBytes: 5,
    receivedBytes: 5,
  });
});

test('a change of the rules counts at once, for open tunnels too', async () => {
  await using world = await ProxyWorld.open();
  const port = world.port(world.echo);
  world.policy = { allow: [{ host: '127.0.0.1' }] };
  const { socket } = await world.raw(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\n`);
  world.policy = { allow: [] };
  world.proxy.recheck();
  await new Promise((resolve) => (socket.destroyed ? resolve(0) : socket.once('close', resolve)));
  expect((await world.get(`http://127.0.0.1:${port}/`)).status).toBe(403);
});

test('a name that leads to a private address is refused, however it is spelled', async () => {
  const asked: string[] = [];
  await using world = await ProxyWorld.open(async (host) => {
    asked.push(host);
    return [{ address: '127.0.0.1', family: 4 }];
  });
  world.policy = { allow: [{ host: '*' }] };
  const port = world.port(world.upstream);
  const rebound = await world.get(`http://innocent.test:${port}/`);
  expect(rebound).toMatchObject({ status: 403 });
  expect(rebound.text).toContain('leads to a private address');
  expect((await world.get(`http://169.254.169.254/latest/meta-data`)).status).toBe(403);
  expect((await world.get(`http://2130706433:${port}/`)).status).toBe(403);
  expect((await world.get(`http://[::ffff:127.0.0.1]:${port}/`)).status).toBe(403);
  const tunnel = await world.raw(`CONNECT innocent.test:${port} HTTP/1.1\r\n\r\n`, 'private address');
  expect(tunnel.text).toMatch(/^HTTP\/1.1 403 /);
  expect(world.seen).toEqual([]);
  expect(asked).toEqual(['innocent.test', 'innocent.test']);
  expect(world.requests.map((request) => request.verdict)).toEqual(['denied', 'denied', 'denied', 'denied', 'denied']);
});

test('a name is looked up only after a rule allowed it, so that names carry nothing out', async () => {
  const asked: string[] = [];
  await using world = await ProxyWorld.open(async (host) => {
    asked.push(host);
    throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
  });
  await world.get('http://secret-in-a-name.example.com/');
  expect(asked).toEqual([]);
  world.policy = { allow: [{ host: 'example.com' }] };
  const failed = await world.get('http://example.com/');
  expect(failed).toMatchObject({ status: 502 });
  expect(failed.text).toContain('ENOTFOUND');
  expect(world.requests.at(-1)).toMatchObject({ verdict: 'failed', status: 502 });
});

test('a port on which nothing listens is a failure, not a refusal', async () => {
  await using world = await ProxyWorld.open();
  world.policy = { allow: [{ host: '127.0.0.1' }] };
  const port = world.port(world.echo);
  await new Promise((resolve) => world.echo.close(resolve));
  expect((await world.get(`http://127.0.0.1:${port}/`)).status).toBe(502);
  const tunnel = await world.raw(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\n`, 'ECONNREFUSED');
  expect(tunnel.text).toMatch(/^HTTP\/1.1 502 /);
  expect(world.requests.map((request) => request.verdict)).toEqual(['failed', 'failed']);
});

test('what is no proxy request is answered in words, what is no HTTP is cut off', async () => {
  await using world = await ProxyWorld.open();
  expect(await world.get('/')).toMatchObject({ status: 400 });
  expect(await world.get('https://example.com/')).toMatchObject({ status: 400 });
  expect((await world.raw('CONNECT example.com HTTP/1.1\r\n\r\n', 'host:port')).text).toMatch(/^HTTP\/1.1 400 /);
  expect((await world.raw('CONNECT example.com:99999 HTTP/1.1\r\n\r\n', 'host:port')).text).toMatch(/^HTTP\/1.1 400 /);
  expect((await world.raw('\x16\x03\x01\x02rubbish\r\n\r\n', 'not understood')).text).toMatch(/^HTTP\/1.1 400 /);
  expect((await world.raw(`GET http://e.test/ HTTP/1.1\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, 'HTTP')).text).toMatch(
    /^HTTP\/1.1 4/,
  );
  expect(world.requests).toEqual([]);
});

test('a name that leads to a denied address is refused for that address, however often it changes its answer', async () => {
  const answers: string[] = [];
  await using world = await ProxyWorld.open(async () => [{ address: answers.shift() ?? '127.0.0.1', family: 4 }]);
  const port = world.port(world.upstream);
  world.policy = { allow: [{ host: '*' }, { host: '127.0.0.1' }], deny: [{ host: '1.1.1.0/24' }] };
  answers.push('1.1.1.9', '127.0.0.1', '1.1.1.9');
  const denied = await world.get(`http://turning.test:${port}/`);
  expect(denied).toMatchObject({ status: 403 });
  expect(denied.text).toContain('Its egress rules deny it');
  expect(await world.get(`http://turning.test:${port}/`)).toMatchObject({ status: 200 });
  const tunnel = await world.raw(`CONNECT turning.test:${port} HTTP/1.1\r\n\r\n`, 'deny it');
  expect(tunnel.text).toMatch(/^HTTP\/1.1 403 /);
  expect(world.requests.map((request) => request.verdict)).toEqual(['denied', 'allowed', 'denied']);
});

test('a denied name is denied however it is spelled', async () => {
  await using world = await ProxyWorld.open(async () => [{ address: '127.0.0.1', family: 4 }]);
  world.policy = { allow: [{ host: '*' }, { host: '127.0.0.1' }], deny: [{ host: 'bad.test' }] };
  const port = world.port(world.upstream);
  expect(await world.get(`http://BAD.Test.:${port}/`)).toMatchObject({ status: 403 });
  const tunnel = await world.raw(`CONNECT Bad.TEST.:${port} HTTP/1.1\r\n\r\n`, 'deny it');
  expect(tunnel.text).toMatch(/^HTTP\/1.1 403 /);
  expect(world.seen).toEqual([]);
});

test('of the addresses of a name only those are tried that may be reached', async () => {
  await using world = await ProxyWorld.open(async () => [
    { address: '1.1.1.9', family: 4 },
    { address: '127.0.0.1', family: 4 },
  ]);
  world.policy = { allow: [{ host: '127.0.0.0/8' }] };
  expect(await world.get(`http://two.test:${world.port(world.upstream)}/`)).toMatchObject({ status: 200 });
});

test('a connection that was kept is not used once its address is denied', async () => {
  let lookups = 0;
  await using world = await ProxyWorld.open(async () => {
    lookups++;
    return [{ address: '127.0.0.1', family: 4 }];
  });
  const url = `http://kept.test:${world.port(world.upstream)}/`;
  world.policy = { allow: [{ host: '*' }, { host: '127.0.0.1' }] };
  expect(await world.get(url)).toMatchObject({ status: 200 });
  expect(await world.get(url)).toMatchObject({ status: 200 });
  // Its name is allowed still, and is looked up no more while a connection is there.
  world.policy = { allow: [{ host: '*' }], deny: [{ host: '127.0.0.0/8' }] };
  expect(await world.get(url)).toMatchObject({ status: 403 });
  expect([world.seen.length, lookups]).toEqual([2, 1]);
});

test('a change of the rules ends a response on its way', async () => {
  await using world = await ProxyWorld.open();
  const slow = createServer((_request, response) => void response.write('begun'));
  await new Promise<void>((done) => slow.listen(0, '127.0.0.1', done));
  world.policy = { allow: [{ host: '127.0.0.0/8' }] };
  const { socket } = await world.raw(`GET http://127.0.0.1:${world.port(slow)}/ HTTP/1.1\r\nhost: a\r\n\r\n`, 'begun');
  world.policy = { allow: [{ host: '*' }], deny: [{ host: '127.0.0.1' }] };
  world.proxy.recheck();
  await new Promise((resolve) => (socket.destroyed ? resolve(0) : socket.once('close', resolve)));
  expect(await world.reported(1)).toMatchObject({ host: '127.0.0.1', path: '/' });
  slow.closeAllConnections();
  slow.close();
});
