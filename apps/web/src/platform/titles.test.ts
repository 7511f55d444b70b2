import { expect, it } from 'vitest';
import { countedTitle, markOf, titleOf } from './titles.ts';

it('says the state of what does not run, and shows a hostile name as what it is', () => {
  expect(titleOf({ name: 'checkout', phase: 'running', asked: null })).toBe('checkout · Sandglass');
  expect(titleOf({ name: 'checkout', phase: 'frozen', asked: null })).toBe('Frozen · checkout · Sandglass');
  expect(titleOf({ name: 'checkout', phase: 'running', asked: 'freeze' })).toBe('Freezing… · checkout · Sandglass');
  expect(titleOf({ name: '\u202egnp.exe', phase: 'failed', asked: null })).toBe('Failed · \\u202Egnp.exe · Sandglass');
  expect(titleOf({ name: 'x'.repeat(4096), phase: 'running', asked: null })).toHaveLength(92);
});

it('counts who needs somebody', () => {
  expect(countedTitle('Sandboxes', 0)).toBe('Sandboxes · Sandglass');
  expect(countedTitle('Sandboxes', 2)).toBe('(2) Sandboxes · Sandglass');
  expect(countedTitle('Sandboxes', 200)).toBe('(99+) Sandboxes · Sandglass');
});

it('marks the tab by what a person must know', () => {
  expect(markOf({ phase: 'running', asked: null })).toBe('running');
  expect(markOf({ phase: 'freezing', asked: null })).toBe('frozen');
  expect(markOf({ phase: 'failed', asked: null })).toBe('failed');
  expect(markOf({ phase: 'dead', asked: null })).toBe('plain');
});
