import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Gesture, type GestureAct, type GestureEvent, gesture } from './gestures.ts';

function play(events: readonly GestureEvent[]): { state: Gesture; acts: GestureAct[] } {
  let state: Gesture = { phase: 'idle' };
  const acts: GestureAct[] = [];
  for (const event of events) {
    const [next, act] = gesture(state, event);
    state = next;
    if (act !== undefined) acts.push(act);
  }
  return { state, acts };
}

const down = (id: number, xPx: number, select = false): GestureEvent => ({ type: 'down', id, xPx, select });
const move = (id: number, xPx: number): GestureEvent => ({ type: 'move', id, xPx });
const up = (id: number, xPx: number): GestureEvent => ({ type: 'up', id, xPx });

it('takes a press that hardly moves for a tap', () => {
  expect(play([down(1, 100), move(1, 102), up(1, 102)])).toEqual({
    state: { phase: 'idle' },
    acts: [{ act: 'tap', xPx: 102 }],
  });
});

it('pans by exactly as far as the hand moved', () => {
  const { acts } = play([down(1, 100), move(1, 110), move(1, 90), up(1, 90)]);
  expect(acts).toEqual([
    { act: 'pan', deltaPx: 10 },
    { act: 'pan', deltaPx: -20 },
  ]);
});

it('selects with Shift or the tool, from where it began', () => {
  expect(play([down(1, 100, true), move(1, 150), move(1, 60), up(1, 60)]).acts.at(-1)).toEqual({
    act: 'select',
    fromPx: 100,
    toPx: 60,
  });
});

it('zooms around the middle of two fingers, and pans on with the one that stays', () => {
  const { state, acts } = play([down(1, 100), down(2, 200), move(2, 300), up(1, 100), move(2, 310)]);
  expect(acts).toEqual([
    { act: 'pinch', factor: 0.5, aroundPx: 150, deltaPx: 50 },
    { act: 'pan', deltaPx: 10 },
  ]);
  expect(state.phase).toBe('panning');
});

it('is idle again when every finger is gone, whatever they did', () => {
  const step = fc.record({
    type: fc.constantFrom<GestureEvent['type']>('down', 'move', 'up', 'cancel'),
    id: fc.integer({ min: 1, max: 3 }),
    xPx: fc.integer({ min: 0, max: 500 }),
    select: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const all = [1, 2, 3].flatMap((id) => [up(id, 0), up(id, 0)]);
      expect(play([...steps, ...all]).state.phase).toBe('idle');
    }),
  );
});
