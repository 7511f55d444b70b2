import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CursorsModel } from './cursorsModel.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const mark = (by: string, x: number, buttons = 0) => ({ by, actor: 'person' as const, name: 'Ann', x, y: 1, buttons });

it('keeps one cursor a hand, counts its presses but not the wheel, and forgets who rests', () => {
  const cursors = new CursorsModel();
  cursors.handleMark(mark('a', 1));
  cursors.handleMark(mark('b', 2));
  for (const buttons of [1, 1, 0, 4, 0, 8, 0]) cursors.handleMark(mark('a', 9, buttons));
  expect(cursors.state.map(({ by, x, presses }) => [by, x, presses])).toEqual([
    ['b', 2, 0],
    ['a', 9, 2],
  ]);
  vi.advanceTimersByTime(5_000);
  cursors.handleMark(mark('a', 10));
  vi.advanceTimersByTime(2_000);
  expect(cursors.state.map(({ by }) => by)).toEqual(['a']);
  cursors.clear();
  expect(cursors.state).toEqual([]);
});
