import { expect, it } from 'vitest';
import { WindowPace } from './windowPace.ts';

/** How often it is told within so long, when something changes every 10 ms. */
function tellings(news: 'windows' | 'title', forMs: number): number {
  const pace = new WindowPace();
  let dueMs: number | null = null;
  let times = 0;
  for (let nowMs = 1_000; nowMs < 1_000 + forMs; nowMs += 10) {
    if (dueMs !== null && nowMs >= dueMs) {
      pace.told(news, nowMs);
      times++;
      dueMs = null;
    }
    dueMs ??= pace.lookAtMs(news, nowMs);
  }
  return times;
}

it('tells what happens now and then a moment later', () => {
  const pace = new WindowPace();
  expect(pace.lookAtMs('title', 5_000)).toBe(5_120);
  pace.told('title', 5_120);
  expect(pace.lookAtMs('title', 5_130)).toBe(5_370);
  expect(pace.lookAtMs('title', 60_000)).toBe(60_120);
});

it('coalesces a title that changes a hundred times a second', () => {
  expect(tellings('title', 1_000)).toBeLessThanOrEqual(4);
  const minute = tellings('title', 60_000);
  expect(minute).toBeGreaterThanOrEqual(30);
  expect(minute).toBeLessThanOrEqual(34);
});

it('slows windows down that come and go without end', () => {
  const minute = tellings('windows', 60_000);
  expect(minute).toBeGreaterThanOrEqual(60);
  expect(minute).toBeLessThanOrEqual(81);
});

it('does not let a title keep a window waiting', () => {
  const pace = new WindowPace();
  for (let at = 0; at < 20; at++) pace.told('title', 1_000);
  expect(pace.lookAtMs('title', 2_000)).toBeGreaterThan(30_000);
  expect(pace.lookAtMs('windows', 2_000)).toBe(2_120);
});
