import { expect, it } from 'vitest';
import { e2bKey, secretOfKey } from './vendorKey.ts';

it('writes any secret in the shape that older clients ask for, and reads it back', () => {
  for (const secret of ['sgt_start_abcdefgh234567', 'my own ~!@ token of 16']) {
    expect(e2bKey(secret)).toMatch(/^e2b_[0-9a-f]+$/);
    expect(secretOfKey(e2bKey(secret))).toBe(secret);
  }
});

it('leaves a secret alone that is none of its keys', () => {
  for (const secret of ['sgt_start_abc', 'e2b_', 'e2b_xyz', 'e2b_abc', '']) expect(secretOfKey(secret)).toBe(secret);
});
