import type { Stats } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { sampleOf } from './statsModel.ts';

const stats = (atMs: number, cpuUsec: number, receivedBytes = 0): Stats => ({
  atMs,
  cpuUsec,
  cpus: 2,
  memoryBytes: 1,
  memoryLimitBytes: null,
  diskBytes: 0,
  diskLimitBytes: null,
  pids: 1,
  network: { receivedBytes, sentBytes: 0 },
});

it('computes rates from two samples', () => {
  expect(sampleOf(stats(2_000, 1_000_000, 500), stats(1_000, 0))).toMatchObject({ cpu: 0.5, receivedPerSecond: 500 });
});

it('has no rate for the first sample, nor after a counter went back', () => {
  expect(sampleOf(stats(1_000, 5), undefined).cpu).toBeNull();
  expect(sampleOf(stats(2_000, 5), stats(1_000, 900))).toMatchObject({ cpu: null, receivedPerSecond: 0 });
});
