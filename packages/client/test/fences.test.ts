import { frameKind } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { Sandglass } from '../src/node.ts';
import { sandbox } from './fixtures.ts';
import { reply, startScriptedServer } from './scriptedServer.ts';

const me = 'vw_0000000000000001';
const held = (viewer: string, fence: number) => ({
  ...{ holder: { kind: 'person', viewer, name: 'Ana' }, fence, sinceMs: 1, expiresAtMs: 2, requests: [] },
});
const free = (fence: number) => ({ ...held(me, fence), holder: { kind: 'nobody' }, expiresAtMs: null });

it('sends the fence of the control that it took with every act of that sandbox, until it hands over', async () => {
  await using server = await startScriptedServer();
  await using sandglass = new Sandglass({ url: server.url, token: 'secret' });
  const said: string[] = [];
  server.handle = (request, response) => {
    const act = request.url?.split('/').at(-1);
    said.push(`${act} ${request.headers['x-sandglass-control'] ?? '-'}`);
    reply(response, 200, act === 'take' ? held(me, 7) : act === 'release' ? free(8) : sandbox);
  };
  const other = 'sb_00000000000000000000000009';
  const freeze = (id: string) => sandglass.request('freezeSandbox', { params: { sandbox: id as never } });
  const { control } = sandglass.handle(sandbox).gate;
  await freeze(sandbox.id);
  await control.take();
  await freeze(sandbox.id);
  await freeze(other);
  await sandglass.request('gate', { params: { sandbox: sandbox.id } });
  await control.take();
  await control.release();
  await freeze(sandbox.id);
  expect(said).toEqual([
    ...['freeze -', 'take -', 'freeze 7', 'freeze -', 'gate -', 'take -', 'release 7', 'freeze -'],
  ]);
});

it('asks who it is before it asks for control, and knows from the stream that it was given it', async () => {
  await using server = await startScriptedServer();
  await using sandglass = new Sandglass({ url: server.url, token: 'secret' });
  const said: string[] = [];
  let control: object = held('vw_0000000000000002', 3);
  server.handle = (request, response) => {
    const act = request.url?.split('/').at(-1) ?? '';
    said.push(`${act} ${request.headers['x-sandglass-control'] ?? '-'}`);
    reply(response, 200, act === 'session' ? { token: {}, csrf: '', viewer: me, nowMs: 1 } : control);
  };
  const { gate } = sandglass.handle(sandbox);
  await gate.control.request();
  await gate.continue();
  const watching = gate.watch();
  const first = watching.next();
  const peer = await server.nextPeer();
  const { channel } = await peer.expect('subscribe');
  peer.opened(channel);
  peer.say({ type: 'gate', channel, seq: 1, gate: { sandbox: sandbox.id, control: held(me, 4) } });
  await first;
  await gate.continue();
  control = free(5);
  await gate.control.give('agent');
  await gate.continue();
  // Given and lost again, as the stream says.
  for (const [seq, now] of [held(me, 6), free(7)].entries()) {
    const next = watching.next();
    peer.say({ type: 'gate', channel, seq: seq + 2, gate: { sandbox: sandbox.id, control: now } });
    await next;
    await gate.continue();
  }
  await watching.return?.();
  expect(said).toEqual([
    'session -',
    'request -',
    'continue -',
    'continue 4',
    'give 4',
    'continue -',
    'continue 6',
    'continue -',
  ]);
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
