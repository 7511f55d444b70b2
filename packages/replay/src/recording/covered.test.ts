import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Covered } from './covered.ts';

test('says of each area whether something of it still shows, pixel by pixel', () => {
  const side = fc.integer({ min: 1, max: 80 });
  const area = fc.record({ x: fc.nat(90), y: fc.nat(90), width: fc.nat(70), height: fc.nat(70) });
  fc.assert(
    fc.property(side, side, fc.array(area, { maxLength: 12 }), (width, height, areas) => {
      const covered = new Covered(width, height);
      const truth = new Set<number>();
      for (const each of areas) {
        const before = truth.size;
        for (let y = each.y; y < Math.min(height, each.y + each.height); y++)
          for (let x = each.x; x < Math.min(width, each.x + each.width); x++) truth.add(y * width + x);
        expect(covered.add(each)).toBe(truth.size > before);
      }
    }),
  );
});
