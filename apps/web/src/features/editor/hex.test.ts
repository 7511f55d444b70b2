import { expect, it } from 'vitest';
import { findType, hexRows } from './hex.ts';
import { viewKindOf } from './viewKind.ts';

it('writes bytes out, sixteen a row, from where they are', () => {
  const rows = hexRows(
    Uint8Array.from({ length: 18 }, (_, at) => 0x40 + at),
    256,
  );
  expect(rows).toEqual([
    { offset: '00000100', bytes: '40 41 42 43 44 45 46 47  48 49 4a 4b 4c 4d 4e 4f', text: '@ABCDEFGHIJKLMNO' },
    { offset: '00000110', bytes: `50 51${' '.repeat(43)}`, text: 'PQ' },
  ]);
});

it('knows kinds by their first bytes and by their names', () => {
  expect(findType(Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2]))).toBe('ELF program');
  expect(findType(Uint8Array.from([1, 2, 3]))).toBeUndefined();
  expect(viewKindOf('/home/user/A.PNG')).toEqual({ kind: 'image', type: 'image/png' });
  expect(viewKindOf('/home/user/png')).toEqual({ kind: 'text' });
  expect(viewKindOf('/home/user.png/notes')).toEqual({ kind: 'text' });
  expect(viewKindOf('/x/page.html')).toEqual({ kind: 'text' });
});
