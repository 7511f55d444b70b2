import { expect, it } from 'vitest';
import { ServerClock } from './serverClock.ts';

it('corrects a browser that is an hour off, and leaves the network’s way alone', () => {
  const clock = new ServerClock();
  clock.hear(3_600_000 + 100, 0, 200);
  expect(clock.state).toBe(3_600_000);
  clock.hear(1_000 + 900, 1_000, 1_200);
  expect(clock.state).toBe(0);
  clock.hear(-500_000, 0, 100);
  expect(clock.state).toBe(-500_050);
});

it('does not believe an answer that took longer than what it says', () => {
  const clock = new ServerClock();
  clock.hear(10_000, 0, 30_000);
  expect(clock.state).toBe(0);
});
