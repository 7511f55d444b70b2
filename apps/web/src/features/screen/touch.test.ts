import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TouchGestures } from './touch.ts';

function gestures() {
  const done: string[] = [];
  let rest: (() => void) | null = null;
  const touch = new TouchGestures(
    {
      tap: (x, y) => done.push(`tap ${x},${y}`),
      longPress: (x, y) => done.push(`long ${x},${y}`),
      drag: (phase, x, y) => done.push(`${phase} ${x},${y}`),
      scroll: (x, y) => done.push(`scroll ${x},${y}`),
      pinch: (factor) => done.push(`pinch ${factor.toFixed(1)}`),
    },
    (_, callback) => {
      rest = callback;
      return () => {
        rest = null;
      };
    },
  );
  return { touch, done, wait: () => rest?.() };
}

it('taps, also with a trembling finger', () => {
  const { touch, done } = gestures();
  touch.down(1, 5, 5);
  touch.move(1, 8, 7);
  touch.up(1);
  expect(done).toEqual(['tap 8,7']);
});

it('right-clicks once where a finger rests, and does not tap when it lifts', () => {
  const { touch, done, wait } = gestures();
  touch.down(1, 5, 5);
  wait();
  touch.move(1, 90, 90);
  touch.up(1);
  expect(done).toEqual(['long 5,5']);
});

it('drags from where the finger came down', () => {
  const { touch, done } = gestures();
  touch.down(1, 0, 0);
  touch.move(1, 20, 0);
  touch.up(1);
  expect(done).toEqual(['start 0,0', 'move 20,0', 'end 20,0']);
});

it('scrolls with two fingers that go together, zooms with two that part', () => {
  const { touch, done } = gestures();
  touch.down(1, 0, 0);
  touch.down(2, 100, 0);
  touch.move(1, 0, 12);
  touch.move(2, 100, 12);
  touch.up(1);
  touch.up(2);
  expect(done.every((each) => each.startsWith('scroll'))).toBe(true);
  expect(done.length).toBeGreaterThan(0);
  const second = gestures();
  second.touch.down(1, 0, 0);
  second.touch.down(2, 100, 0);
  second.touch.move(2, 200, 0);
  second.touch.up(2);
  second.touch.up(1);
  expect(second.done).toEqual(['pinch 2.0']);
});

it('ends what it starts, whatever the fingers do', () => {
  const step = fc.record({ kind: fc.constantFrom('down', 'move', 'up', 'wait'), id: fc.nat(2), x: fc.nat(300) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { touch, done, wait } = gestures();
      const down = new Set<number>();
      for (const { kind, id, x } of steps) {
        if (kind === 'down' && !down.has(id)) {
          down.add(id);
          touch.down(id, x, x);
        } else if (kind === 'move') touch.move(id, x, x);
        else if (kind === 'up' && down.delete(id)) touch.up(id);
        else if (kind === 'wait') wait();
      }
      for (const id of down) touch.up(id);
      expect(touch.phase).toBe('idle');
      const count = (word: string) => done.filter((each) => each.startsWith(word)).length;
      expect(count('start')).toBe(count('end'));
    }),
  );
});
