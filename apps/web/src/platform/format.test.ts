import { expect, it } from 'vitest';
import { formatBytes, formatDuration } from './format.ts';

it('writes sizes in three figures', () => {
  expect([0, 512, 1_024, 4_404_019, 438_304_768, 2 ** 31].map(formatBytes)).toEqual([
    '0 B',
    '512 B',
    '1 KB',
    '4.2 MB',
    '418 MB',
    '2 GB',
  ]);
});

it('writes durations as a person would', () => {
  expect([0.4, 18, 6_400, 200_000, 7_500_000].map(formatDuration)).toEqual(['0ms', '18ms', '6.4s', '3m 20s', '2h 5m']);
});
