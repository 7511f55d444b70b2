import { type ClientMessage, MAX_CHANNELS, ServerMessage } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { ServerWorld } from '../../test/serverWorld.ts';
import { execA, sandboxA, sandboxB, terminalA } from '../../test/stubServices.ts';
import { trackFrame } from '../recorder/log.ts';

const sandboxes = { kind: 'sandboxes' } as const;
const events = { kind: 'events', sandbox: sandboxA } as const;

function append(world: ServerWorld, count: number): void {
  const log = world.stub.log(sandboxA);
  for (let index = 0; index < count; index++) {
    log.append({ kind: 'sandbox.updated', actor: 'system', data: { changed: [`n${index}`] } });
    if (index % 3 === 0) world.stub.print('between');
  }
}

const seen = (messages: ServerMessage[], channel: number) =>
  messages.flatMap((one) => (one.type === 'event' && one.channel === channel ? [one.event.seq] : []));

it('needs a token before the upgrade', async () => {
  await using world = await ServerWorld.start();
  await expect(world.view({ token: null })).rejects.toThrow('401');
  await expect(world.view({ token: 'sgt_wrong' })).rejects.toThrow('401');
  expect((await world.ask('/v1/stream')).problem.code).toBe('badRequest');
});

it('answers only messages that its schema knows', async () => {
  await using world = await ServerWorld.start();
  const viewer = await world.view();
  viewer.send({ type: 'subscribe', channel: 1, topic: sandboxes });
  viewer.send({ type: 'subscribe', channel: 2, topic: { ...events, last: 10 } });
  viewer.send({ type: 'subscribe', channel: 3, topic: { kind: 'stats', sandbox: sandboxA, everyMs: 250 } });
  viewer.send({ type: 'subscribe', channel: 4, topic: { kind: 'terminal', sandbox: sandboxA, terminal: terminalA } });
  viewer.send({ type: 'nonsense' } as unknown as ClientMessage);
  await viewer.message('stats', 3);
  world.stub.change(sandboxB, { name: 'new name' });
  await viewer.message('sandbox', 1);
  viewer.send({ type: 'unsubscribe', channel: 3 });
  await viewer.message('ended', 3);
  for (const message of viewer.messages) expect(ServerMessage.safeParse(message).error).toBeUndefined();
});

it('gives the list of sandboxes and every change', async () => {
  await using world = await ServerWorld.start();
  const viewer = await world.view();
  viewer.send({ type: 'subscribe', channel: 1, topic: sandboxes });
  expect((await viewer.message('sandboxes', 1)).sandboxes.map((one) => one.id)).toEqual([sandboxA, sandboxB]);
  world.stub.change(sandboxA, { phase: 'frozen' });
  expect((await viewer.message('sandbox', 1)).sandbox).toMatchObject({ id: sandboxA, phase: 'frozen' });
});

it('shows a token of one sandbox only that one', async () => {
  await using world = await ServerWorld.start();
  const { secret } = await world.token({ role: 'operator', scope: { kind: 'sandbox', sandbox: sandboxA } });
  const viewer = await world.view({ token: secret });
  viewer.send({ type: 'subscribe', channel: 1, topic: sandboxes });
  expect((await viewer.message('sandboxes', 1)).sandboxes.map((one) => one.id)).toEqual([sandboxA]);
  world.stub.change(sandboxB, { name: 'secret' });
  world.stub.change(sandboxA, { name: 'mine' });
  expect((await viewer.message('sandbox', 1)).sandbox.name).toBe('mine');
  for (const [index, sandbox] of [sandboxB, 'sbx_zzzz' as typeof sandboxB].entries()) {
    viewer.send({ type: 'subscribe', channel: 10 + index, topic: { kind: 'events', sandbox } });
    expect((await viewer.message('ended', 10 + index)).problem?.code).toBe('forbidden');
  }
});

it('reads the past of the events, then follows, with no gap and no doublet', async () => {
  await using world = await ServerWorld.start();
  append(world, 700);
  const viewer = await world.view();
  viewer.send({ type: 'subscribe', channel: 1, topic: events, resumeFrom: 0 });
  await viewer.message('event', 1);
  append(world, 300);
  await viewer.until(() => seen(viewer.messages, 1).length >= 1001);
  append(world, 1);
  await viewer.until(() => seen(viewer.messages, 1).length >= 1002);
  const all = world.stub.log(sandboxA).events(0, 5000);
  expect(seen(viewer.messages, 1)).toEqual(all.map((event) => event.seq));

  const middle = all[500]?.seq ?? 0;
  viewer.send({ type: 'subscribe', channel: 2, topic: events, resumeFrom: middle });
  expect(await viewer.message('opened', 2)).toMatchObject({ resumed: true, seq: middle });
  await viewer.until(() => seen(viewer.messages, 2).length === 501);
  expect(seen(viewer.messages, 2)).toEqual(all.slice(501).map((event) => event.seq));
});

