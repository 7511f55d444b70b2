import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isConnectionError, Sandglass } from '../src/node.ts';
import { exec, problem, sandbox } from './fixtures.ts';
import { reply, startScriptedServer } from './scriptedServer.ts';

const client = (url: string, rest: object = {}) => new Sandglass({ url, token: 'secret', ...rest });

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('it should have failed'),
    (error: unknown) => error,
  );
}

describe('request', () => {
  it('fills path, query and body by the contract and sends the token', async () => {
    await using server = await startScriptedServer();
    await using sandglass = client(server.url);
    const bodies: string[] = [];
    server.handle = (request, response) => {
      expect(request.headers.authorization).toBe('Bearer secret');
      request.on('data', (chunk) => bodies.push(String(chunk)));
      request.on('end', () => reply(response, 200, request.method === 'GET' ? { items: [sandbox], next: null } : exec));
    };
    const page = await sandglass.sandboxes.list({ limit: 5, ended: 'true' });
    const done = await page.items[0]?.run('echo hi', { cwd: '/tmp' });
    expect(server.requests).toEqual(['GET /v1/sandboxes?limit=5&ended=true', `POST /v1/sandboxes/${sandbox.id}/execs`]);
    expect(JSON.parse(bodies.join(''))).toEqual({ command: 'echo hi', cwd: '/tmp', wait: true });
    expect(done?.exit?.code).toBe(0);
  });

  it('throws what the server said, by code', async () => {
    await using server = await startScriptedServer((_, response) =>
      reply(response, 409, problem('conflict', 409, 'changed')),
    );
    await using sandglass = client(server.url);
    const error = await failure(sandglass.handle(sandbox).files.write('/a', 'x', { expectedVersion: '1' }));
    expect(error).toMatchObject({ name: 'AppError', code: 'conflict', message: 'changed' });
    expect(server.requests).toHaveLength(1);
  });

  it('explains a reply that is not from Sandglass', async () => {
    await using server = await startScriptedServer((_, response) => response.writeHead(404).end('<html>nginx'));
    await using sandglass = client(server.url);
    expect(await failure(sandglass.system())).toMatchObject({ code: 'notFound' });
  });

  it('asks again when the reply of a GET was lost, and gives up after the attempts', async () => {
    await using server = await startScriptedServer();
    await using sandglass = client(server.url);
    let lose = 1;
    server.handle = (request, response) => (lose-- > 0 ? request.socket.destroy() : reply(response, 200, sandbox));
    expect((await sandglass.sandboxes.get(sandbox.id)).id).toBe(sandbox.id);
    expect(server.requests).toHaveLength(2);
    lose = 99;
    expect(await failure(sandglass.sandboxes.get(sandbox.id))).toMatchObject({ failure: 'lost' });
    expect(server.requests).toHaveLength(5);
  });

  it('never repeats a command whose reply was lost', async () => {
    await using server = await startScriptedServer((request) => request.socket.destroy());
    await using sandglass = client(server.url);
    const error = await failure(sandglass.handle(sandbox).run('rm -rf x'));
    expect(error).toMatchObject({ name: 'ConnectionError', failure: 'lost' });
    expect(server.requests).toHaveLength(1);
  });

  it('takes "not found" for done when a repeated DELETE finds nothing left', async () => {
    await using server = await startScriptedServer();
    await using sandglass = client(server.url);
    let first = true;
    server.handle = (request, response) => {
      if (first) request.socket.destroy();
      else reply(response, 404, problem('notFound', 404, 'no such file'));
      first = false;
    };
    await sandglass.handle(sandbox).files.remove('/a');
    expect(await failure(sandglass.handle(sandbox).files.remove('/a'))).toMatchObject({ code: 'notFound' });
  });

  it('waits for a server that is not up yet, also to create: nothing was sent', async () => {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const { port } = probe.address() as { port: number };
    await new Promise((resolve) => probe.close(resolve));
    const waits: number[] = [];
    let start: () => void = () => undefined;
    const up = new Promise<void>((resolve) => {
      start = resolve;
    });
    const clock = {
      nowMs: () => Date.now(),
      random: () => 0.5,
      after: (delayMs: number, callback: () => void) => {
        if (delayMs > 10_000) return () => undefined;
        waits.push(delayMs);
        start();
        void ready.then(callback);
        return () => undefined;
      },
    };
    const ready = up.then(() => startScriptedServer((_, response) => reply(response, 201, sandbox), port));
    await using sandglass = client(`http://127.0.0.1:${port}`, { clock });
    const created = await sandglass.sandboxes.create();
    await using server = await ready;
    expect(created.id).toBe(sandbox.id);
    expect(waits).toEqual([150]);
    expect(server.requests).toHaveLength(1);
  });

  it('times out one attempt and says so', async () => {
    await using server = await startScriptedServer(() => undefined);
    await using sandglass = client(server.url, { timeoutMs: 20 });
    const error = await failure(sandglass.system());
    expect(isConnectionError(error) && error.failure).toBe('timeout');
    expect(server.requests).toHaveLength(1);
  });

  it('times out a body that stops in the middle', async () => {
    await using server = await startScriptedServer((_, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('12345');
    });
    await using sandglass = client(server.url, { timeoutMs: 30 });
    expect(await failure(sandglass.handle(sandbox).files.readBytes('/a'))).toMatchObject({ failure: 'timeout' });
  });

  it('stops when the signal says so, between attempts too, and when the client is closed', async () => {
    await using server = await startScriptedServer(() => undefined);
    await using sandglass = client(server.url);
    const abort = new AbortController();
    const asked = sandglass.system({ signal: abort.signal });
    abort.abort(new Error('enough'));
    expect(await failure(asked)).toMatchObject({ message: 'enough' });
    const other = sandglass.system();
    sandglass.close();
    expect(await failure(other)).toMatchObject({ message: 'The client was closed.' });
    expect(await failure(sandglass.system())).toMatchObject({ message: 'The client was closed.' });
  });

  it('kills what it created when it leaves the scope, and leaves alone what it looked up', async () => {
    await using server = await startScriptedServer((request, response) =>
      reply(response, 200, request.method === 'DELETE' ? { ...sandbox, phase: 'dead' } : sandbox),
    );
    await using sandglass = client(server.url);
    {
      await using created = await sandglass.sandboxes.create();
      await using found = await sandglass.sandboxes.get(created.id);
      expect(found.id).toBe(created.id);
    }
    expect(server.requests.filter((line) => line.startsWith('DELETE'))).toHaveLength(1);
  });
});
