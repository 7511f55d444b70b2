import { frameKind } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { ServerWorld } from '../../test/serverWorld.ts';
import { sandboxA, sandboxB } from '../../test/stubServices.ts';

const topic = { kind: 'thumbnail', sandbox: sandboxA } as const;
const picture = (seq: number, bytes = 3) => ({
  seq,
  atUs: seq * 10,
  width: 320,
  height: 200,
  jpeg: Buffer.alloc(bytes, seq),
});

it('sends pictures with the position that they show, and miniatures', async () => {
  await using world = await ServerWorld.start();
  const viewer = await world.view();
  viewer.send({ type: 'subscribe', channel: 1, topic });
  await viewer.message('opened', 1);
  const [handlers] = world.stub.thumbnailViewers;
  handlers?.onPicture(picture(7));
  await viewer.settle();
  expect(viewer.frames(1)).toMatchObject([
    { kind: frameKind.thumbnail, seq: 7, atUs: 70, payload: Buffer.from([7, 7, 7]) },
  ]);
  handlers?.onMiniature(null, 9);
  expect(await viewer.message('miniature', 1)).toMatchObject({ seq: 9, miniature: null });
  viewer.send({ type: 'unsubscribe', channel: 1 });
  await viewer.message('ended', 1);
  expect(world.stub.thumbnailViewers.size).toBe(0);
});

it('ends with its sandbox, after the last picture', async () => {
  await using world = await ServerWorld.start();
  const viewer = await world.view();
  viewer.send({ type: 'subscribe', channel: 1, topic });
  await viewer.message('opened', 1);
  for (const handlers of world.stub.thumbnailViewers) handlers.onPicture(picture(3));
  world.stub.change(sandboxA, { phase: 'dead' });
  expect(await viewer.message('ended', 1)).toMatchObject({ reason: 'sandboxEnded' });
  expect(viewer.frames(1)).toHaveLength(1);
  expect(world.stub.thumbnailViewers.size).toBe(0);
});

it('a slow viewer skips to the newest', async () => {
  await using world = await ServerWorld.start();
  const viewer = await world.view();
  viewer.send({ type: 'subscribe', channel: 1, topic });
  await viewer.message('opened', 1);
  viewer.socket.pause();
  for (let seq = 1; seq <= 400; seq++)
    for (const handlers of world.stub.thumbnailViewers) handlers.onPicture(picture(seq, 65_536));
  viewer.socket.resume();
  await viewer.until(() => viewer.frames(1).at(-1)?.seq === 400);
  expect(viewer.frames(1).length).toBeLessThan(300);
});

it('is for who may see the sandbox, and takes no input', async () => {
  await using world = await ServerWorld.start();
  const { secret } = await world.token({ role: 'viewer', scope: { kind: 'sandbox', sandbox: sandboxB } });
  const stranger = await world.view({ token: secret });
  stranger.send({ type: 'subscribe', channel: 1, topic });
  expect(await stranger.message('ended', 1)).toMatchObject({ reason: 'error', problem: { code: 'forbidden' } });
  const viewer = await world.view();
  viewer.send({ type: 'subscribe', channel: 1, topic });
  await viewer.message('opened', 1);
  viewer.send({ type: 'key', channel: 1, keysym: 65, down: true });
  expect((await viewer.message('refused', 1)).problem.code).toBe('badRequest');
});
