import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxId } from '@sandglass/protocol';
import { encodeStill } from '@sandglass/replay';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SandboxLog, trackFrame } from '../log.ts';
import { openLogStore } from '../logStore.ts';
import { StillIndexes } from './stillIndex.ts';

const sandbox = 'sbx_aaaaaaaaaa' as SandboxId;
let directory: string;
let store: ReturnType<typeof openLogStore>;
let log: SandboxLog;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sandglass-stills-'));
  store = openLogStore({ directory });
  log = store.open(sandbox, { createdAtMs: Date.now() });
});

afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true, force: true });
});

const keep = (atUs: number) => {
  const jpeg = Buffer.from(`picture of ${atUs}`);
  log.appendFrame('stills', trackFrame.still, encodeStill({ seq: atUs / 10, atUs, width: 320, height: 200, jpeg }));
};

test('lists a time with the picture that was showing at its start, evenly thinned', async () => {
  for (let at = 100; at <= 10_000; at += 100) keep(at);
  const index = await new StillIndexes().of(log);
  const times = (fromUs: number, toUs: number, count: number) => {
    const { items, total } = index.list({ fromUs, toUs, count });
    return [items.map(({ atUs }) => atUs), total];
  };
  expect(times(250, 550, 100)).toEqual([[200, 300, 400, 500], 4]);
  expect(times(0, 250, 100)).toEqual([[100, 200], 2]);
  expect(times(9_990, 99_999, 10)).toEqual([[9_900, 10_000], 2]);
  expect(times(500, 500, 10)).toEqual([[500], 1]);
  expect(times(0, 50, 10)).toEqual([[], 0]);
  expect(times(0, 10_000, 5)).toEqual([[100, 2_600, 5_100, 7_500, 10_000], 100]);
  expect(times(0, 10_000, 1)).toEqual([[10_000], 100]);
  expect(times(700, 600, 5)).toEqual([[], 0]);
});

test('finds the picture that showed at a moment, and says whether that can change', async () => {
  keep(100);
  keep(300);
  const index = await new StillIndexes().of(log);
  const found = (atUs: number) => {
    const answer = index.find(atUs);
    return answer && [Buffer.from(answer.still.jpeg).toString(), answer.isFinal];
  };
  expect(found(99)).toBeUndefined();
  expect(found(100)).toEqual(['picture of 100', true]);
  expect(found(299)).toEqual(['picture of 100', true]);
  expect(found(300)).toEqual(['picture of 300', true]);
  expect(found(1_000)).toEqual(['picture of 300', false]);
  keep(500);
  expect(found(499)).toEqual(['picture of 300', true]);
  expect(found(500)).toEqual(['picture of 500', true]);
});

test('reads a log of before; one that was closed and opened again is read anew', async () => {
  for (let at = 10; at <= 700; at += 10) keep(at);
  const indexes = new StillIndexes();
  expect((await indexes.of(log)).list({ fromUs: 0, toUs: 9_999, count: 1000 }).total).toBe(70);
  expect(await indexes.of(log)).toBe(await indexes.of(log));
  log.close();
  log = store.open(sandbox, { createdAtMs: Date.now() });
  keep(900);
  expect((await indexes.of(log)).find(899)?.still.atUs).toBe(700);
  indexes.close();
});
