import { expect, it, vi } from 'vitest';
import { NewsList } from './newsList.ts';

it('keeps what was said, the newest first, until it is cleared', () => {
  let nowMs = 1;
  const list = new NewsList(() => nowMs++);
  const heard = vi.fn();
  list.subscribe(heard);
  list.add('say', 'Checkpoint #1', undefined);
  list.add('fail', 'It was not frozen', 'The server does not answer');
  expect(list.state.map(({ title, atMs, seen }) => [title, atMs, seen])).toEqual([
    ['It was not frozen', 2, false],
    ['Checkpoint #1', 1, false],
  ]);
  list.markSeen();
  list.markSeen();
  expect(list.state.every(({ seen }) => seen)).toBe(true);
  expect(heard).toHaveBeenCalledTimes(3);
  list.clear();
  expect(list.state).toEqual([]);
});

it('lets the oldest go', () => {
  const list = new NewsList(() => 0);
  for (let count = 1; count <= 60; count++) list.add('say', `${count}`, undefined);
  expect(list.state).toHaveLength(50);
  expect(list.state.at(-1)?.title).toBe('11');
});
