import { expect, it } from 'vitest';
import { colourOf } from './paint.ts';

const palette = { named: Array.from({ length: 16 }, (_, i) => `named-${i}`) };

it.each([
  [undefined, undefined],
  [3, 'named-3'],
  [15, 'named-15'],
  [16, 'rgb(0 0 0)'],
  [196, 'rgb(255 0 0)'],
  [21, 'rgb(0 0 255)'],
  [231, 'rgb(255 255 255)'],
  [232, 'rgb(8 8 8)'],
  [255, 'rgb(238 238 238)'],
  [0x100_0000, 'rgb(0 0 0)'],
  [0x112_3456, 'rgb(18 52 86)'],
])('the colour %s is %s', (colour, expected) => {
  expect(colourOf(colour, palette)).toBe(expected);
});
