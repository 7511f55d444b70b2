/**
 * The stretch of time in view. Pure.
 *
 * | mode   | shows                          | becomes free by                       |
 * |-|-|-|
 * | fit    | all of it, growing             | zoom or pan                           |
 * | follow | a fixed span, its end is now   | pan or zoom until now is out of view  |
 * | free   | what it was told to            | –                                     |
 *
 * fit and follow are live: now is in view. A share of the width right of now stays empty, so that its edge is seen.
 */
export type WindowMode = 'fit' | 'follow' | 'free';

export interface TimelineWindow {
  readonly mode: WindowMode;
  readonly fromUs: number;
  readonly toUs: number;
}

/** Right of now, of the whole width. */
export const FUTURE_SHARE = 0.04;
/** Below a millisecond nothing of ours differs. */
export const MIN_SPAN_US = 1_000;
/** Of a young sandbox: a first command is not a line in the corner. */
const MIN_FIT_US = 10_000_000;

export const spanOf = ({ fromUs, toUs }: TimelineWindow): number => toUs - fromUs;

export function fitAll(nowUs: number): TimelineWindow {
  return { mode: 'fit', fromUs: 0, toUs: Math.max(MIN_FIT_US, nowUs) / (1 - FUTURE_SHARE) };
}

export function followNow(nowUs: number, spanUs: number): TimelineWindow {
  const span = clampSpan(spanUs, nowUs);
  const toUs = Math.max(nowUs + span * FUTURE_SHARE, span);
  return { mode: 'follow', fromUs: toUs - span, toUs };
}

/** The same window a little later. */
export function advance(window: TimelineWindow, nowUs: number): TimelineWindow {
  if (window.mode === 'fit') return fitAll(nowUs);
  if (window.mode === 'follow') return followNow(nowUs, spanOf(window));
  return window;
}

/** `factor` below 1 zooms in. What is at `aroundUs` stays where it is. */
export function zoomAround(
  window: TimelineWindow,
  { factor, aroundUs, nowUs }: { factor: number; aroundUs: number; nowUs: number },
): TimelineWindow {
  const before = spanOf(window);
  const span = clampSpan(before * factor, nowUs);
  // All of it and more: that is all of it.
  if (factor > 1 && span >= spanOf(fitAll(nowUs))) return fitAll(nowUs);
  const share = (aroundUs - window.fromUs) / before;
  return settle(window, { fromUs: aroundUs - share * span, span, nowUs });
}

export function panBy(window: TimelineWindow, deltaUs: number, nowUs: number): TimelineWindow {
  return settle(window, { fromUs: window.fromUs + deltaUs, span: spanOf(window), nowUs });
}

/** Exactly this stretch, with a little room at its sides. */
export function showRange(fromUs: number, toUs: number, nowUs: number): TimelineWindow {
  const span = clampSpan((toUs - fromUs) * 1.1, nowUs);
  const free: TimelineWindow = { mode: 'free', fromUs, toUs };
  return settle(free, { fromUs: (fromUs + toUs) / 2 - span / 2, span, nowUs });
}

/** Brings `atUs` into view by moving as little as shows it with some room around. */
export function reveal(window: TimelineWindow, atUs: number, nowUs: number): TimelineWindow {
  const span = spanOf(window);
  const margin = span * 0.08;
  if (atUs >= window.fromUs + margin && atUs <= window.toUs - margin) return window;
  if (atUs >= window.fromUs && atUs <= window.toUs && window.mode !== 'free') return window;
  const fromUs = atUs < window.fromUs + margin ? atUs - margin : atUs - span + margin;
  return settle(window, { fromUs, span, nowUs });
}

export const isLive = (window: TimelineWindow): boolean => window.mode !== 'free';

function settle(
  window: TimelineWindow,
  { fromUs, span, nowUs }: { fromUs: number; span: number; nowUs: number },
): TimelineWindow {
  const latest = Math.max(0, nowUs + span * FUTURE_SHARE - span);
  const from = Math.min(Math.max(0, fromUs), latest);
  const to = from + span;
  // Now has a place at the right edge: whoever keeps it in view goes on following.
  const keeps = isLive(window) && to >= nowUs;
  return keeps ? followNow(nowUs, span) : { mode: 'free', fromUs: from, toUs: to };
}

function clampSpan(spanUs: number, nowUs: number): number {
  return Math.min(Math.max(spanUs, MIN_SPAN_US), spanOf(fitAll(nowUs)));
}
