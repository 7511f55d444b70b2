import fc from 'fast-check';
import { expect, it } from 'vitest';
import { firstWhere } from './firstWhere.ts';

it('finds what a look at each one would find, in a few looks', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100)), fc.nat(101), (numbers, wanted) => {
      const sorted = numbers.toSorted((one, other) => one - other);
      let looks = 0;
      const found = firstWhere(sorted, (each) => {
        looks++;
        return each >= wanted;
      });
      const naive = sorted.findIndex((each) => each >= wanted);
      expect(found).toBe(naive === -1 ? sorted.length : naive);
      expect(looks).toBeLessThanOrEqual(Math.ceil(Math.log2(sorted.length + 1)) + 1);
    }),
  );
});
