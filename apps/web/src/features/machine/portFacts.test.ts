// @vitest-environment jsdom
import { expect, it } from 'vitest';
import { guessOf, readLabels, writeLabel } from './portFacts.ts';

it('guesses what is spoken by the program and the number', () => {
  expect(guessOf({ port: 4321, process: 'node' })).toBe('http');
  expect(guessOf({ port: 9222, process: 'chromium' })).toBe('cdp');
  expect(guessOf({ port: 5432, process: null })).toBe('database');
  expect(guessOf({ port: 4321, process: 'mystery' })).toBeNull();
});

it('keeps labels a sandbox, and only so many', () => {
  writeLabel('sbx_a', 3000, ' shop ');
  expect(readLabels('sbx_a')).toEqual({ 3000: 'shop' });
  expect(readLabels('sbx_b')).toEqual({});
  for (let i = 0; i < 150; i++) writeLabel(`sbx_${i}`, 1, 'x');
  expect(readLabels('sbx_a')).toEqual({});
  writeLabel('sbx_149', 1, '');
  expect(readLabels('sbx_149')).toEqual({});
});
