import { expect, it } from 'vitest';
import { nameProblem, variablesOf } from './variables.ts';

it('shows what new programs are given, and of secrets the names alone', () => {
  const all = variablesOf({
    environment: { MODE: 'fast', HOME_PAGE: 'a' },
    environmentChanges: { MODE: 'slow', DEBUG: '1' },
    environmentRemoved: ['HOME_PAGE'],
    secretNames: ['API_KEY'],
  });
  expect(all).toEqual([
    { name: 'API_KEY', value: null, changed: false, removed: false },
    { name: 'DEBUG', value: '1', changed: true, removed: false },
    { name: 'HOME_PAGE', value: 'a', changed: true, removed: true },
    { name: 'MODE', value: 'slow', changed: true, removed: false },
  ]);
});

it('refuses what is no name', () => {
  expect(['A', '_x1', 'DEBUG'].map(nameProblem)).toEqual([undefined, undefined, undefined]);
  for (const name of ['', '1A', 'A-B', 'A B', 'Ä']) expect(nameProblem(name)).toBeDefined();
});
