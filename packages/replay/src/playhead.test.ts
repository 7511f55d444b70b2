import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { atOf, live, movePlayhead, type PlayEnd, type Playhead, type PlayheadEvent, speeds } from './playhead.ts';

const SECOND = 1_000_000;
const growing: PlayEnd = { nowUs: 60 * SECOND, growing: true };
const ended: PlayEnd = { nowUs: 60 * SECOND, growing: false };
const past = (atUs: number): Playhead => ({ phase: 'past', atUs });
const playing = (atUs: number, speed: (typeof speeds)[number] = 1): Playhead => ({ phase: 'playing', atUs, speed });

const anyEvent: fc.Arbitrary<PlayheadEvent> = fc.oneof(
  fc.record({ kind: fc.constant('seek' as const), atUs: fc.integer({ min: -SECOND, max: 90 * SECOND }) }),
  fc.record({ kind: fc.constant('play' as const), speed: fc.constantFrom(...speeds) }),
  fc.constantFrom({ kind: 'pause' as const }, { kind: 'live' as const }),
  fc.record({
    kind: fc.constant('tick' as const),
    elapsedUs: fc.integer({ min: 0, max: 5 * SECOND }),
    nextUs: fc.integer({ min: 0, max: 60 * SECOND }),
  }),
);

describe('playhead', () => {
  test('is never outside of what is recorded, and live only where something is still recorded', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), fc.boolean(), (events, grows) => {
        const end = grows ? growing : ended;
        let state: Playhead = grows ? live : past(0);
        for (const event of events) {
          const before = state;
          state = movePlayhead(state, event, end);
          const atUs = atOf(state, end);
          expect(atUs >= 0 && atUs <= end.nowUs).toBe(true);
          if (!grows) expect(state.phase).not.toBe('live');
          if (event.kind === 'tick') expect(atUs).toBeGreaterThanOrEqual(atOf(before, end));
        }
      }),
    );
  });

  test('plays at its speed, and joins live at the end', () => {
    const later = movePlayhead(playing(10 * SECOND, 4), { kind: 'tick', elapsedUs: SECOND }, growing);
    expect(later).toEqual(playing(14 * SECOND, 4));
    expect(movePlayhead(playing(59 * SECOND, 4), { kind: 'tick', elapsedUs: SECOND }, growing)).toEqual(live);
    expect(movePlayhead(playing(59 * SECOND, 4), { kind: 'tick', elapsedUs: SECOND }, ended)).toEqual(
      past(60 * SECOND),
    );
  });

  test('skips idle time up to a moment before what follows', () => {
    const tick = (nextUs: number): PlayheadEvent => ({ kind: 'tick', elapsedUs: 20_000, nextUs });
    expect(movePlayhead(playing(10 * SECOND), tick(40 * SECOND), growing)).toEqual(playing(39.5 * SECOND));
    expect(movePlayhead(playing(10 * SECOND), tick(11 * SECOND), growing)).toEqual(playing(10.02 * SECOND));
  });

  test('a seek goes on playing, a pause of live stands where it was', () => {
    expect(movePlayhead(playing(0, 2), { kind: 'seek', atUs: 5 * SECOND }, growing)).toEqual(playing(5 * SECOND, 2));
    expect(movePlayhead(live, { kind: 'pause' }, growing)).toEqual(past(60 * SECOND));
    expect(movePlayhead(past(0), { kind: 'seek', atUs: 90 * SECOND }, growing)).toEqual(live);
    expect(movePlayhead(past(60 * SECOND), { kind: 'play', speed: 1 }, ended)).toEqual(playing(0));
  });
});
