/** Who may only watch tries every other protocol by hand: each refuses, and nothing happens in the sandbox. */
import { request } from 'node:http';
import type { SandboxId } from '@sandglass/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCdpDoor } from './cdp/door.ts';
import { DoorWorld } from './doorWorld.ts';
import { E2bWorld } from './e2b/e2bWorld.ts';
import { createMcpDoor } from './mcp/door.ts';

const json = { 'content-type': 'application/json' };

let world: DoorWorld;
let viewer: string;
let id: SandboxId;
let lastSeq: number;
beforeEach(async () => {
  world = await DoorWorld.open([createMcpDoor({ version: 'test' }), createCdpDoor()]);
  viewer = await world.token({ role: 'viewer' });
  id = (await world.rooms.create()).id;
  lastSeq = world.rooms.services.sandboxes.log(id).lastSeq;
});
afterEach(async () => {
  expect(world.rooms.services.sandboxes.log(id).lastSeq).toBe(lastSeq);
  await world[Symbol.asyncDispose]();
});

test('MCP: neither a session of its own nor a call without one', async () => {
  const ask = async (body: unknown, headers: Record<string, string> = {}) => {
    const accept = 'application/json, text/event-stream';
    const reply = await fetch(`${world.url}/mcp?sandbox=${id}`, {
      method: 'POST',
      headers: { ...json, accept, authorization: `Bearer ${viewer}`, ...headers },
      body: JSON.stringify(body),
    });
    return reply.status;
  };
  const version = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '0' } };
  expect(await ask({ jsonrpc: '2.0', id: 1, method: 'initialize', params: version })).toBe(403);
  const call = { name: 'write_file', arguments: { path: 'x', content: 'x' } };
  for (const headers of [{}, { 'mcp-session-id': 'made-up' }] as Record<string, string>[])
    expect(await ask({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: call }, headers)).toBe(403);
});

test('CDP: no address, and no socket by its path', async () => {
  const opened = (path: string) =>
    new Promise<number>((resolve, reject) => {
      const headers = {
        ...{ connection: 'Upgrade', upgrade: 'websocket', authorization: `Bearer ${viewer}` },
        ...{ 'sec-websocket-version': '13', 'sec-websocket-key': Buffer.alloc(16).toString('base64') },
      };
      const asking = request(`${world.url}${path}`, { headers });
      asking.on('upgrade', (_, socket) => {
        socket.destroy();
        resolve(101);
      });
      asking.on('response', (reply) => resolve(reply.statusCode ?? 0));
      asking.on('error', reject);
      asking.end();
    });
  const door = createCdpDoor();
  const address = new URL(door.describe({ url: world.url, token: viewer })['urlTemplate']!.replace('{sandbox}', id));
  expect(await opened(address.pathname + address.search)).toBe(403);
  const version = `${address.pathname.replace(/\/$/, '')}/json/version${address.search}`;
  expect((await fetch(`${world.url}${version}`)).status).toBe(403);
});

test('E2B: no sandbox of its own, no way inside one, and its token opens nothing there', async () => {
  await using e2b = await E2bWorld.open('fake host');
  const { secret } = await e2b.identity.create({ name: 'eyes', role: 'viewer' });
  const send = async (path: string, headers: Record<string, string>, method = 'POST', body: BodyInit = '{}') =>
    (await fetch(e2b.url + path, { method, headers: { ...json, ...headers }, ...(method === 'GET' ? {} : { body }) }))
      .status;
  const key = { 'x-api-key': e2b.secret };
  const made = await fetch(`${e2b.url}/v2/sandboxes`, {
    ...{ method: 'POST', headers: { ...json, ...key }, body: '{"templateID":"base"}' },
  });
  const { sandboxID } = (await made.json()) as { sandboxID: string };
  const control: [string, string][] = [
    ['POST', '/v2/sandboxes'],
    ['POST', `/v2/sandboxes/${sandboxID}/connect`],
    ['POST', `/sandboxes/${sandboxID}/pause`],
    ['POST', `/sandboxes/${sandboxID}/timeout`],
    ['DELETE', `/sandboxes/${sandboxID}`],
  ];
  for (const [method, path] of control)
    expect([method, path, await send(path, { 'x-api-key': secret }, method)]).toEqual([method, path, 403]);
  for (const own of [secret, `${sandboxID}.${secret}`]) {
    const inside = { 'e2b-sandbox-id': sandboxID, 'x-access-token': own };
    for (const path of [
      '/process.Process/List',
      '/process.Process/Start',
      '/process.Process/SendInput',
      '/process.Process/SendSignal',
      '/filesystem.Filesystem/MakeDir',
      '/filesystem.Filesystem/Remove',
      '/filesystem.Filesystem/Move',
      '/files?path=x&username=user',
    ])
      expect([401, 403], path).toContain(await send(path, inside));
  }
});
