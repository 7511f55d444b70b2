import { expect, it } from 'vitest';
import { stepOf } from './listSteps.ts';

it('leads from row to row and stays within them', () => {
  expect(stepOf('ArrowUp', 5, 5)).toBe(4);
  expect(stepOf('ArrowUp', 0, 5)).toBe(0);
  expect(stepOf('ArrowDown', 4, 5)).toBe(4);
  expect(stepOf('ArrowDown', 1, 5)).toBe(2);
  expect(stepOf('Home', 3, 5)).toBe(0);
  expect(stepOf('End', 0, 5)).toBe(4);
  expect(stepOf('b', 0, 5)).toBeUndefined();
  expect(stepOf('ArrowUp', 0, 0)).toBeUndefined();
});
