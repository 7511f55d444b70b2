import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StrokesModel } from './strokesModel.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const strike = (strokes: StrokesModel, by: string, ...keys: string[]) => {
  for (const key of keys) strokes.handleMark({ by, actor: 'person', name: by, x: 0, y: 0, buttons: 0, key });
};
const shown = (strokes: StrokesModel) =>
  strokes.state.map(({ by, keys }) => [by, ...keys.map(({ text, times }) => (times > 1 ? `${text}×${times}` : text))]);

it('tells each hand’s keys, characters as dots, the same key as a number', () => {
  const strokes = new StrokesModel();
  strike(strokes, 'Ann', '•', '•', '•', 'Enter', '↓', '↓', 'Ctrl+C');
  strike(strokes, 'Bo', 'Esc');
  expect(shown(strokes)).toEqual([
    ['Ann', '•••', 'Enter', '↓×2', 'Ctrl+C'],
    ['Bo', 'Esc'],
  ]);
  strike(strokes, 'Ann', ...Array.from({ length: 40 }, () => '•'));
  expect(shown(strokes)[1]!.at(-1)).toHaveLength(16);
});

it('forgets a hand some moments after its last key', () => {
  const strokes = new StrokesModel();
  strike(strokes, 'Ann', 'Tab');
  vi.advanceTimersByTime(2_000);
  strike(strokes, 'Bo', 'Tab');
  vi.advanceTimersByTime(1_000);
  expect(shown(strokes)).toEqual([['Bo', 'Tab']]);
  strokes.clear();
  expect(strokes.state).toEqual([]);
});
