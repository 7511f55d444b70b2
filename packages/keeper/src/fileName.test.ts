import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeName } from './fileName.ts';

const name = (...bytes: number[]) => encodeName(Uint8Array.from(bytes));

it('keeps text, and writes other bytes so that none is lost, as the guest does', () => {
  expect(name(...new TextEncoder().encode('füße 😀.txt'))).toBe('füße 😀.txt');
  expect(name(0x62, 0xff, 0xfe)).toBe('b\u{10ffff}\u{10fffe}');
  // Half a character, and a name that uses what stands for bytes.
  expect(name(0xc3)).toBe('\u{10ffc3}');
  expect(name(...new TextEncoder().encode('\u{10ffff}'))).toBe('\u{10fff4}\u{10ff8f}\u{10ffbf}\u{10ffbf}');
});

it('gives different names to different bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), fc.uint8Array({ maxLength: 12 }), (one, other) => {
      expect(encodeName(one) === encodeName(other)).toBe(Buffer.from(one).equals(other));
    }),
  );
});
