import { expect, it } from 'vitest';
import { nextName } from './terminals.ts';

const living = (name: string) => ({ name, exit: null });

it('gives each shell the lowest free number', () => {
  expect(nextName([])).toBe('you · bash');
  expect(nextName([living('you · bash'), living('you · bash 3')])).toBe('you · bash 2');
  expect(nextName([{ name: 'you · bash', exit: { code: 0, signal: null } }])).toBe('you · bash');
});
