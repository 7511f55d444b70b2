import { Agent, request as httpRequest } from 'node:http';
import { AppError } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { ServerWorld } from '../../test/serverWorld.ts';
import { attachment, parseRange } from './ranges.ts';

const content = '/v1/sandboxes/sbx_aaaa/files/content?path=/f';

async function withFile(bytes: string | Buffer): Promise<ServerWorld> {
  const world = await ServerWorld.start();
  world.stub.files.set('/f', Buffer.from(bytes as string));
  return world;
}

it('sends a file so that no browser runs it', async () => {
  await using world = await withFile('<script>alert(1)</script>');
  const { status, headers, body } = await world.ask(content);
  expect([status, body.toString()]).toEqual([200, '<script>alert(1)</script>']);
  expect(headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-length': '25',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'content-disposition': `attachment; filename="f"; filename*=UTF-8''f`,
    'accept-ranges': 'bytes',
    etag: '"v25"',
  });
});

it('sends one range, and knows what is already there', async () => {
  await using world = await withFile('0123456789');
  const ask = async (headers: Record<string, string>) => await world.ask(content, { headers });
  const part = await ask({ range: 'bytes=2-4' });
  expect([part.status, part.body.toString(), part.headers['content-range']]).toEqual([206, '234', 'bytes 2-4/10']);
  expect(part.headers['cache-control']).toBe('no-store');
  expect((await ask({ range: 'bytes=-3' })).body.toString()).toBe('789');
  expect((await ask({ range: 'bytes=8-99' })).body.toString()).toBe('89');
  const outside = await ask({ range: 'bytes=10-' });
  expect([outside.status, outside.headers['content-range']]).toEqual([416, 'bytes */10']);
  expect((await ask({ range: 'bytes=1-2,4-5' })).status).toBe(200);
  const same = await ask({ 'if-none-match': '"v10"' });
  expect([same.status, same.body.length]).toEqual([304, 0]);
  expect((await ask({ 'if-none-match': '"v9"' })).status).toBe(200);
  expect((await ask({ range: 'bytes=0-1', 'if-range': '"v9"' })).status).toBe(200);
  expect((await ask({ range: 'bytes=0-1', 'if-range': '"v10"' })).status).toBe(206);
});

it('reads text only when it is text', async () => {
  await using world = await withFile('grün');
  const text = await world.ask(`${content}&text=true`);
  expect([text.body.toString(), text.headers['content-type']]).toEqual(['grün', 'text/plain; charset=utf-8']);
  for (const bytes of [Buffer.from([0xff, 0xfe]), Buffer.from('a\0b')]) {
    world.stub.files.set('/f', bytes);
    expect((await world.ask(`${content}&text=true`)).problem.code).toBe('notText');
  }
});

it('takes any bytes of any type as they are', async () => {
  await using world = await withFile('');
  const bytes = Buffer.alloc(3_000_000, 'x');
  for (const type of ['application/json', 'text/plain', 'application/octet-stream', 'image/png; a=b']) {
    const answer = await world.ask(content, { method: 'PUT', body: bytes, headers: { 'content-type': type } });
    expect([type, answer.status]).toEqual([type, 200]);
    expect(world.stub.files.get('/f')?.equals(bytes)).toBe(true);
  }
  const untyped = await world.ask(content, { method: 'PUT', body: Buffer.from('{') });
  expect([untyped.status, world.stub.files.get('/f')?.toString()]).toEqual([200, '{']);
});

it('reads no byte of an upload that nobody may make', async () => {
  await using world = await withFile('before');
  const { secret } = await world.token({ role: 'viewer' });
  const answer = await world.ask(content, { method: 'PUT', token: secret, body: Buffer.alloc(100_000) });
  expect(answer.problem.code).toBe('forbidden');
  expect(world.stub.files.get('/f')?.toString()).toBe('before');
});

it('refuses a 5 GB upload onto a full disk before it has come', async () => {
  await using world = await withFile('before');
  const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const request = httpRequest(
      {
        port: world.port,
        path: content,
        method: 'PUT',
        agent: false,
        headers: { authorization: `Bearer ${world.secret}`, 'content-length': 5_000_000_000 },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, text });
          request.destroy();
        });
      },
    );
    request.on('error', reject);
    request.write(Buffer.alloc(65_536));
  });
  expect([answer.status, JSON.parse(answer.text).code]).toEqual([507, 'noSpace']);
  expect(world.stub.files.get('/f')?.toString()).toBe('before');
});

it('goes on with the connection after an upload that was refused half-way', async () => {
  await using world = await withFile('before');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const put = (path: string, type: string, body: Buffer) =>
    new Promise<{ code?: string }>((resolve, reject) => {
      const headers = { authorization: `Bearer ${world.secret}`, 'content-type': type };
      const method = type === 'application/json' ? 'POST' : 'PUT';
      const request = httpRequest({ port: world.port, path, method, agent, headers }, (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve(JSON.parse(text) as { code?: string }));
      });
      request.on('error', reject);
      request.end(body);
    });
  world.stub.failWith = new AppError('noSpace', 'The disk limit of the sandbox is reached.');
  expect((await put(content, 'application/octet-stream', Buffer.alloc(16_000_000))).code).toBe('noSpace');
  world.stub.failWith = undefined;
  const large = Buffer.alloc(16_000_000, 'x');
  expect((await put('/v1/sandboxes/sbx_aaaa/execs', 'application/json', large)).code).toBe('tooLarge');
  const again = await put(content, 'application/octet-stream', Buffer.from('after'));
  expect(again.code).toBeUndefined();
  expect(world.stub.files.get('/f')?.toString()).toBe('after');
  agent.destroy();
});

it('names attachments without a way out of the quotes', () => {
  expect(attachment('a"b\r\nSet-Cookie: x=1;.txt')).toBe(
    `attachment; filename="a_b__Set-Cookie: x=1;.txt"; filename*=UTF-8''a%22b%0D%0ASet-Cookie%3A%20x%3D1%3B.txt`,
  );
  expect(attachment('grün\ud800')).toContain("filename*=UTF-8''gr%C3%BCn%EF%BF%BD");
});

it('understands ranges as RFC 9110 says', () => {
  expect(parseRange(undefined, 10)).toBe('whole');
  expect(parseRange('bytes=0-0', 10)).toEqual({ offset: 0, length: 1 });
  expect(parseRange('bytes=5-', 10)).toEqual({ offset: 5, length: 5 });
  expect(parseRange('bytes=5-3', 10)).toBe('whole');
  expect(parseRange('bytes=-0', 10)).toBe('unsatisfiable');
  expect(parseRange('bytes=-', 10)).toBe('whole');
  expect(parseRange('bytes=0-', 0)).toBe('unsatisfiable');
  expect(parseRange('items=0-1', 10)).toBe('whole');
});
