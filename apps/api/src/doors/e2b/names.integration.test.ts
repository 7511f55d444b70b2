/** Full fidelity: no address but a domain, TLS, HTTP/2, and ports of sandboxes by their host names. */
import dns from 'node:dns';
import { once } from 'node:events';
import { connect, type IncomingHttpHeaders } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { Sandbox, TimeoutError } from 'e2b';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { hasImages } from '../../drivers/local/keeperWorld.ts';
import { E2bWorld, NAMES } from './e2bWorld.ts';

const SERVER = `
import http.server,base64,hashlib
class H(http.server.BaseHTTPRequestHandler):
  protocol_version='HTTP/1.1'
  def do_GET(self):
    if self.headers.get('Upgrade'):
      key=self.headers['Sec-WebSocket-Key']+'258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
      self.wfile.write(b'HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: '+base64.b64encode(hashlib.sha1(key.encode()).digest())+b'\\r\\n\\r\\n'+bytes([0x81,2])+b'hi')
      self.wfile.flush(); self.rfile.read(1); return
    body=('you asked '+self.headers['Host']+' for '+self.path).encode()
    self.send_response(200); self.send_header('Content-Length',str(len(body))); self.end_headers(); self.wfile.write(body)
http.server.ThreadingHTTPServer(('127.0.0.1',3000),H).serve_forever()`;

const TLS_SERVER = `
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
createServer({ cert: readFileSync('certificate.pem'), key: readFileSync('key.pem') }, (request, response) =>
  response.end('by TLS ' + request.headers.host)).listen(3443, '127.0.0.1');`;

