import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createNodeFetch } from '../src/http/nodeFetch.ts';
import { Sandglass } from '../src/node.ts';
import { problem, sandbox } from './fixtures.ts';
import { reply, startScriptedServer } from './scriptedServer.ts';

const connect = (url: string) => new Sandglass({ url, token: 'secret' });
const bytesOf = (text: string) => new TextEncoder().encode(text);

it('asks again and again over one connection, which is gone when the client is closed', async () => {
  await using server = await startScriptedServer((_, response) => reply(response, 200, sandbox));
  const sandglass = connect(server.url);
  for (let count = 0; count < 3; count++) await sandglass.sandboxes.get(sandbox.id);
  expect(server.requests).toHaveLength(3);
  expect(server.connections.size).toBe(1);
  const [connection] = server.connections;
  const closed = once(connection!, 'close');
  sandglass.close();
  await closed;
});

it('hands out no connection that the server closed, nor one that waited so long that it may have been', async () => {
  let nowMs = 0;
  await using server = await startScriptedServer((_, response) => reply(response, 200, {}));
  const { fetch, close } = createNodeFetch(() => nowMs);
  const ask = async () => await (await fetch(`${server.url}/`, { method: 'POST', body: '{}' })).json();
  await ask();
  const [first] = server.connections;
  await ask();
  expect([...server.connections]).toEqual([first]);
  nowMs = 5_000;
  await ask();
  expect(server.connections).not.toContain(first);
  const [second] = server.connections;
  second?.end();
  await once(second!, 'close');
  await setImmediate();
  await ask();
  expect(server.requests).toHaveLength(4);
  close();
});

it('does not give up on a call of which the server says that it waits for a person', async () => {
  await using server = await startScriptedServer((request, response) => {
    expect(request.headers['x-sandglass-waits']).toBe('1');
    let told = 0;
    const tell = setInterval(() => {
      if (++told < 6) return response.writeProcessing();
      clearInterval(tell);
      reply(response, 200, sandbox);
    }, 100);
  });
  const patient = new Sandglass({ url: server.url, token: 'secret', timeoutMs: 400, attempts: 1 });
  expect((await patient.sandboxes.get(sandbox.id)).id).toBe(sandbox.id);
  patient.close();
});

it('sends strings, bytes, blobs and streams', async () => {
  const received: string[] = [];
  await using server = await startScriptedServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
    received.push(`${Buffer.concat(chunks)} ${length ?? coding}`);
    reply(response, 200, {});
  });
  const { fetch, close } = createNodeFetch();
  const stream = new Blob(['stre', 'am']).stream();
  for (const body of ['text', bytesOf('bytes'), bytesOf('array').buffer, new Blob(['blob']), stream])
    await (await fetch(server.url, { method: 'PUT', body })).text();
  expect(received).toEqual(['text 4', 'bytes 5', 'array 5', 'blob 4', 'stream chunked']);
  close();
});

it('hears a refusal in the middle of an upload, lets go of its source, and goes on afterwards', async () => {
  await using server = await startScriptedServer((request, response) => {
    if (request.method === 'GET') return reply(response, 200, sandbox);
    request.once('data', () => reply(response, 507, problem('noSpace', 507, 'The disk is full.')));
  });
  await using sandglass = connect(server.url);
  let cancelled: () => void = () => undefined;
  const letGo = new Promise<void>((resolve) => {
    cancelled = resolve;
  });
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
    cancel: () => cancelled(),
  });
  await expect(sandglass.handle(sandbox).files.write('/a', endless)).rejects.toMatchObject({ code: 'noSpace' });
  await letGo;
  expect((await sandglass.sandboxes.get(sandbox.id)).id).toBe(sandbox.id);
});

it('fails an upload whose source fails, and says why', async () => {
  await using server = await startScriptedServer((request) => void request.resume());
  await using sandglass = connect(server.url);
  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new Error('the disk was pulled out')),
  });
  await expect(sandglass.handle(sandbox).files.write('/a', broken)).rejects.toMatchObject({
    failure: 'lost',
    cause: { message: 'the disk was pulled out' },
  });
});

it('asks again when a reply broke off in its middle, and only what may be repeated', async () => {
  await using server = await startScriptedServer((_, response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('{"id":');
    response.destroy();
  });
  await using sandglass = connect(server.url);
  await expect(sandglass.sandboxes.get(sandbox.id)).rejects.toMatchObject({ failure: 'lost' });
  expect(server.requests).toHaveLength(3);
  await expect(sandglass.handle(sandbox).run('true')).rejects.toMatchObject({ failure: 'lost' });
  expect(server.requests).toHaveLength(4);
});

it('reads a large body piece by piece; who stops reading stops the server', async () => {
  let sentBytes = 0;
  let ended: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    ended = resolve;
  });
  await using server = await startScriptedServer((_, response) => {
    const piece = Buffer.alloc(65_536, 'x');
    const send = () => {
      while (!response.destroyed) {
        sentBytes += piece.length;
        if (!response.write(piece)) break;
      }
    };
    response.on('drain', send).on('close', () => ended());
    response.writeHead(200);
    send();
  });
  await using sandglass = connect(server.url);
  const { stream } = await sandglass.open('readFile', { params: { sandbox: sandbox.id }, query: { path: '/a' } });
  const reader = stream.getReader();
  expect((await reader.read()).value?.byteLength).toBeGreaterThan(0);
  await reader.cancel();
  await over;
  expect(sentBytes).toBeLessThan(64_000_000);
});
