import { describe, expect, it } from 'vitest';
import { chooseAll, extend, keepShown, nothingChosen, placeAfter, type Selection, toggle } from './selection.ts';

const order = ['a', 'b', 'c', 'd', 'e'];
const chosen = ({ chosen }: Selection<string>) => [...chosen].sort();
const start: Selection<string> = nothingChosen;

describe('a selection', () => {
  it('takes one in and out', () => {
    const one = toggle(start, 'b');
    expect(chosen(one)).toEqual(['b']);
    expect(chosen(toggle(one, 'b'))).toEqual([]);
  });

  it('reaches from the last one chosen, both ways, and keeps what it has', () => {
    const b = toggle(start, 'b');
    expect(chosen(extend(b, 'd', order))).toEqual(['b', 'c', 'd']);
    expect(chosen(extend(extend(b, 'd', order), 'a', order))).toEqual(['a', 'b', 'c', 'd']);
    expect(chosen(extend(start, 'c', order))).toEqual(['c']);
    expect(chosen(extend({ chosen: new Set(['c']), anchor: undefined }, 'c', order))).toEqual(['c']);
  });

  it('forgets what is no longer on the wall', () => {
    const all = chooseAll(order);
    const kept = keepShown(all, ['c', 'd']);
    expect(chosen(kept)).toEqual(['c', 'd']);
    expect(kept.anchor).toBeUndefined();
    expect(keepShown(all, order)).toBe(all);
  });
});

it.each([
  ['ArrowRight', 0, 1],
  ['ArrowLeft', 0, undefined],
  ['ArrowDown', 1, 4],
  ['ArrowDown', 4, 6],
  ['ArrowDown', 5, 6],
  ['ArrowDown', 6, 6],
  ['ArrowUp', 4, 1],
  ['ArrowUp', 1, undefined],
  ['Home', 5, 0],
  ['End', 0, 6],
  ['x', 0, undefined],
])('%s from %s of seven cards in three columns leads to %s', (key, at, to) => {
  expect(placeAfter(key, at, 7, 3)).toBe(to);
});
