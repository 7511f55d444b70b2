import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxId, type Stats } from '@sandglass/protocol';
import { decodeStats, encodeStats } from '@sandglass/replay';
import { afterAll, expect, it } from 'vitest';
import { openLogStore } from './logStore.ts';
import { readStats, StatsRecorder } from './statsTrack.ts';

const directory = mkdtempSync(join(tmpdir(), 'sandglass-stats-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const sandbox = SandboxId.parse('sbx_aaaa');
const statsAt = (atMs: number): Stats => ({
  atMs,
  cpuUsec: atMs * 10,
  cpus: 2,
  memoryBytes: 5,
  memoryLimitBytes: null,
  diskBytes: 6,
  diskLimitBytes: 7,
  pids: 3,
  network: { receivedBytes: 8, sentBytes: 9 },
});

it('keeps every number of a sample', () => {
  expect(decodeStats(encodeStats(statsAt(1_000)))).toEqual(statsAt(1_000));
});

it('records what runs, goes on after one that fails, and reads back from a time on, also after a restart', async () => {
  let tick = () => {};
  let nowMs = 1_000;
  const broken = SandboxId.parse('sbx_bbbb');
  const store = openLogStore({ directory });
  const recorder = new StatsRecorder({
    running: () => [broken, sandbox],
    stats: async (id) => {
      if (id === broken) throw new Error('gone');
      return statsAt(nowMs);
    },
    log: (id) => store.open(id, { createdAtMs: 1 }),
    every: (_, callback) => {
      tick = callback;
      return () => {
        tick = () => {};
      };
    },
  });
  recorder.start();
  for (nowMs of [1_000, 2_000, 3_000]) await recorder.sample();
  recorder.close();
  tick();
  store.close();
  const again = openLogStore({ directory });
  const log = again.open(sandbox, { createdAtMs: 1 });
  expect(readStats(log, 2_000, 0).map((stats) => stats.atMs)).toEqual([2_000, 3_000]);
  again.close();
});
