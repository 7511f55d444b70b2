import { expect, it } from 'vitest';
import { crowdingOf, MOST_CROWDED } from './crowding.ts';

it('leaves out as little as makes it fit, and everything where nothing does', () => {
  const tried: number[] = [];
  const needs = (least: number) =>
    crowdingOf((step) => {
      tried.push(step);
      return step >= least;
    });
  expect(needs(0)).toBe(0);
  expect(tried).toEqual([0]);
  expect(needs(3)).toBe(3);
  tried.length = 0;
  expect(needs(99)).toBe(MOST_CROWDED);
});
