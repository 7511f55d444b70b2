import { laneNames } from '@sandglass/replay';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { laneAt, layOut, leastHeight } from './laneLayout.ts';

it('fits every row into the height there is, one under the other, at any height and with or without a film', () => {
  fc.assert(
    fc.property(fc.integer({ min: leastHeight(true), max: 900 }), fc.boolean(), (heightPx, hasFilm) => {
      const layout = layOut(heightPx, { hasFilm, kind: 'full' });
      expect(layout.heightPx).toBeLessThanOrEqual(heightPx);
      const rows = [layout.film, ...laneNames.map((name) => layout.lanes[name]!), layout.axis].filter(
        (row) => row !== null,
      );
      let top = 0;
      for (const row of rows) {
        expect(row.topPx).toBe(top);
        expect(row.heightPx).toBeGreaterThanOrEqual(14);
        top += row.heightPx;
      }
      expect(top).toBe(layout.heightPx);
      for (const name of laneNames) expect(laneAt(layout, layout.lanes[name]!.topPx)).toBe(name);
      expect(laneAt(layout, layout.axis.topPx)).toBeNull();
    }),
  );
});

it('keeps the agent’s lane and the flags where there is little room', () => {
  const layout = layOut(44, { hasFilm: false, kind: 'slim' });
  expect(Object.keys(layout.lanes)).toEqual(['agent']);
  expect(layout.axis.topPx + layout.axis.heightPx).toBe(44);
});
