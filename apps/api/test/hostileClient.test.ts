/** Who may not touch, cannot: said by hand over HTTP and WebSocket, past every page and every client of ours. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import {
  type ClientMessage,
  type Gate,
  type Notice,
  type Problem,
  type Route,
  routes,
  type SandboxId,
} from '@sandglass/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LEASE_MS } from '../src/gate/leaseMachine.ts';
import { agent, TestWorld } from '../src/sandboxes/testWorld.ts';
import { ServerWorld, type Viewer } from './serverWorld.ts';

let rooms: TestWorld;
let world: ServerWorld;
let id: SandboxId;
let terminal: string;
beforeEach(async () => {
  rooms = await TestWorld.open();
  id = (await rooms.create()).id;
  terminal = (await rooms.services.terminals.open(agent, id, {})).id;
  world = await ServerWorld.start({ services: rooms.services });
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  await rooms[Symbol.asyncDispose]();
});

/** A browser with a session of its own. */
async function person() {
  const { cookie, csrf } = await world.signIn();
  const headers = { cookie, origin: world.origin, 'x-sandglass-csrf': csrf };
  const ask = async <T>(path: string, body: unknown = {}, more: Record<string, string> = {}) =>
    (await world.ask(`/v1/sandboxes/${id}${path}`, {
      ...{ token: null, body: JSON.stringify(body) },
      headers: { ...headers, ...more },
    })) as unknown as { status: number; json: T; problem: Problem };
  const view = () => world.view({ token: null, headers: { cookie, origin: world.origin } });
  return { ask, view };
}

const gate = () => rooms.services.gate.get(id);
const until = (is: (now: Gate) => boolean) =>
  new Promise<Gate>((resolve) => {
    const stop = rooms.services.gate.onChange(id, () => look());
    const look = () => {
      if (!is(gate())) return;
      stop();
      resolve(gate());
    };
    look();
  });

async function subscribed(viewer: Viewer): Promise<Viewer> {
  viewer.send({ type: 'subscribe', channel: 1, topic: { kind: 'terminal', sandbox: id, terminal: terminal as never } });
  viewer.send({ type: 'subscribe', channel: 2, topic: { kind: 'gate', sandbox: id } });
  await viewer.message('opened', 1);
  await viewer.message('gate', 2);
  return viewer;
}

const inputs = (channel: number, fence?: number): ClientMessage[] => {
  const more = fence === undefined ? {} : { fence };
  return [
    { type: 'terminalInput', channel, text: 'rm -rf ~\r', ...more },
    { type: 'terminalResize', channel, columns: 10, rows: 10, ...more },
    { type: 'stdin', channel, text: 'x', ...more },
    { type: 'pointer', channel, x: 1, y: 1, buttons: 1, ...more },
    { type: 'key', channel, keysym: 65, down: true, ...more },
    { type: 'clipboard', channel, text: 'x', ...more },
    { type: 'screenResize', channel, width: 640, height: 480, ...more },
  ];
};
const refusals = (viewer: Viewer) =>
  viewer.messages.flatMap((one) => (one.type === 'refused' ? [one.problem.code] : []));

test('a viewer is refused by every route that changes something, whatever it sends', async () => {
  const { secret } = await world.token({ role: 'viewer' });
  const filled: Record<string, string> = { sandbox: id, terminal, exec: 'exe_aaaaaaaa', call: 'cal_aaaaaaaa' };
  const changing = Object.values(routes as Record<string, Route>).filter(({ role }) => role && role !== 'viewer');
  expect(changing.length).toBeGreaterThan(40);
  for (const { method, path } of changing) {
    const at = path.replace(/:(\w+)/g, (_, name: string) => filled[name] ?? 'x_aaaaaaaa');
    const answer = await world.ask(at, {
      method,
      token: secret,
      ...(method === 'GET' || method === 'DELETE' ? {} : { body: '{}' }),
    });
    expect([method, path, answer.status, answer.problem.code]).toEqual([method, path, 403, 'forbidden']);
  }
  expect(gate()).toMatchObject({ mode: { kind: 'open' }, control: { fence: 0 } });
});

test('a viewer is refused each message of input, on channels that are open, closed and of other topics', async () => {
  const { secret } = await world.token({ role: 'viewer' });
  const viewer = await subscribed(await world.view({ token: secret }));
  for (const channel of [1, 2]) for (const message of inputs(channel)) viewer.send(message);
  await viewer.settle();
  expect(refusals(viewer)).toEqual(Array.from({ length: 14 }, () => 'forbidden'));
  expect(rooms.services.terminals.get(id, terminal as never)).toMatchObject({ columns: 80 });
});

