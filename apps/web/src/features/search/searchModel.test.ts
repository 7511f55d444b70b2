import type { Found, SearchResult } from '@sandglass/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SearchModel } from './searchModel.ts';

const found = (...times: number[]): SearchResult => ({
  items: times.map((atUs) => ({ atUs, seq: atUs }) as Found),
  total: times.length,
  complete: true,
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('asks once a person pauses, and only for the last words', async () => {
  const asked: string[] = [];
  const model = new SearchModel(async (words) => {
    asked.push(words);
    return found(10);
  });
  model.look('np');
  expect(model.state.phase).toBe('idle');
  model.look('npm');
  model.look('npm test');
  expect(model.state.phase).toBe('searching');
  await vi.runAllTimersAsync();
  expect([asked, model.state.phase, model.state.total]).toEqual([['npm test'], 'found', 1]);
});

test('an answer that came too late is not shown', async () => {
  const answers = new Map<string, (result: SearchResult) => void>();
  const model = new SearchModel((words) => new Promise((resolve) => answers.set(words, resolve)));
  model.look('first');
  await vi.advanceTimersByTimeAsync(200);
  model.look('second');
  await vi.advanceTimersByTimeAsync(200);
  answers.get('second')!(found(2));
  await vi.advanceTimersByTimeAsync(0);
  answers.get('first')!(found(1, 1, 1));
  await vi.advanceTimersByTimeAsync(0);
  expect([model.state.words, model.state.total]).toEqual(['second', 1]);
});

test('walks from the moment that is shown, around the ends', async () => {
  const model = new SearchModel(async () => found(10, 20, 30));
  model.look('npm');
  await vi.runAllTimersAsync();
  expect(model.next(15)?.atUs).toBe(20);
  expect([model.next(0)?.atUs, model.next(0)?.atUs, model.previous(0)?.atUs]).toEqual([30, 10, 30]);
  await model.ask();
  expect(model.previous(15)?.atUs).toBe(10);
  await model.ask();
  expect(model.next(null)?.atUs).toBe(10);
});

test('says what failed, and asks again', async () => {
  let broken = true;
  const model = new SearchModel(async () => {
    if (broken) throw new Error('away');
    return found(1);
  });
  model.look('npm');
  await vi.runAllTimersAsync();
  expect(model.state).toMatchObject({ phase: 'failed', words: 'npm' });
  broken = false;
  await model.ask();
  expect(model.state.phase).toBe('found');
});
