import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeScreenMessage, recordKind, type SandboxId, screenMessage } from '@sandglass/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type SandboxLog, trackFrame } from '../log.ts';
import { openLogStore } from '../logStore.ts';
import { LiveSet } from './liveSet.ts';
import { ScreenTrack } from './screenTrack.ts';

let directory: string;
let store: ReturnType<typeof openLogStore>;
let log: SandboxLog;
let track: ScreenTrack;
let errors: unknown[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  directory = mkdtempSync(join(tmpdir(), 'sandglass-track-'));
  store = openLogStore({ directory });
  log = store.open('sbx_aaaaaaaaaa' as SandboxId, { createdAtMs: Date.now() });
  errors = [];
  track = new ScreenTrack(log, (error) => errors.push(error));
});

afterEach(() => {
  vi.useRealTimers();
  store.close();
  rmSync(directory, { recursive: true, force: true });
});

function change(live: LiveSet, x: number, payloadBytes: number): void {
  const { seq, atUs } = log.takePosition();
  const payload = new Uint8Array(payloadBytes);
  live.add({ x, y: 0, width: 16, height: 16, kind: recordKind.jpeg, flags: 0, payload }, seq, atUs);
  track.changed();
}

const stored = () =>
  [...log.frames('screen', 0)].map(({ kind, payload }) => {
    const message = decodeScreenMessage(payload);
    expect(kind === trackFrame.screenKey).toBe(message.type === screenMessage.liveSet);
    return { kind, records: message.records.length, seq: message.seq };
  });

test('ten states a second while it changes, each what still shows of the changes; nothing while it does not', () => {
  const live = new LiveSet(64, 16);
  track.replace(live);
  for (let i = 0; i < 30; i++) {
    change(live, 0, 10);
    if (i % 2) change(live, 16, 10);
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(5_000);
  expect(stored().slice(1)).toEqual([
    { kind: trackFrame.screenUpdate, records: 2, seq: expect.any(Number) },
    { kind: trackFrame.screenUpdate, records: 2, seq: expect.any(Number) },
    { kind: trackFrame.screenUpdate, records: 2, seq: expect.any(Number) },
  ]);
});

test('a segment is about a megabyte and starts with the whole picture', () => {
  const live = new LiveSet(64, 16);
  track.replace(live);
  for (let i = 0; i < 25; i++) {
    change(live, (i % 4) * 16, 100_000);
    vi.advanceTimersByTime(100);
  }
  const kinds = stored().map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === trackFrame.screenKey).length).toBeGreaterThanOrEqual(3);
  expect(kinds.filter((kind) => kind === trackFrame.screenKey).length).toBeLessThanOrEqual(5);
  expect(stored().findLast(({ kind }) => kind === trackFrame.screenKey)?.records).toBe(4);
});

test('a picture larger than a segment is not written for every state', () => {
  const live = new LiveSet(64, 16);
  for (const x of [0, 16, 32, 48]) change(live, x, 500_000);
  track.replace(live);
  for (let i = 0; i < 20; i++) {
    change(live, 0, 100_000);
    vi.advanceTimersByTime(100);
  }
  expect(stored().filter(({ kind }) => kind === trackFrame.screenKey).length).toBeLessThanOrEqual(8);
});

test('another size starts a segment at once; the last state is written when it closes', () => {
  const live = new LiveSet(64, 16);
  track.replace(live);
  change(live, 0, 10);
  const larger = new LiveSet(128, 16);
  change(larger, 0, 10);
  track.replace(larger);
  change(larger, 16, 10);
  track.close();
  expect(stored().map(({ kind }) => kind)).toEqual([
    trackFrame.screenKey,
    trackFrame.screenUpdate,
    trackFrame.screenKey,
    trackFrame.screenUpdate,
  ]);
  expect(errors).toEqual([]);
});
