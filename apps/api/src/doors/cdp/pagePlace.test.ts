import { expect, it } from 'vitest';
import { markOf, readPlace } from './pagePlace.ts';

it('is believed only where it can be true', () => {
  expect(readPlace({ result: { value: [10, 120.5, 1, 1280] } })).toEqual({ left: 10, top: 120.5, scale: 1 });
  for (const value of [[1, 2, 3], 'x', [Number.NaN, 1, 1, 5], ['a', 0, 1, 5], [0, 0, 99, 5], [0, 0, 1, 0], null])
    expect(readPlace({ result: { value } })).toBeNull();
});

it('a point of the page is one of the screen, with the buttons that are down', () => {
  const place = { left: 10, top: 120, scale: 2 };
  const mouse = (params: object) => markOf('Input.dispatchMouseEvent', params as never, place);
  expect(mouse({ type: 'mouseMoved', x: 5, y: 6, buttons: 0 })).toEqual({ x: 20, y: 132, buttons: 0 });
  expect(mouse({ type: 'mousePressed', x: 5, y: 6, button: 'right' })).toEqual({ x: 20, y: 132, buttons: 4 });
  expect(mouse({ type: 'mouseMoved', x: 5, y: 6, buttons: 3 })?.buttons).toBe(5);
  expect(mouse({ type: 'mouseReleased', x: 5, y: 6, button: 'left', buttons: 1 })?.buttons).toBe(0);
  expect(mouse({ type: 'mouseMoved', x: -500, y: 6 })).toBeNull();
  expect(markOf('Input.dispatchKeyEvent', { x: 1, y: 1 }, place)).toBeNull();
});