describe.skipIf(!hasImages)('the E2B SDK by host names', () => {
  let world: E2bWorld;
  let domain: string;
  let certificate: string;
  let sandbox: Sandbox;
  const trusts = process.env.NODE_TLS_REJECT_UNAUTHORIZED;

  beforeAll(async () => {
    world = await E2bWorld.open('sandboxes');
    // As a resolver that knows the domain; and the client cannot be given an authority once it runs.
    const { lookup } = dns;
    vi.spyOn(dns, 'lookup').mockImplementation(((name: string, ...rest: unknown[]) =>
      (lookup as (...all: unknown[]) => void)(name.endsWith(NAMES) ? '127.0.0.1' : name, ...rest)) as never);
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    certificate = await (await fetch(`${world.url}/e2b/certificate.pem`)).text();
    const first = await Sandbox.create('base', world.options);
    domain = first.getHost(1).split('.').slice(1).join('.');
    await first.kill();
    sandbox = await Sandbox.create('base', { apiKey: world.options.apiKey, domain, retries: 0 });
    await sandbox.files.write('server.py', SERVER);
    await sandbox.commands.run('python3 server.py', { background: true, timeoutMs: 0 });
    await sandbox.commands.run('for i in $(seq 100); do ss -ltn | grep -q :3000 && exit 0; sleep 0.1; done; exit 1');
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    if (trusts === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = trusts;
    await world?.[Symbol.asyncDispose]();
  });

  /** With the certificate that the server gives out, and nothing else, trusted. */
  const get = (url: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const asked = httpsRequest(url, { ca: certificate, rejectUnauthorized: true, headers }, (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.on('end', () => resolve({ status: reply.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      });
      asked.on('error', reject);
      asked.end();
    });

  test('commands, files, streams over HTTP/2', async () => {
    expect((await sandbox.commands.run('echo over two')).stdout).toBe('over two\n');
    await sandbox.files.write('x', 'y'.repeat(200_000));
    expect((await sandbox.files.read('x')).length).toBe(200_000);
    const many = await Promise.all(Array.from({ length: 30 }, (_, n) => sandbox.commands.run(`echo ${n}`)));
    expect(many.map(({ stdout }) => stdout.trim())).toEqual(Array.from({ length: 30 }, (_, n) => String(n)));
  });

  test('getHost() is an address that works, by HTTPS and by WebSocket', async () => {
    const host = sandbox.getHost(3000);
    expect(await get(`https://${host}/a/b?c=d`)).toEqual({ status: 200, text: `you asked ${host} for /a/b?c=d` });
    const socket = new WebSocket(`wss://${host}/socket`, { ca: certificate });
    expect(
      await new Promise((resolve, reject) =>
        socket.once('message', (data) => resolve(String(data))).once('error', reject),
      ),
    ).toBe('hi');
    socket.terminate();
  });

  test('browsers reach it by HTTP/2', async () => {
    const host = sandbox.getHost(3000);
    const session = connect(`https://${host}`, { ca: certificate });
    const request = session.request({ ':path': '/by/two', cookie: 'a=b' });
    const [headers] = (await once(request, 'response')) as [IncomingHttpHeaders];
    let text = '';
    for await (const chunk of request) text += chunk;
    expect([session.alpnProtocol, headers[':status'], text]).toEqual(['h2', 200, `you asked ${host} for /by/two`]);
    const closed = session.request({ ':authority': sandbox.getHost(4000), ':path': '/' });
    const [refused] = (await once(closed, 'response')) as [IncomingHttpHeaders];
    closed.resume();
    expect(refused[':status']).toBe(502);
    session.destroy();
  });

  test('signed addresses say their sandbox', async () => {
    await sandbox.files.write('signed.txt', 'by name');
    expect(await get(await sandbox.downloadUrl('signed.txt'))).toEqual({ status: 200, text: 'by name' });
  });

  test('what is closed, dead or unknown is said in the vendor’s words', async () => {
    const closed = await get(`https://${sandbox.getHost(4000)}/`);
    expect([closed.status, JSON.parse(closed.text)]).toEqual([
      502,
      { sandboxId: sandbox.sandboxId, message: 'The sandbox is running but port is not open', port: 4000, code: 502 },
    ]);
    const unknown = await get(`https://3000-aaaaaaaaaaaaaaaa.${domain}/`);
    expect([unknown.status, JSON.parse(unknown.text)]).toMatchObject([502, { message: 'The sandbox was not found' }]);
    expect((await get(`https://elsewhere.${domain}/`)).status).toBe(404);
  });

  test('ports that are not public need their token', async () => {
    const options = { apiKey: world.options.apiKey, domain, network: { allowPublicTraffic: false } };
    const closed = await Sandbox.create('base', options);
    await closed.commands.run('python3 -m http.server 3000', { background: true, timeoutMs: 0 });
    await closed.commands.run('for i in $(seq 100); do ss -ltn | grep -q :3000 && exit 0; sleep 0.1; done; exit 1');
    const url = `https://${closed.getHost(3000)}/`;
    expect((await get(url)).status).toBe(403);
    expect((await get(url, { 'e2b-traffic-access-token': 'wrong' })).status).toBe(403);
    expect((await get(url, { 'e2b-traffic-access-token': closed.trafficAccessToken! })).status).toBe(200);
    await closed.kill();
  });

  test('a program is told the host name that was asked for, and one that speaks TLS itself is spoken to so', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is the vendor's
    const network = { maskRequestHost: 'localhost:${PORT}', httpsPorts: [3443] };
    const made = await Sandbox.create('base', { apiKey: world.options.apiKey, domain, network });
    const own = await generate([{ name: 'commonName', value: 'inside' }], { keyType: 'ec', algorithm: 'sha256' });
    await made.files.write([
      { path: 'server.py', data: SERVER },
      { path: 'certificate.pem', data: own.cert },
      { path: 'key.pem', data: own.private },
      { path: 'server.mjs', data: TLS_SERVER },
    ]);
    await made.commands.run('python3 server.py', { background: true, timeoutMs: 0 });
    await made.commands.run('node server.mjs', { background: true, timeoutMs: 0 });
    await made.commands.run(
      'for i in $(seq 100); do [ $(ss -ltn | grep -c ":3000 \\|:3443 ") = 2 ] && exit 0; sleep 0.1; done; exit 1',
    );
    const plain = await get(`https://${made.getHost(3000)}/a`);
    expect(plain).toEqual({ status: 200, text: 'you asked localhost:3000 for /a' });
    const secure = await get(`https://${made.getHost(3443)}/b`);
    expect(secure).toEqual({ status: 200, text: 'by TLS localhost:3443' });
    // Who may come in, and how, is no matter of what may go out.
    await made.updateNetwork({ denyOut: ['10.0.0.0/8'] });
    expect((await get(`https://${made.getHost(3443)}/b`)).text).toBe('by TLS localhost:3443');
    await made.kill();
  });

  test('a sandbox that is killed resets what streams from it', async () => {
    const made = await Sandbox.create('base', { apiKey: world.options.apiKey, domain });
    const handle = await made.commands.run('sleep 100', { background: true });
    const ended = expect(handle.wait()).rejects.toBeInstanceOf(TimeoutError);
    await made.kill();
    await ended;
  });
});
