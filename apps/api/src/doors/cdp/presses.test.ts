import { expect, it } from 'vitest';
import { Presses } from './presses.ts';

const mouse = (type: string, x = 0, y = 0, sessionId = 'S') => ({
  id: 1,
  method: 'Input.dispatchMouseEvent',
  params: { type, x, y },
  sessionId,
});

it('moves and the release of a press go along where a person moved it, and nothing after', () => {
  const presses = new Presses();
  presses.allow({ isPress: true });
  presses.move(mouse('mousePressed', 100, 60), { x: 100, y: 160 });
  expect(presses.follow(mouse('mouseMoved', 101, 61))).toEqual({ type: 'mouseMoved', x: 101, y: 161 });
  expect(presses.follow(mouse('mouseReleased', 0, 0, 'T'))).toBeNull();
  expect(presses.follow({ ...mouse('x'), method: 'Input.dispatchKeyEvent' })).toBeNull();
  // Something else may come through meanwhile; a press of its own begins anew.
  presses.allow({ isPress: false });
  expect(presses.follow(mouse('mouseReleased', 101, 61))).toEqual({ type: 'mouseReleased', x: 101, y: 161 });
  expect(presses.follow(mouse('mouseReleased', 101, 61))).toBeNull();
  presses.move(mouse('mousePressed', 1, 1), { x: 5, y: 5 });
  presses.allow({ isPress: true });
  expect(presses.follow(mouse('mouseReleased', 1, 1))).toBeNull();
});

it('nothing is released that was never pressed: once, in its session', () => {
  const presses = new Presses();
  expect(presses.takesRelease(mouse('mouseReleased'))).toBe(false);
  presses.refuse('S');
  expect(presses.takesRelease(mouse('mouseMoved'))).toBe(false);
  expect(presses.takesRelease(mouse('mouseReleased', 0, 0, 'T'))).toBe(false);
  expect(presses.takesRelease(mouse('mouseReleased'))).toBe(true);
  expect(presses.takesRelease(mouse('mouseReleased'))).toBe(false);
  presses.refuse('S');
  presses.allow({ isPress: false });
  expect(presses.takesRelease(mouse('mouseReleased'))).toBe(false);
});
