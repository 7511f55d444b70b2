import { flow, frameKind } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { ServerWorld, type Viewer } from '../../test/serverWorld.ts';
import { sandboxA, terminalA } from '../../test/stubServices.ts';

const topic = { kind: 'terminal', sandbox: sandboxA, terminal: terminalA } as const;

const drawing = (viewer: Viewer, channel: number) =>
  viewer.frames(channel).find((frame) => frame.kind === frameKind.terminalSnapshot);
const output = (viewer: Viewer, channel: number) =>
  Buffer.concat(
    viewer
      .frames(channel)
      .filter((frame) => frame.kind === frameKind.terminal)
      .map((frame) => frame.payload),
  ).toString();

it('shows a late joiner the terminal as it is, then what comes', async () => {
  await using world = await ServerWorld.start();
  world.stub.print('before ');
  const viewer = await world.view();
  viewer.send({ type: 'subscribe', channel: 7, topic });
  const opened = await viewer.message('opened', 7);
  expect(opened).toMatchObject({ resumed: false, mayInput: true, sizing: true, size: { columns: 80, rows: 24 } });
  world.stub.print('after');
  await viewer.until(() => output(viewer, 7) === 'after');
  const snapshot = drawing(viewer, 7);
  expect(snapshot?.seq).toBe(opened.seq);
  expect(Buffer.from(snapshot?.payload.subarray(0, 4) ?? []).toString('hex')).toBe('00500018');
  expect(Buffer.from(snapshot?.payload.subarray(4) ?? []).toString()).toBe('before ');
});

it('goes on after a lost connection where it was, without gap or doublet', async () => {
  await using world = await ServerWorld.start();
  const first = await world.view();
  first.send({ type: 'subscribe', channel: 1, topic });
  await first.message('opened', 1);
  world.stub.print('one ');
  await first.until(() => output(first, 1) === 'one ');
  const { seq } = first.frames(1).at(-1) ?? { seq: -1 };
  first.socket.terminate();
  world.stub.print('two ');
  const second = await world.view();
  second.send({ type: 'subscribe', channel: 1, topic, resumeFrom: seq });
  expect(await second.message('opened', 1)).toMatchObject({ resumed: true, seq });
  world.stub.print('three');
  await second.until(() => output(second, 1) === 'two three');
  expect(drawing(second, 1)).toBeUndefined();
});

it('draws anew when too much was missed, or the position is of another log', async () => {
  await using world = await ServerWorld.start();
  world.stub.print('x');
  const { lastSeq } = world.stub.log(sandboxA);
  world.stub.print(Buffer.alloc(1_048_577, 'y'));
  const viewer = await world.view();
  viewer.send({ type: 'subscribe', channel: 1, topic, resumeFrom: lastSeq });
  viewer.send({ type: 'subscribe', channel: 2, topic, resumeFrom: 999_999 });
  expect((await viewer.message('opened', 1)).resumed).toBe(false);
  expect((await viewer.message('opened', 2)).resumed).toBe(false);
  await viewer.until(() => drawing(viewer, 1) && drawing(viewer, 2));
});

it('holds nothing for a viewer that does not acknowledge, and loses nothing', async () => {
  await using world = await ServerWorld.start();
  const slow = await world.view();
  const quick = await world.view();
  for (const viewer of [slow, quick]) {
    viewer.send({ type: 'subscribe', channel: 1, topic });
    await viewer.message('opened', 1);
  }
  const pump = setInterval(() => {
    const bytes = Buffer.byteLength(output(quick, 1));
    if (quick.socket.readyState === quick.socket.OPEN) quick.send({ type: 'ack', channel: 1, bytes });
  }, 5);
  const line = 'z'.repeat(65_535);
  const total = 60;
  for (let index = 0; index < total; index++) world.stub.print(`${line}\n`);
  await quick.until(() => output(quick, 1).length === total * 65_536);
  clearInterval(pump);
  await slow.settle();
  const held = output(slow, 1).length;
  expect(held).toBeGreaterThanOrEqual(flow.highBytes);
  expect(held).toBeLessThanOrEqual(flow.highBytes + 65_536);
  // Above the low mark it stays still; below it, more comes.
  slow.send({ type: 'ack', channel: 1, bytes: held - flow.lowBytes - 1 });
  await slow.settle();
  expect(output(slow, 1).length).toBe(held);
  for (let have = held; have < total * 65_536; have = output(slow, 1).length) {
    slow.send({ type: 'ack', channel: 1, bytes: have });
    await slow.until(() => output(slow, 1).length > have);
    await slow.settle();
  }
  expect(output(slow, 1)).toBe(output(quick, 1));
  const seqs = slow.frames(1).map((frame) => frame.seq);
  expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
});

