import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PointerWatch } from './pointerWatch.ts';
import type { XPointer } from './xWire.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function world() {
  const told: string[] = [];
  let now: XPointer | undefined = { x: 1, y: 2, buttons: 0 };
  let asked = 0;
  const watch = new PointerWatch(
    async () => {
      asked++;
      return now;
    },
    ({ x, y, buttons }) => void told.push(`${x},${y} ${buttons}`),
  );
  const set = (next: XPointer | undefined) => {
    now = next;
  };
  return { watch, told, set, asked: () => asked };
}

it('asks at once and then ten times a second, while something moves, and tells what is new', async () => {
  const { watch, told, set, asked } = world();
  for (let ms = 0; ms < 1_000; ms += 10) {
    set({ x: ms, y: 2, buttons: 0 });
    watch.moved(0);
    await vi.advanceTimersByTimeAsync(10);
  }
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told.length).toBeGreaterThan(8);
  expect(asked()).toBeLessThanOrEqual(12);
  expect(told.at(-1)).toBe('990,2 0');
  watch.moved(0);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told.at(-1)).toBe('990,2 0');
  expect(asked()).toBeLessThanOrEqual(13);
});

it('tells a press that was over before it could ask, and its end', async () => {
  const { watch, told } = world();
  watch.moved(4);
  await vi.advanceTimersByTimeAsync(500);
  expect(told).toEqual(['1,2 4', '1,2 0']);
});

it('rests when nobody answers, and asks again when something moves', async () => {
  const { watch, told, set } = world();
  set(undefined);
  watch.moved(0);
  await vi.advanceTimersByTimeAsync(500);
  set({ x: 3, y: 4, buttons: 1 });
  watch.moved(0);
  await vi.advanceTimersByTimeAsync(500);
  expect(told).toEqual(['3,4 1']);
});
