import { RecordingIndex } from '@sandglass/protocol';
import { readSegment } from '@sandglass/replay';
import { expect, it } from 'vitest';
import { ServerWorld } from '../../test/serverWorld.ts';
import { sandboxA, sandboxB } from '../../test/stubServices.ts';
import { trackFrame } from '../recorder/log.ts';

const base = `/v1/sandboxes/${sandboxA}/recording`;

async function withFrames(): Promise<ServerWorld> {
  const world = await ServerWorld.start();
  const log = world.stub.log(sandboxA);
  log.appendFrame('screen', trackFrame.screenKey, Uint8Array.of(1));
  log.appendFrame('screen', trackFrame.screenUpdate, Uint8Array.of(2));
  log.appendFrame('screen', trackFrame.screenKey, Uint8Array.of(3));
  return world;
}

it('says what a recording consists of, and gives each segment as it lies on disk', async () => {
  await using world = await withFrames();
  const index = RecordingIndex.parse((await world.ask(base)).json);
  const screen = index.tracks.find(({ track }) => track === 'screen')!.segments;
  expect(screen.map(({ number, closed, starts }) => [number, closed, starts])).toEqual([
    [1, true, trackFrame.screenKey],
    [2, false, trackFrame.screenKey],
  ]);
  const first = await world.ask(`${base}/screen/1`);
  expect(readSegment(first.body).frames.map(({ payload }) => payload[0])).toEqual([1, 2]);
  expect(first.headers['cache-control']).toContain('immutable');
  expect((await world.ask(`${base}/screen/2`)).headers['cache-control']).toBe('no-store');
  const newer = RecordingIndex.parse((await world.ask(`${base}?afterSeq=${screen[0]!.lastSeq}`)).json);
  expect(newer.tracks.map(({ track, segments }) => [track, segments.map(({ number }) => number)])).toEqual([
    ['screen', [2]],
  ]);
});

it('gives a part of a segment', async () => {
  await using world = await withFrames();
  const whole = (await world.ask(`${base}/screen/1`)).body;
  const part = await world.ask(`${base}/screen/1`, { headers: { range: 'bytes=2-5' } });
  expect([part.status, part.headers['content-range'], part.body]).toEqual([
    206,
    `bytes 2-5/${whole.length}`,
    whole.subarray(2, 6),
  ]);
  expect((await world.ask(`${base}/screen/1`, { headers: { range: `bytes=${whole.length}-` } })).status).toBe(416);
});

it('says what is not there, and shows nothing of another sandbox', async () => {
  await using world = await withFrames();
  expect((await world.ask(`${base}/screen/9`)).problem.code).toBe('notFound');
  expect((await world.ask(`${base}/exec:exe_aaaa/1`)).problem.code).toBe('notFound');
  expect((await world.ask(`${base}/..%2f..%2fsecret/1`)).problem.code).toBe('badRequest');
  const { secret: token } = await world.token({
    role: 'viewer',
    scope: { kind: 'sandbox', sandbox: sandboxB },
  });
  for (const path of [base, `${base}/screen/1`, `/v1/sandboxes/${sandboxA}/search?q=abc`, '/v1/search?q=abc'])
    expect((await world.ask(path, { token })).problem.code, path).toBe('forbidden');
});

it('refuses a search that is too short', async () => {
  await using world = await withFrames();
  expect((await world.ask(`/v1/sandboxes/${sandboxA}/search?q=ab`)).problem.code).toBe('badRequest');
  expect((await world.ask(`/v1/sandboxes/${sandboxA}/search?q=abc`)).json).toMatchObject({ total: 3, complete: true });
});