it('lets the first who may type decide the size, and never reflows it for others', async () => {
  await using world = await ServerWorld.start();
  const watcher = await world.token({ role: 'viewer' });
  const [looking, first, second] = [
    await world.view({ token: watcher.secret }),
    await world.view(),
    await world.view(),
  ];
  for (const viewer of [looking, first, second]) {
    viewer.send({ type: 'subscribe', channel: 1, topic });
    await viewer.message('opened', 1);
  }
  const sizing = async (viewer: Viewer) => (await viewer.message('opened', 1)).sizing;
  expect([await sizing(looking), await sizing(first), await sizing(second)]).toEqual([false, true, false]);

  second.send({ type: 'terminalResize', channel: 1, columns: 200, rows: 50 });
  expect((await second.message('refused', 1)).problem.code).toBe('wrongState');
  first.send({ type: 'terminalResize', channel: 1, columns: 100, rows: 30 });
  for (const viewer of [looking, first, second])
    expect(await viewer.message('size', 1)).toMatchObject({ columns: 100, rows: 30 });

  first.send({ type: 'unsubscribe', channel: 1 });
  expect((await first.message('ended', 1)).reason).toBe('unsubscribed');
  expect(await second.message('sizing', 1)).toMatchObject({ sizing: true, sizedBy: expect.any(String) });
  second.send({ type: 'terminalResize', channel: 1, columns: 120, rows: 40 });
  await looking.until(() => looking.messages.some((one) => one.type === 'size' && one.columns === 120));
  // By request anybody who may touch the terminal sizes it.
  await world.ask(`/v1/sandboxes/${sandboxA}/terminals/${terminalA}`, {
    method: 'PATCH',
    body: '{"columns":90,"rows":20}',
  });
  await looking.until(() => looking.messages.some((one) => one.type === 'size' && one.columns === 90));
});

it('hands on the size when its decider is cut off', async () => {
  await using world = await ServerWorld.start();
  const [first, second] = [await world.view(), await world.view()];
  for (const viewer of [first, second]) {
    viewer.send({ type: 'subscribe', channel: 1, topic });
    await viewer.message('opened', 1);
  }
  first.socket.terminate();
  expect(await second.message('sizing', 1)).toMatchObject({ sizing: true, sizedBy: expect.any(String) });
});

it('lets nobody type who may only look', async () => {
  await using world = await ServerWorld.start();
  const { secret } = await world.token({ role: 'viewer' });
  const viewer = await world.view({ token: secret });
  viewer.send({ type: 'subscribe', channel: 1, topic });
  expect((await viewer.message('opened', 1)).mayInput).toBe(false);
  viewer.send({ type: 'terminalInput', channel: 1, text: 'rm -rf /\n' });
  viewer.send({ type: 'terminalResize', channel: 1, columns: 10, rows: 10 });
  await viewer.until(() => viewer.messages.filter((one) => one.type === 'refused').length === 2);
  for (const one of viewer.messages) if (one.type === 'refused') expect(one.problem.code).toBe('forbidden');
  expect(world.stub.written).toEqual([]);
  world.stub.print('still here');
  await viewer.until(() => output(viewer, 1) === 'still here');
});

