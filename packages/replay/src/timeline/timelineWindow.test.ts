import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisStep, formatElapsed, formatTick } from './timeAxis.ts';
import {
  advance,
  fitAll,
  followNow,
  isLive,
  MIN_SPAN_US,
  panBy,
  reveal,
  showRange,
  spanOf,
  type TimelineWindow,
  zoomAround,
} from './timelineWindow.ts';

const MINUTE = 60_000_000;
const now = 60 * MINUTE;

type Move = (window: TimelineWindow, nowUs: number) => TimelineWindow;
const moves: fc.Arbitrary<Move> = fc.oneof(
  fc.tuple(fc.double({ min: 0.001, max: 1_000, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })).map(
    ([factor, share]): Move =>
      (window, nowUs) =>
        zoomAround(window, { factor, aroundUs: window.fromUs + share * spanOf(window), nowUs }),
  ),
  fc.integer({ min: -1e10, max: 1e10 }).map(
    (deltaUs): Move =>
      (window, nowUs) =>
        panBy(window, deltaUs, nowUs),
  ),
  fc.nat(1e10).map(
    (atUs): Move =>
      (window, nowUs) =>
        reveal(window, Math.min(atUs, nowUs), nowUs),
  ),
  fc.constant<Move>((_window, nowUs) => fitAll(nowUs)),
  fc.constant<Move>((window, nowUs) => followNow(nowUs, spanOf(window))),
);

describe('the window', () => {
  it('never leaves the recording, never shrinks to nothing, and shows now whenever it says live', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(moves, fc.nat(MINUTE)), { maxLength: 40 }), (steps) => {
        let nowUs = MINUTE;
        let window = fitAll(nowUs);
        for (const [move, laterUs] of steps) {
          nowUs += laterUs;
          window = move(advance(window, nowUs), nowUs);
          expect(window.fromUs).toBeGreaterThanOrEqual(0);
          expect(spanOf(window)).toBeGreaterThanOrEqual(MIN_SPAN_US * 0.999);
          expect(spanOf(window)).toBeLessThanOrEqual(spanOf(fitAll(nowUs)) * 1.001);
          expect(window.fromUs).toBeLessThanOrEqual(nowUs);
          if (isLive(window)) expect(window.toUs).toBeGreaterThanOrEqual(nowUs);
        }
      }),
    );
  });

  it('zooms around the pointer: what is under it stays there', () => {
    const window: TimelineWindow = { mode: 'free', fromUs: 10 * MINUTE, toUs: 20 * MINUTE };
    const next = zoomAround(window, { factor: 0.5, aroundUs: 12 * MINUTE, nowUs: now });
    expect(next).toEqual({ mode: 'free', fromUs: 11 * MINUTE, toUs: 16 * MINUTE });
  });

  it('leaves live when now goes out of view, and only then', () => {
    const live = followNow(now, 10 * MINUTE);
    expect(panBy(live, -MINUTE, now).mode).toBe('free');
    expect(zoomAround(live, { factor: 0.5, aroundUs: now, nowUs: now }).mode).toBe('follow');
    expect(zoomAround(live, { factor: 0.5, aroundUs: live.fromUs, nowUs: now }).mode).toBe('free');
    expect(zoomAround(live, { factor: 1_000, aroundUs: live.fromUs, nowUs: now })).toEqual(fitAll(now));
  });

  it('moves on with the clock while live, and stands still otherwise', () => {
    const live = followNow(now, MINUTE);
    expect(advance(live, now + MINUTE).fromUs - live.fromUs).toBeCloseTo(MINUTE);
    const free = panBy(live, -30 * MINUTE, now);
    expect(advance(free, now + MINUTE)).toBe(free);
  });

  it('shows a range whole, with room at its sides', () => {
    const window = showRange(5 * MINUTE, 6 * MINUTE, now);
    expect(window.fromUs).toBeLessThan(5 * MINUTE);
    expect(window.toUs).toBeGreaterThan(6 * MINUTE);
    expect(window.mode).toBe('free');
  });
});

describe('the axis', () => {
  it('counts in steps that people count in', () => {
    expect(axisStep(10 * MINUTE, 1_000, 80)).toBe(MINUTE);
    expect(axisStep(1_000_000, 1_000, 80)).toBe(100_000);
    expect(axisStep(40 * 24 * 60 * MINUTE, 1_000, 80)).toBe(4 * 24 * 60 * MINUTE);
  });

  it('writes times since the beginning', () => {
    expect(formatElapsed(521_250_000)).toBe('00:08:41');
    expect(formatElapsed(521_250_000, true)).toBe('00:08:41.250');
    expect(formatElapsed(26 * 60 * MINUTE)).toBe('1d 02:00:00');
    expect(formatTick(521_250_000, 1_000_000)).toBe('8:41');
    expect(formatTick(521_250_000, 10_000)).toBe('8:41.25');
    expect(formatTick(62 * MINUTE, MINUTE)).toBe('1:02:00');
  });
});