it.each([
  [0, 0],
  [1, 1],
  [40, 40],
  [10_000, 201],
])('starts the last %i events before the end', async (last, expected) => {
  await using world = await ServerWorld.start();
  append(world, 200);
  const viewer = await world.view();
  viewer.send({ type: 'subscribe', channel: 1, topic: { ...events, last } });
  await viewer.message('opened', 1);
  append(world, 1);
  const end = world.stub
    .log(sandboxA)
    .events(0, 5000)
    .findLast((event) => event.kind === 'sandbox.updated')?.seq;
  await viewer.until(() => seen(viewer.messages, 1).includes(end ?? -1));
  expect(seen(viewer.messages, 1).length).toBe(expected + 1);
});

it('keeps a viewer that does not read out of memory, and gives it every event later', async () => {
  await using world = await ServerWorld.start();
  const viewer = await world.view();
  viewer.send({ type: 'subscribe', channel: 1, topic: events, resumeFrom: 0 });
  viewer.send({ type: 'subscribe', channel: 2, topic: sandboxes });
  await viewer.message('sandboxes', 2);
  viewer.socket.pause();
  const log = world.stub.log(sandboxA);
  const path = `/home/user/${'x'.repeat(4000)}`;
  const changes = Array.from({ length: 5 }, () => ({ path, kind: 'created', directory: false }) as const);
  // 24 MB: more than the sockets of both sides hold.
  for (let index = 0; index < 1200; index++) {
    log.append({ kind: 'file.changed', actor: 'agent', data: { changes, dropped: 0 } });
    world.stub.change(sandboxA, { name: `name ${index}` });
    if (index % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const other = await world.view();
  await other.settle();
  const sent = Number(/stream_sent_bytes_total (\d+)/.exec((await world.ask('/metrics')).body.toString())?.[1]);
  expect(sent).toBeLessThan(16_000_000);
  viewer.socket.resume();
  await viewer.until(() => seen(viewer.messages, 1).length === 1201);
  expect(seen(viewer.messages, 1)).toEqual(log.events(0, 5000).map((event) => event.seq));
  // Of the sandbox only the newest state matters.
  await viewer.until(() => viewer.messages.some((one) => one.type === 'sandbox' && one.sandbox.name === 'name 1199'));
});

it('follows a command from its first byte to its exit', async () => {
  await using world = await ServerWorld.start();
  const log = world.stub.log(sandboxA);
  log.appendFrame(`exec:${execA}`, trackFrame.stdout, Buffer.from('out '));
  const viewer = await world.view();
  const topic = { kind: 'exec', sandbox: sandboxA, exec: execA } as const;
  viewer.send({ type: 'subscribe', channel: 1, topic });
  await viewer.message('opened', 1);
  log.appendFrame(`exec:${execA}`, trackFrame.stderr, Buffer.from('err'));
  await viewer.until(() => viewer.text(1) === 'out err');
  expect(viewer.frames(1).map((frame) => frame.kind)).toEqual([3, 4]);
  viewer.send({ type: 'stdin', channel: 1, text: 'in', end: true });
  await expect.poll(() => world.stub.stdin).toEqual(['in', '<end>']);
  const exit = { code: 2, signal: null };
  const exec = world.stub.execs.get(execA);
  if (exec) world.stub.execs.set(execA, { ...exec, exit, durationMs: 5 });
  log.append({
    kind: 'call.ended',
    actor: 'agent',
    data: { call: 'cal_aaaa' as never, ok: true, durationMs: 5, summary: 'exit 2' },
  });
  expect(await viewer.message('ended', 1)).toMatchObject({ reason: 'exited', exit });
  viewer.send({ type: 'subscribe', channel: 2, topic, resumeFrom: viewer.frames(1)[0]?.seq ?? 0 });
  expect((await viewer.message('ended', 2)).exit).toEqual(exit);
  expect(viewer.text(2)).toBe('err');
});

it('samples a sandbox once for all who watch, and stops with the last', async () => {
  await using world = await ServerWorld.start();
  const viewers = [await world.view(), await world.view()];
  for (const viewer of viewers)
    viewer.send({ type: 'subscribe', channel: 1, topic: { kind: 'stats', sandbox: sandboxA } });
  for (const viewer of viewers) await viewer.message('opened', 1);
  const samplers = async () =>
    Number(/sandglass_stream_samplers (\d+)/.exec((await world.ask('/metrics')).body.toString())?.[1]);
  expect(await samplers()).toBe(1);
  for (const viewer of viewers) await viewer.message('stats', 1);
  viewers[0]?.send({ type: 'unsubscribe', channel: 1 });
  await viewers[0]?.message('ended', 1);
  expect(await samplers()).toBe(1);
  viewers[1]?.socket.terminate();
  await expect.poll(samplers).toBe(0);
});

it('passes a screen and its input, and lets go of held keys when the viewer leaves', async () => {
  await using world = await ServerWorld.start();
  const viewer = await world.view();
  viewer.send({ type: 'subscribe', channel: 1, topic: { kind: 'screen', sandbox: sandboxA } });
  await viewer.message('opened', 1);
  await expect.poll(() => world.stub.viewers.size).toBe(1);
  for (const one of world.stub.viewers) {
    one.onMessage(Buffer.from('picture'), { seq: 9, atUs: 5 });
    one.onClipboard('copied');
  }
  await viewer.until(() => viewer.text(1) === 'picture');
  expect(viewer.frames(1)[0]).toMatchObject({ seq: 9, atUs: 5, kind: 5 });
  expect((await viewer.message('clipboard', 1)).text).toBe('copied');
  viewer.send({ type: 'ack', channel: 1, seq: 9 });
  viewer.send({ type: 'pointer', channel: 1, x: 1, y: 2, buttons: 1 });
  viewer.send({ type: 'key', channel: 1, keysym: 0x61, down: true });
  viewer.send({ type: 'clipboard', channel: 1, text: 'pasted' });
  viewer.send({ type: 'screenResize', channel: 1, width: 800, height: 600 });
  await expect.poll(() => world.stub.inputs.length).toBe(4);
  world.stub.change(sandboxA, { phase: 'frozen' });
  viewer.send({ type: 'key', channel: 1, keysym: 0x62, down: true });
  expect((await viewer.message('refused', 1)).problem.code).toBe('wrongState');
  viewer.send({ type: 'key', channel: 1, keysym: 0x61, down: false });
  viewer.send({ type: 'unsubscribe', channel: 1 });
  await viewer.message('ended', 1);
  await expect
    .poll(() => world.stub.inputs)
    .toEqual(['pointer 1 2 1', 'key 97 true', 'clipboard pasted', 'resize 800 600', 'key 97 false', 'release']);
  expect([world.stub.screenAcks, world.stub.viewers.size]).toEqual([[9], 0]);
});

it('shows each viewer of a screen where all point, and says whose hand it is', async () => {
  await using world = await ServerWorld.start();
  const [first, second] = [await world.view(), await world.view()];
  for (const viewer of [first, second]) {
    viewer.send({ type: 'subscribe', channel: 1, topic: { kind: 'screen', sandbox: sandboxA } });
    await viewer.message('opened', 1);
  }
  await expect.poll(() => world.stub.viewers.size).toBe(2);
  first.send({ type: 'pointer', channel: 1, x: 10, y: 20, buttons: 1 });
  expect(await second.message('cursor', 1)).toMatchObject({ x: 10, y: 20, buttons: 1, name: expect.any(String) });
  second.send({ type: 'pointer', channel: 1, x: 30, y: 40, buttons: 0 });
  const seen = () => first.messages.flatMap((one) => (one.type === 'cursor' ? [[one.x, one.own]] : []));
  await expect.poll(seen).toEqual([
    [10, true],
    [30, undefined],
  ]);
});

it('tells which keys are struck, and of a character only that there was one', async () => {
  await using world = await ServerWorld.start();
  const [first, second] = [await world.view(), await world.view()];
  for (const viewer of [first, second]) {
    viewer.send({ type: 'subscribe', channel: 1, topic: { kind: 'screen', sandbox: sandboxA } });
    await viewer.message('opened', 1);
  }
  await expect.poll(() => world.stub.viewers.size).toBe(2);
  for (const [keysym, down] of [
    [0x68, true],
    [0x68, false],
    [0xffe3, true],
    [0x73, true],
    [0x73, false],
    [0xffe3, false],
    [0xff0d, true],
  ] as const)
    first.send({ type: 'key', channel: 1, keysym, down });
  const keys = () => second.messages.flatMap((one) => (one.type === 'cursor' ? [one.key] : []));
  await expect.poll(keys).toEqual(['•', 'Ctrl+S', 'Enter']);
});

it('refuses what is wrong with one message and goes on', async () => {
  await using world = await ServerWorld.start();
  const viewer = await world.view();
  const refusals: [unknown, string][] = [
    [{ type: 'subscribe', channel: 0, topic: sandboxes }, 'badRequest'],
    [{ type: 'subscribe', channel: 1, topic: { kind: 'events', sandbox: '../../etc' } }, 'badRequest'],
    [{ type: 'terminalInput', channel: 5, text: 'x' }, 'notFound'],
    [{ type: 'terminalInput', channel: 5, text: 'x'.repeat(262_145) }, 'badRequest'],
    [{}, 'badRequest'],
  ];
  for (const [message] of refusals) viewer.send(message as ClientMessage);
  await viewer.settle();
  const codes = viewer.messages.flatMap((one) => (one.type === 'refused' ? [one.problem.code] : []));
  expect(codes).toEqual(refusals.map(([, code]) => code));
  expect(viewer.closed).toBeNull();
});

it('ends a channel that cannot be opened with the problem', async () => {
  await using world = await ServerWorld.start();
  const viewer = await world.view();
  viewer.send({ type: 'subscribe', channel: 1, topic: { kind: 'events', sandbox: 'sbx_zzzz' as typeof sandboxA } });
  expect(await viewer.message('ended', 1)).toMatchObject({ reason: 'error', problem: { code: 'notFound' } });
  viewer.send({ type: 'subscribe', channel: 1, topic: sandboxes });
  await viewer.message('opened', 1);
});

it('has one topic a channel and a most of channels', async () => {
  await using world = await ServerWorld.start();
  const viewer = await world.view();
  const above = MAX_CHANNELS + 1;
  for (let channel = 1; channel <= MAX_CHANNELS; channel++) viewer.send({ type: 'subscribe', channel, topic: events });
  viewer.send({ type: 'subscribe', channel: 1, topic: events });
  expect((await viewer.message('refused', 1)).problem.code).toBe('alreadyExists');
  viewer.send({ type: 'subscribe', channel: above, topic: events });
  expect((await viewer.message('refused', above)).problem.code).toBe('limitExceeded');
  viewer.send({ type: 'unsubscribe', channel: 5 });
  viewer.send({ type: 'subscribe', channel: above, topic: events });
  await viewer.message('opened', above);
});

it.each([
  ['text that is no JSON', 'hello', 1002],
  ['JSON that is no object', '[1]', 1002],
  ['a binary frame', Buffer.from('{}'), 1002],
  ['a message above the limit', `{"a":"${'x'.repeat(1_048_577)}"}`, 1009],
])('closes on %s', async (_what, data, code) => {
  await using world = await ServerWorld.start();
  const viewer = await world.view();
  viewer.send({ type: 'subscribe', channel: 1, topic: events });
  await viewer.message('opened', 1);
  viewer.socket.send(data);
  expect((await viewer.whenClosed()).code).toBe(code);
  const after = await world.view();
  await after.settle();
  // A viewer's mistake is nothing for whoever watches the server.
  const levels = world.logged.map((line) => (JSON.parse(line) as { level: number }).level);
  expect(Math.max(0, ...levels)).toBeLessThanOrEqual(30);
});

it('tells viewers to come back when it closes, and ends every channel', async () => {
  await using world = await ServerWorld.start();
  const viewer = await world.view();
  viewer.send({ type: 'subscribe', channel: 1, topic: events });
  await viewer.message('opened', 1);
  const closing = world.app.close();
  expect((await viewer.message('reconnect')).afterMs).toBeGreaterThan(0);
  expect((await viewer.message('ended', 1)).reason).toBe('serverClosing');
  expect((await viewer.whenClosed()).code).toBe(1001);
  await closing;
});

it('lets go of everything when viewers leave', async () => {
  await using world = await ServerWorld.start();
  const idle = world.stub.changeListeners.size;
  const viewer = await world.view();
  for (const [index, topic] of [
    sandboxes,
    events,
    { kind: 'stats', sandbox: sandboxA } as const,
    { kind: 'terminal', sandbox: sandboxA, terminal: terminalA } as const,
    { kind: 'exec', sandbox: sandboxA, exec: execA } as const,
    { kind: 'screen', sandbox: sandboxA } as const,
  ].entries()) {
    viewer.send({ type: 'subscribe', channel: index + 1, topic });
    await viewer.message('opened', index + 1);
  }
  expect(world.stub.changeListeners.size).toBeGreaterThan(idle);
  viewer.socket.terminate();
  await expect.poll(() => world.stub.changeListeners.size).toBe(idle);
  expect(world.stub.viewers.size).toBe(0);
  expect((await world.ask('/metrics')).body.toString()).toContain('sandglass_stream_connections 0');
  // Nothing is sent after the end: it would be an error here.
  append(world, 5);
  world.stub.change(sandboxA, { name: 'x' });
  expect(world.logged.join('')).not.toContain('misuse');
});