it('types in order, as the one who typed, and says what failed', async () => {
  await using world = await ServerWorld.start();
  const { cookie } = await world.signIn();
  const person = await world.view({ token: null, headers: { cookie, origin: world.origin } });
  person.send({ type: 'subscribe', channel: 1, topic });
  await person.message('opened', 1);
  for (const text of ['l', 's', '\n', 'grün €']) person.send({ type: 'terminalInput', channel: 1, text });
  await expect.poll(() => world.stub.written.length).toBe(4);
  expect(world.stub.written.map((one) => one.text).join('')).toBe('ls\ngrün €');
  expect(world.stub.written[0]?.caller).toMatchObject({ actor: 'person', token: 'tok_start', door: 'console' });
  world.stub.failWith = new Error('inner detail');
  person.send({ type: 'terminalInput', channel: 1, text: 'x' });
  const refused = await person.message('refused', 1);
  expect([refused.problem.code, JSON.stringify(refused).includes('inner detail')]).toEqual(['internal', false]);
});

it('reads no further input while the sandbox takes none', async () => {
  await using world = await ServerWorld.start();
  const viewer = await world.view();
  viewer.send({ type: 'subscribe', channel: 1, topic });
  await viewer.message('opened', 1);
  let open = () => {};
  world.stub.inputGate = new Promise((resolve) => {
    open = resolve;
  });
  for (let index = 0; index < 20; index++)
    viewer.send({ type: 'terminalInput', channel: 1, text: 'x'.repeat(200_000) });
  viewer.send({ type: 'ping', id: 5 });
  // Another connection's round trip: by then the first has been read as far as it will be.
  const other = await world.view();
  await other.settle();
  expect(viewer.messages.some((one) => one.type === 'pong')).toBe(false);
  open();
  await viewer.message('pong');
  await expect.poll(() => world.stub.written.length).toBe(20);
});

it('ends with the exit, after the last byte', async () => {
  await using world = await ServerWorld.start();
  const viewer = await world.view();
  viewer.send({ type: 'subscribe', channel: 1, topic });
  await viewer.message('opened', 1);
  for (let index = 0; index < 20; index++) world.stub.print(Buffer.alloc(65_536, 'e'));
  world.stub.exitTerminal(3);
  await viewer.settle();
  // It lags, so the end has to wait for what it has not seen.
  expect(viewer.messages.some((one) => one.type === 'ended')).toBe(false);
  for (let have = -1; have < 20 * 65_536; ) {
    have = output(viewer, 1).length;
    viewer.send({ type: 'ack', channel: 1, bytes: have });
    await viewer.settle();
  }
  expect(await viewer.message('ended', 1)).toMatchObject({ reason: 'exited', exit: { code: 3, signal: null } });
  expect(viewer.received.at(-2)).not.toHaveProperty('message.type', 'ended');

  const late = await world.view();
  late.send({ type: 'subscribe', channel: 1, topic });
  expect((await late.message('opened', 1)).mayInput).toBe(false);
  late.send({ type: 'ack', channel: 1, bytes: 20 * 65_536 + 4 });
  expect((await late.message('ended', 1)).reason).toBe('exited');
});

it('ends with its sandbox', async () => {
  await using world = await ServerWorld.start();
  const viewer = await world.view();
  viewer.send({ type: 'subscribe', channel: 1, topic });
  viewer.send({ type: 'subscribe', channel: 2, topic: { kind: 'events', sandbox: sandboxA } });
  viewer.send({ type: 'subscribe', channel: 3, topic: { kind: 'stats', sandbox: sandboxA } });
  for (const channel of [1, 2, 3]) await viewer.message('opened', channel);
  world.stub.change(sandboxA, { phase: 'dead' });
  for (const channel of [1, 2, 3]) expect((await viewer.message('ended', channel)).reason).toBe('sandboxEnded');
});
