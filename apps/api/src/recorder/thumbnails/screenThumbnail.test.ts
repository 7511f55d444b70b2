import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, recordKind, type SandboxId } from '@sandglass/protocol';
import { decodeStill, type StoredStill } from '@sandglass/replay';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type SandboxLog, trackFrame } from '../log.ts';
import { openLogStore } from '../logStore.ts';
import { LiveSet } from '../screen/liveSet.ts';
import { ScreenTrack } from '../screen/screenTrack.ts';
import { ScreenThumbnail } from './screenThumbnail.ts';
import { Turns } from './turns.ts';

const RED = [200, 20, 20];
const BLUE = [20, 20, 200];

let directory: string;
let store: ReturnType<typeof openLogStore>;
let log: SandboxLog;
let live: LiveSet | undefined;
let track: ScreenTrack;
let errors: unknown[];
let thumbnail: ScreenThumbnail;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  directory = mkdtempSync(join(tmpdir(), 'sandglass-thumbnail-'));
  store = openLogStore({ directory });
  log = store.open('sbx_aaaaaaaaaa' as SandboxId, { createdAtMs: Date.now() });
  errors = [];
  live = undefined;
  track = new ScreenTrack(log, (error) => errors.push(error));
  thumbnail = new ScreenThumbnail(
    { log, live: () => live, flush: () => track.flush() },
    { turns: new Turns(2), nowMs: () => performance.now(), onError: (error) => errors.push(error) },
  );
});

afterEach(async () => {
  await thumbnail.close();
  vi.useRealTimers();
  store.close();
  rmSync(directory, { recursive: true, force: true });
  expect(errors).toEqual([]);
});

const pass = async (ms: number) => {
  for (let left = ms; left > 0; left -= 100) {
    vi.advanceTimersByTime(Math.min(100, left));
    await thumbnail.idle();
  }
};

function show(colour: number[], width = 640, height = 400): void {
  const next = live?.width === width ? live : new LiveSet(width, height);
  const { seq, atUs } = log.takePosition();
  next.add({ x: 0, y: 0, width, height, kind: recordKind.fill, flags: 1, payload: Uint8Array.from(colour) }, seq, atUs);
  if (next === live) track.changed();
  else {
    live = next;
    track.replace(next);
  }
}

const stills = () =>
  [...log.frames('stills', 0)].map(({ kind, payload }) => {
    expect(kind).toBe(trackFrame.still);
    return decodeStill(payload);
  });

async function colourOf({ jpeg, width, height }: StoredStill): Promise<number[]> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([width, height]);
  return [...data.subarray(0, 3)];
}

const closeTo = (colour: number[]) => colour.map((value) => expect.closeTo(value, -1));

test('while somebody looks: the change at once, then two a second, the same picture for all', async () => {
  const seen: StoredStill[] = [];
  const also: StoredStill[] = [];
  const stop = thumbnail.watch((picture) => seen.push(picture));
  thumbnail.watch((picture) => also.push(picture));
  show(RED);
  await pass(100);
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({ width: 320, height: 200 });
  expect(await colourOf(seen[0]!)).toEqual(closeTo(RED));
  // The position that it shows is one that the log has.
  expect(seen[0]!.seq).toBeLessThanOrEqual(log.lastSeq);
  for (let i = 0; i < 20; i++) {
    show([i * 10, 0, 0]);
    await pass(100);
  }
  expect(seen.length).toBeGreaterThanOrEqual(4);
  expect(seen.length).toBeLessThanOrEqual(5);
  expect(also).toEqual(seen);
  await pass(600);
  expect(await colourOf(seen.at(-1)!)).toEqual(closeTo([190, 0, 0]));
  const count = seen.length;
  stop();
  show(BLUE);
  await pass(600);
  expect(seen).toHaveLength(count);
});

test('a still every two seconds of change, the last of it always, none while nothing changes', async () => {
  show(RED);
  await pass(1_000);
  expect(stills()).toHaveLength(1);
  await pass(10_000);
  expect(stills()).toHaveLength(1);
  for (let i = 0; i < 60; i++) {
    show([i, i, i]);
    await pass(100);
  }
  expect(stills().length).toBeGreaterThanOrEqual(3);
  expect(stills().length).toBeLessThanOrEqual(5);
  await pass(3_000);
  expect(await colourOf(stills().at(-1)!)).toEqual(closeTo([59, 59, 59]));
  const times = stills().map(({ atUs }) => atUs);
  expect([...times].sort((a, b) => a - b)).toEqual(times);
});

test('what looks the same is neither sent nor kept again', async () => {
  const seen: StoredStill[] = [];
  thumbnail.watch((picture) => seen.push(picture));
  for (let i = 0; i < 50; i++) {
    show(RED);
    await pass(100);
  }
  expect(seen).toHaveLength(1);
  expect(stills()).toHaveLength(1);
});

test('another size is another picture; a tall one fits too', async () => {
  const seen: StoredStill[] = [];
  thumbnail.watch((picture) => seen.push(picture));
  show(RED);
  await pass(600);
  show(BLUE, 400, 1600);
  await pass(600);
  expect(seen.map(({ width, height }) => [width, height])).toEqual([
    [320, 200],
    [80, 320],
  ]);
});

test('a record that cannot be drawn is left out, the rest is shown', async () => {
  const seen: StoredStill[] = [];
  thumbnail.watch((picture) => seen.push(picture));
  show(RED);
  const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 1, 0x90, 2, 0x80, 3]);
  const { seq, atUs } = log.takePosition();
  live!.add({ x: 0, y: 0, width: 640, height: 400, kind: recordKind.jpeg, flags: 0, payload: jpeg }, seq, atUs);
  track.changed();
  await pass(600);
  show(BLUE);
  await pass(1_200);
  expect(await colourOf(seen.at(-1)!)).toEqual(closeTo(BLUE));
});

test('its end keeps what was not kept yet; a log that is closed by then is no error', async () => {
  show(RED);
  await pass(1_000);
  show(BLUE);
  track.close();
  await thumbnail.close();
  expect(await colourOf(stills().at(-1)!)).toEqual(closeTo(BLUE));
});

test('a full disk costs stills, not thumbnails', async () => {
  const appendFrame = log.appendFrame.bind(log);
  const full = new AppError('noSpace', 'full');
  log.appendFrame = (...values) => {
    if (values[0] === 'stills') throw full;
    return appendFrame(...values);
  };
  const seen: StoredStill[] = [];
  thumbnail.watch((picture) => seen.push(picture));
  show(RED);
  await pass(1_000);
  expect(seen).toHaveLength(1);
  expect(errors.splice(0)).toContain(full);
});
