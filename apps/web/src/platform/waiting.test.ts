import { openGate, type Sandbox } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { begun, waitingOf, waitingWords } from './waiting.ts';

const make = (id: string, gate: Partial<Sandbox['gate']>, phase = 'running') =>
  ({ id, name: id, phase, asked: null, gate: { ...openGate, ...gate } }) as Sandbox;

it('tells of each wait once', () => {
  const none = waitingOf([make('a', {}), make('b', { heldCalls: 1, sinceMs: 5 }, 'dead')]);
  expect(none.size).toBe(0);
  const one = waitingOf([make('a', { heldCalls: 1, sinceMs: 5 })]);
  expect(begun(none, one)).toEqual(['a']);
  expect(begun(one, waitingOf([make('a', { heldCalls: 2, sinceMs: 5 })]))).toEqual([]);
  expect(begun(one, waitingOf([make('a', { questions: 1, sinceMs: 9 })]))).toEqual(['a']);
});

it('shows hidden signs of a name', () => {
  expect(waitingWords(make('\u202eevil', { questions: 1, summary: 'Log in?' }))).toEqual({
    title: '\\u202Eevil asks you',
    body: 'Log in?',
  });
});
