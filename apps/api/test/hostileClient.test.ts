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
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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
  // Its sandboxes have no screen; that of the stub writes down what reaches it.
  const { screens: _, ...services } = rooms.services;
  world = await ServerWorld.start({ services });
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
  const send = async (method: string, path: string, more: { body?: string; headers: Record<string, string> }) =>
    await world.ask(`/v1/sandboxes/${id}${path}`, {
      ...{ token: null, method },
      ...more,
      headers: { ...headers, ...more.headers },
    });
  const view = () => world.view({ token: null, headers: { cookie, origin: world.origin } });
  return { ask, send, view };
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
  // A replay of what let go of an earlier control lets go of nothing.
  expect((await ana.ask('/control/release', { fence: fence - 1 })).problem.code).toBe('conflict');
  expect((await ana.ask('/control/release')).problem.code).toBe('fenceMissing');

  rooms.clock.advance(LEASE_MS);
  expect(gate().control.holder.kind).toBe('nobody');
  expect((await ana.ask('/control/heartbeat', { fence })).problem.code).toBe('controlled');
  await ben.ask('/control/take');
  expect(
    (await ana.ask('/files/directories', { path: 'late' }, { 'x-sandglass-control': String(fence) })).problem.code,
  ).toBe('controlled');
});

describe('who has control says since when, on every channel', () => {
  const reader = () => rooms.services.execs.start(agent, id, { command: 'cat', wait: false, stdin: true });
  let exec = 'exe_aaaaaaaa';
  const json = (method: string, path: string, body?: object) => ({ method, path, body: JSON.stringify(body ?? {}) });
  const acts = () => ({
    exec: json('POST', '/execs', { command: 'true' }),
    'signal to a command': json('POST', `/execs/${exec}/signal`, { signal: 'SIGTERM' }),
    'open a terminal': json('POST', '/terminals', {}),
    'size of a terminal': json('PATCH', `/terminals/${terminal}`, { columns: 20 }),
    'close a terminal': json('DELETE', `/terminals/${terminal}`),
    'write a file': { method: 'PUT', path: '/files/content?path=a.txt', body: 'x', type: 'application/octet-stream' },
    upload: { method: 'PUT', path: '/files/archive?path=up', body: 'x', type: 'application/octet-stream' },
    folder: json('POST', '/files/directories', { path: 'new' }),
    move: json('POST', '/files/move', { from: 'a', to: 'b' }),
    remove: json('DELETE', '/files?path=a'),
    trash: json('POST', '/files/trash', { paths: ['a'] }),
    'put a file back': json('POST', '/changes/revert', { path: 'a', since: 'start' }),
    freeze: json('POST', '/freeze'),
    thaw: json('POST', '/thaw'),
    pause: json('POST', '/pause'),
    continue: json('POST', '/continue'),
    'settings of the gate': json('PATCH', '/gate', { holdMs: 5_000 }),
    'kill a process': json('POST', '/processes/4242/signal', { signal: 'SIGKILL' }),
    variables: json('PATCH', '/environment', { variables: { MODE: 'x' } }),
    egress: json('PATCH', '', { egress: { allow: [{ host: 'example.com' }] } }),
    checkpoint: json('POST', '/checkpoints', {}),
    'hand over': json('POST', '/control/give', { to: 'agent' }),
    release: json('POST', '/control/release'),
    kill: json('DELETE', ''),
  });

  test('over HTTP: none, an old one and a guessed one do nothing, and the right one does', async () => {
    exec = (await reader()).id;
    const [ana, ben] = [await person(), await person()];
    await ana.ask('/control/take');
    await ana.ask('/control/release', { fence: 1 });
    const { fence } = (await ana.ask<Gate['control']>('/control/take')).json;
    const send = async (who: typeof ana, act: keyof ReturnType<typeof acts>, said?: number) => {
      const { method, path, body, ...more } = acts()[act];
      const { status, problem } = await who.send(method, path, {
        ...(method === 'DELETE' ? {} : { body }),
        headers: {
          ...('type' in more ? { 'content-type': more.type } : {}),
          ...(said === undefined ? {} : { 'x-sandglass-control': String(said) }),
        },
      });
      return [status, problem?.code, problem?.details?.['fence']];
    };
    const before = rooms.services.sandboxes.log(id).lastSeq;
    for (const act of Object.keys(acts()) as (keyof ReturnType<typeof acts>)[]) {
      // Who looks on knows the number, and it is of no use to them.
      const said = [send(ana, act), send(ana, act, fence - 2), send(ana, act, fence + 1), send(ben, act, fence)];
      const [none, old, guessed, others] = await Promise.all(said);
      expect([act, none]).toEqual([act, [409, 'fenceMissing', fence]]);
      expect([act, old, guessed]).toEqual([act, [409, 'conflict', undefined], [409, 'conflict', undefined]]);
      expect([act, others?.[1]]).toEqual([act, 'controlled']);
    }
    expect(rooms.services.sandboxes.log(id).lastSeq).toBe(before);
    expect(await send(ana, 'folder', fence)).toEqual([201, undefined, undefined]);
    expect(await send(ana, 'release', fence)).toEqual([200, undefined, undefined]);
    // Nobody has control: the number may be left out, and is looked at where it is said.
    expect((await send(ben, 'freeze'))[0]).toBe(200);
    expect((await send(ben, 'thaw', fence))[1]).toBe('conflict');
  }, 20_000);

  test('in each message of the stream', async () => {
    const { id: exec } = await reader();
    const ana = await person();
    const { fence } = (await ana.ask<Gate['control']>('/control/take')).json;
    const view = await subscribed(await ana.view());
    view.send({ type: 'subscribe', channel: 3, topic: { kind: 'screen', sandbox: id } });
    view.send({ type: 'subscribe', channel: 4, topic: { kind: 'exec', sandbox: id, exec } });
    await view.message('opened', 3);
    await view.message('opened', 4);
    const channelOf = (type: string) => (type.startsWith('terminal') ? 1 : type === 'stdin' ? 4 : 3);
    for (const [said, refused] of [
      [undefined, 'fenceMissing'],
      [fence - 1, 'conflict'],
      [fence + 1, 'conflict'],
    ] as const) {
      const from = refusals(view).length;
      const messages = inputs(1, said).map((one) => ({ ...one, channel: channelOf(one.type) }));
      // A key that goes up without having been pressed here is an input like others.
      const up = { ...messages.find(({ type }) => type === 'key')!, down: false } as ClientMessage;
      for (const message of [...messages, up]) view.send(message);
      await view.settle();
      expect(refusals(view).slice(from)).toEqual(Array.from({ length: 8 }, () => refused));
    }
    const from = refusals(view).length;
    for (const message of inputs(1, fence))
      view.send({ ...message, channel: channelOf(message.type) } as ClientMessage);
    await view.settle();
    expect(refusals(view).slice(from)).toEqual([]);
    expect(world.stub.inputs).toEqual(['pointer 1 1 1', 'key 65 true', 'clipboard x', 'resize 640 480']);
  });
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
