import { expect, it } from 'vitest';
import { createLogClock } from './logClock.ts';

function host() {
  let [wallMs, awakeMs, sinceBootMs] = [1_000_000, 0, 50_000];
  const clock = createLogClock({
    wallMs: () => wallMs,
    awakeUs: () => awakeMs * 1_000,
    sinceBootUs: () => sinceBootMs * 1_000,
  });
  return {
    nowMs: () => clock.monotonicUs() / 1_000,
    work(ms: number): void {
      wallMs += ms;
      awakeMs += ms;
      sinceBootMs += ms;
    },
    sleep(ms: number): void {
      wallMs += ms;
      sinceBootMs += ms;
    },
    setWall(byMs: number): void {
      wallMs += byMs;
    },
  };
}

it('takes no step when the wall’s clock is set, forwards or back', () => {
  const { nowMs, work, setWall } = host();
  work(500);
  setWall(3_600_000);
  expect(nowMs()).toBe(500);
  work(10);
  setWall(-7_200_000);
  expect(nowMs()).toBe(510);
  work(10);
  expect(nowMs()).toBe(520);
});

it('goes on while the host sleeps, each time it does', () => {
  const { nowMs, work, sleep } = host();
  work(500);
  sleep(3_600_000);
  expect(nowMs()).toBe(3_600_500);
  work(10);
  expect(nowMs()).toBe(3_600_510);
  sleep(60_000);
  work(5);
  expect(nowMs()).toBe(3_660_515);
});

it('knows a sleep from a clock that was set in the same moment', () => {
  const { nowMs, work, sleep, setWall } = host();
  work(500);
  sleep(60_000);
  setWall(3_600_000);
  expect(nowMs()).toBe(60_500);
  sleep(60_000);
  setWall(-3_600_000);
  expect(nowMs()).toBe(120_500);
});
