import { frameKind } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { Sandglass } from '../src/node.ts';
import { sandbox } from './fixtures.ts';
import { reply, startScriptedServer } from './scriptedServer.ts';

it('sends the fence of control with every act and every input of its sandbox', async () => {
  await using server = await startScriptedServer();
  await using sandglass = new Sandglass({ url: server.url, token: 'secret' });
  const said: string[] = [];
  server.handle = (request, response) => {
    said.push(`${request.method} ${request.headers['x-sandglass-control'] ?? '-'}`);
    reply(response, 200, sandbox);
  };
  const other = 'sb_00000000000000000000000009';
  const freeze = (id: string) => sandglass.request('freezeSandbox', { params: { sandbox: id as never } });
  await freeze(sandbox.id);
  sandglass.fences.set(sandbox.id, 7);
  await freeze(sandbox.id);
  await freeze(other);
  await sandglass.request('sandbox', { params: { sandbox: sandbox.id } });
  await sandglass.request('takeControl', { params: { sandbox: sandbox.id }, body: {} });
  sandglass.fences.set(sandbox.id, null);
  await freeze(sandbox.id);
  expect(said).toEqual(['POST -', 'POST 7', 'POST -', 'GET -', 'POST -', 'POST -']);
});

it('sends it with the keys and the pointer of a screen as it is when they are pressed', async () => {
  await using server = await startScriptedServer((_, response) => reply(response, 200, {}));
  await using sandglass = new Sandglass({ url: server.url, token: 'secret' });
  let drawn: () => void = () => {};
  const seen = new Promise<void>((resolve) => {
    drawn = resolve;
  });
  const view = sandglass.handle(sandbox).screen.watch({ onMessage: () => drawn() });
  const peer = await server.nextPeer();
  const { channel } = await peer.expect('subscribe');
  peer.opened(channel);
  peer.bytes(frameKind.screen, { channel, seq: 1, payload: 'picture' });
  await seen;
  view.key(97, true);
  sandglass.fences.set(sandbox.id, 3);
  view.key(98, true);
  view.acknowledge(1);
  view.pointer(1, 2, 0);
  await peer.expect('pointer');
  expect(peer.received.slice(1)).toEqual([
    { type: 'key', channel, keysym: 97, down: true },
    { type: 'key', channel, keysym: 98, down: true, fence: 3 },
    { type: 'ack', channel, seq: 1 },
    { type: 'pointer', channel, x: 1, y: 2, buttons: 0, fence: 3 },
  ]);
});
