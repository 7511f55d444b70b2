import { afterEach, expect, it, vi } from 'vitest';
import { startCountdown } from './countdown.ts';

afterEach(() => vi.useRealTimers());

it('counts running time only', () => {
  vi.useFakeTimers();
  let frozenMs = 0;
  const done = vi.fn();
  startCountdown(3000, done, () => Date.now() + frozenMs);
  vi.advanceTimersByTime(1200);
  frozenMs += 3_600_000;
  vi.advanceTimersByTime(900);
  expect(done).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1000);
  expect(done).toHaveBeenCalledOnce();
});

it('ends when told', () => {
  vi.useFakeTimers();
  const done = vi.fn();
  startCountdown(1000, done)();
  vi.advanceTimersByTime(5000);
  expect(done).not.toHaveBeenCalled();
});
