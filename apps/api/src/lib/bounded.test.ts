import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bounded, oneLine } from './bounded.ts';

test('what is recorded is bounded whatever comes', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })),
      fc.integer({ min: 64, max: 4096 }),
      (value, max) => {
        expect(Buffer.byteLength(JSON.stringify(bounded(value, max)))).toBeLessThanOrEqual(max);
      },
    ),
  );
});

test('what is small stays as it is, what is long says how much is missing', () => {
  expect(bounded({ path: 'a', list: [1, 2] })).toEqual({ path: 'a', list: [1, 2] });
  expect(String(bounded({ text: 'x'.repeat(9000) }).text)).toMatch(/^x{2048}… \(6952 more characters\)$/);
});

test('one line has no control characters and an end', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const line = oneLine(text, 50);
      expect(line.length).toBeLessThanOrEqual(50);
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/u);
    }),
  );
});