test('who has no control cannot type beside who has it, nor with the fence of an earlier time', async () => {
  const [ana, ben] = [await person(), await person()];
  const { fence } = (await ana.ask<Gate['control']>('/control/take')).json;
  const viewer = await subscribed(await ben.view());
  viewer.send(inputs(1)[0]!);
  viewer.send(inputs(1, fence)[0]!);
  await viewer.settle();
  expect(refusals(viewer)).toEqual(['controlled', 'controlled']);
  for (const [path, body] of [
    ['/files/directories', { path: 'ben' }],
    ['/freeze', {}],
    ['/pause', {}],
    ['/execs', { command: 'true' }],
    ['/processes/4242/signal', { signal: 'SIGKILL' }],
    ['/control/release', {}],
    ['/control/heartbeat', { fence }],
    ['/control/give', { to: 'agent' }],
  ] as const)
    expect([path, (await ben.ask(path, body)).problem.code]).toEqual([path, 'controlled']);

  const own = await subscribed(await ana.view());
  own.send({ type: 'terminalInput', channel: 1, text: '\r', fence });
  own.send({ type: 'terminalInput', channel: 1, text: '\r', fence: fence - 1 });
  await own.settle();
  expect(refusals(own)).toEqual(['conflict']);

  rooms.clock.advance(LEASE_MS);
  expect(gate().control.holder.kind).toBe('nobody');
  expect((await ana.ask('/control/heartbeat', { fence })).problem.code).toBe('controlled');
  await ben.ask('/control/take');
  expect(
    (await ana.ask('/files/directories', { path: 'late' }, { 'x-sandglass-control': String(fence) })).problem.code,
  ).toBe('controlled');
});

test('an agent cannot act past a pause or a person, and its call is told by plain HTTP what became of it', async () => {
  const ana = await person();
  await ana.ask('/pause', { freeze: false });
  const calling = world.ask(`/v1/sandboxes/${id}/files/directories`, { body: JSON.stringify({ path: 'there' }) });
  const { held } = await until((now) => now.held.length === 1);
  const decision = { kind: 'reject', reason: 'Ask me first.' };
  expect((await ana.ask(`/calls/${held[0]!.call}/decision`, { decision })).status).toBe(200);
  expect((await calling).problem).toMatchObject({ status: 403, code: 'rejected', detail: 'Ask me first.' });

  const agentView = await subscribed(await world.view());
  agentView.send({ type: 'terminalInput', channel: 1, text: 'echo past\r' });
  await agentView.settle();
  const written = () => agentView.text(1).includes('past');
  expect(written()).toBe(false);
  await ana.ask('/continue');
  await agentView.until(written);
});

test('a waiting call says that it still waits to who can hear it, and is over when its client goes', async () => {
  const ana = await person();
  await ana.ask('/pause', { freeze: false });
  const answers: number[] = [];
  const send = () =>
    httpRequest({
      ...{ host: '127.0.0.1', port: world.port, method: 'POST', path: `/v1/sandboxes/${id}/files/directories` },
      headers: {
        authorization: `Bearer ${world.secret}`,
        'content-type': 'application/json',
        'x-sandglass-waits': '1',
      },
    }).on('information', ({ statusCode }) => answers.push(statusCode));
  const first = send();
  first.on('error', () => {});
  first.end(JSON.stringify({ path: 'given-up' }));
  const { held } = await until((now) => now.held.length === 1);
  await expect.poll(() => answers).toEqual([102]);
  first.destroy();
  await until((now) => now.held.length === 0);
  expect((await ana.ask(`/calls/${held[0]!.call}/decision`, { decision: { kind: 'approve' } })).problem.code).toBe(
    'gone',
  );

  const second = send();
  const replied = new Promise<IncomingMessage>((resolve) => second.on('response', resolve));
  second.end(JSON.stringify({ path: 'done' }));
  await until((now) => now.held.length === 1);
  await ana.ask('/messages', { text: 'Go on.' });
  await ana.ask('/continue');
  const reply = await replied;
  reply.resume();
  expect([reply.statusCode, reply.headers['x-sandglass-notices']]).toEqual([201, '1']);
  const { json } = await world.ask(`/v1/sandboxes/${id}/notices/take`, { body: '{}' });
  expect((json as { items: Notice[] }).items).toMatchObject([{ text: 'Go on.', kind: 'message' }]);
});

test('a server that closes tells who waits that nothing was done', async () => {
  const ana = await person();
  await ana.ask('/pause', { freeze: false });
  const calling = world.ask(`/v1/sandboxes/${id}/files/directories`, { body: JSON.stringify({ path: 'there' }) });
  await until((now) => now.held.length === 1);
  void world.close();
  expect((await calling).problem).toMatchObject({ code: 'unavailable', retryable: true });
});
