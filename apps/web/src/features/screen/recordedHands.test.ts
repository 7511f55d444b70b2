import { encodePointerMark, type PointerMark } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { HandsCursor } from './recordedHands.ts';

const mark = (x: number, part: Partial<PointerMark> = {}): PointerMark => ({
  ...{ actor: 'agent', by: 'a', name: 'Agent', x, y: 1, buttons: 0 },
  ...part,
});
const frames = [mark(1), mark(2, { buttons: 1 }), mark(2), mark(2, { key: 'Enter' }), mark(9, { by: 'b' })].map(
  (each, at) => ({ kind: 9, seq: at + 1, atUs: (at + 1) * 1_000_000, payload: encodePointerMark(each) }),
);
const recording = { framesAt: async (_track: string, atUs: number) => frames.filter((each) => each.atUs <= atUs) };

it('shows each mark once on the way forward, keys too', async () => {
  const seen: string[] = [];
  const hands = new HandsCursor(recording as never, ({ x, buttons, key }) => seen.push(`${x} ${key ?? buttons}`));
  for (const seconds of [1, 1.5, 2, 3, 4, 4.2, 5]) await hands.show(seconds * 1_000_000);
  expect(seen).toEqual(['1 0', '2 1', '2 0', '2 Enter', '9 0']);
});

it('after a jump shows where each hand was, and presses nothing again', async () => {
  const seen: string[] = [];
  const hands = new HandsCursor(recording as never, ({ by, x, buttons, key }) =>
    seen.push(`${by}${x} ${key ?? buttons}`),
  );
  await hands.show(5_000_000);
  await hands.show(2_000_000);
  expect(seen).toEqual(['a2 0', 'b9 0', 'a2 0']);
  await hands.show(60_000_000);
  expect(seen).toHaveLength(3);
});
