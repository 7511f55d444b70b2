import { STRIP_CELLS } from '@sandglass/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyStrip, markStrip } from './storedRun.ts';

test('a strip shows when something was done, and what counts most of it', () => {
  const strip = [
    [0, 'a'],
    [130_000, 'a'],
    [180_000, 'e'],
    [186_000, 'p'],
    [250_000, 'p'],
  ].reduce((before, [atUs, mark]) => markStrip(before, atUs as number, mark as 'a' | 'p' | 'e'), emptyStrip);
  expect(strip).toEqual({ cellUs: 62_500, cells: 'a.e.p' });
});

test('a strip of any length stays short, and no mark falls out of it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(40_000_000_000), fc.constantFrom('a' as const, 'p' as const, 'e' as const)), {
        minLength: 1,
        maxLength: 200,
      }),
      (marks) => {
        marks.sort(([one], [other]) => one - other);
        const strip = marks.reduce((before, [atUs, mark]) => markStrip(before, atUs, mark), emptyStrip);
        expect(strip.cells.length).toBeLessThanOrEqual(STRIP_CELLS);
        for (const [atUs] of marks) expect(strip.cells[Math.floor(atUs / strip.cellUs)]).not.toBe('.');
        expect(strip.cells.includes('e')).toBe(marks.some(([, mark]) => mark === 'e'));
      },
    ),
  );
});
