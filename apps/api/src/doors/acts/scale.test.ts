import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAX_SHOWN_EDGE, shownSize, toScreen, toShown } from './scale.ts';

const size = fc.record({ width: fc.integer({ min: 320, max: 7680 }), height: fc.integer({ min: 240, max: 4320 }) });

it('a screen is shown as it is, or made as small as models see', () => {
  expect(shownSize({ width: 1280, height: 800 })).toEqual({ width: 1280, height: 800 });
  expect(shownSize({ width: 3840, height: 2160 })).toEqual({ width: 1568, height: 882 });
  fc.assert(fc.property(size, (screen) => Math.max(...Object.values(shownSize(screen))) <= MAX_SHOWN_EDGE));
});

it('a point that was shown lies on the screen, and back again within a pixel of what can be told apart', () => {
  fc.assert(
    fc.property(
      size,
      size,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (screen, shown, fx, fy) => {
        const point = { x: fx * shown.width, y: fy * shown.height };
        const there = toScreen(point, shown, screen);
        expect(there.x).toBeLessThan(screen.width);
        expect(there.y).toBeLessThan(screen.height);
        const back = toShown(there, shown, screen);
        const near = (a: number, b: number, from: number, to: number) => Math.abs(a - b) <= 1 + from / to;
        expect(near(back.x, point.x, shown.width, screen.width)).toBe(true);
        expect(near(back.y, point.y, shown.height, screen.height)).toBe(true);
      },
    ),
  );
});

it('a point outside is refused, with the size that was shown', () => {
  const shown = { width: 640, height: 400 };
  for (const point of [
    { x: 641, y: 1 },
    { x: -1, y: 1 },
    { x: 1, y: 401 },
    { x: Number.NaN, y: 1 },
  ])
    expect(() => toScreen(point, shown, { width: 1280, height: 800 })).toThrow('640×400');
});
