import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ServerWorld } from '../test/serverWorld.ts';
import { StubServices } from '../test/stubServices.ts';
import { openDatabase } from './database/open.ts';
import { Identity } from './identity/identity.ts';
import { identitySteps } from './identity/tables.ts';
import { createLogger } from './observability/logger.ts';
import { createServer } from './server.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

it.skipIf(!hasOpenssl)('speaks TLS, and then gives cookies that travel by TLS only', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sandglass-tls-'));
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-days', '2', '-keyout', key, '-out', certificate];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...subject],
    {
      stdio: 'ignore',
    },
  );
  await using stub = new StubServices();
  const database = await openDatabase({ path: ':memory:', steps: identitySteps });
  const identity = new Identity({ database, random: randomBytes, now: Date.now });
  const { secret } = await identity.create({ name: 'x', role: 'viewer' });
  const app = await createServer({
    services: stub.services,
    identity,
    logger: createLogger({ level: 'silent' }),
    host: '127.0.0.1',
    allowedHosts: [],
    tls: { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') },
    consoleDirectory: null,
    version: '0',
    strict: true,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const status = await new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${secret}` };
    get(
      { port, path: '/v1/system', headers, ca: readFileSync(certificate), servername: 'localhost', agent: false },
      (answer) => {
        answer.resume();
        resolve([answer.statusCode, answer.headers['strict-transport-security'] !== undefined]);
      },
    ).on('error', reject);
  });
  expect(status).toEqual([200, true]);
  const opened = await app.inject({
    method: 'POST',
    url: '/v1/session',
    headers: { host: 'localhost', origin: 'https://localhost' },
    payload: { secret },
  });
  expect(opened.headers['set-cookie']).toContain('Secure');
  const plain = await app.inject({
    method: 'POST',
    url: '/v1/session',
    headers: { host: 'localhost', origin: 'http://localhost' },
    payload: { secret },
  });
  expect(plain.json()).toMatchObject({ code: 'badOrigin' });
  await app.close();
  await database.destroy();
  rmSync(directory, { recursive: true });
});

it.each([
  ['no HTTP at all', 'hello\r\n\r\n'],
  ['no Host', 'GET /v1/health HTTP/1.1\r\n\r\n'],
  ['headers that are too large', `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`],
])('answers %s and goes on', async (_what, bytes) => {
  await using world = await ServerWorld.start();
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(world.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => (text += chunk));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
    socket.write(bytes);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect((await world.ask('/v1/health')).status).toBe(200);
});
