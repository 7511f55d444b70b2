import type { Stats } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { chartsOf, mergeSamples, summaryOf } from './charts.ts';
import { sampleOf } from './statsModel.ts';

const stats = (atMs: number, cpuUsec: number): Stats => ({
  atMs,
  cpuUsec,
  cpus: 1,
  memoryBytes: 100,
  memoryLimitBytes: 1_000,
  diskBytes: 0,
  diskLimitBytes: null,
  pids: 1,
  network: { receivedBytes: 0, sentBytes: 0 },
});

it('goes on from the recording with what is live, and takes no rate over a hole', () => {
  const live = [sampleOf(stats(100_000, 7_000_000), undefined)];
  const merged = mergeSamples(
    [stats(10_000, 0), stats(20_000, 5_000_000), stats(90_000, 6_000_000), stats(100_000, 7_000_000)],
    live,
  );
  expect(merged.map(({ atMs, cpu }) => [atMs, cpu])).toEqual([
    [10_000, null],
    [20_000, 0.5],
    [90_000, null],
    [100_000, 1 / 10],
  ]);
});

it('draws the range that was asked for, with a gap where nothing was taken', () => {
  const samples = mergeSamples([stats(0, 0), stats(300_000, 0), stats(310_000, 0), stats(400_000, 0)], []);
  const { atSeconds, charts } = chartsOf(samples, 150_000, 400_000);
  expect(atSeconds).toEqual([300, 310, 310.001, 400]);
  expect(charts[1]).toMatchObject({ title: 'Memory', most: 1_000 });
  expect(charts[1]?.lines[0]?.values).toEqual([100, 100, null, 100]);
});

it('says a line in four numbers', () => {
  expect(summaryOf([null, 2, 4, null])).toEqual({ now: 4, least: 2, mean: 3, most: 4 });
  expect(summaryOf([null])).toBeNull();
});
