/**
 * Which moment is shown. Pure: time is given.
 *
 * | state   | seek      | play         | pause | tick                                   | live |
 * |---------|-----------|--------------|-------|----------------------------------------|------|
 * | live    | past      | –            | past  | –                                      | –    |
 * | past    | past      | playing      | –     | –                                      | live |
 * | playing | playing¹  | playing²     | past  | playing; at the end live, or past³     | live |
 *
 * ¹ goes on from there. ² with the new speed. ³ past when nothing more is recorded: there is no live to join.
 * A seek to the end or beyond it is to live where there is one.
 */
export type Playhead =
  | { readonly phase: 'live' }
  | { readonly phase: 'past'; readonly atUs: number }
  | { readonly phase: 'playing'; readonly atUs: number; readonly speed: Speed };

/** What the recording has: until when, and whether it goes on. */
export interface PlayEnd {
  readonly nowUs: number;
  readonly growing: boolean;
}

export const speeds = [0.25, 0.5, 1, 2, 4, 8, 16] as const;
export type Speed = (typeof speeds)[number];

export type PlayheadEvent =
  | { readonly kind: 'seek'; readonly atUs: number }
  | { readonly kind: 'play'; readonly speed: Speed }
  | { readonly kind: 'pause' }
  | {
      readonly kind: 'tick';
      /** Of the watcher's own time. */
      readonly elapsedUs: number;
      /** Start of the next thing that happens, where idle time is to be skipped. */
      readonly nextUs?: number;
    }
  | { readonly kind: 'live' };

/** Idle time that is shown before what follows, so that a jump is seen as one. */
const LEAD_US = 500_000;
/** Shorter pauses belong to what is watched. */
const IDLE_US = 2_000_000;

export const live: Playhead = { phase: 'live' };

export function movePlayhead(state: Playhead, event: PlayheadEvent, end: PlayEnd): Playhead {
  switch (event.kind) {
    case 'seek':
      return seek(state, event.atUs, end);
    case 'play':
      if (state.phase === 'live') return state;
      // Played to its end, it starts over, as every player does.
      return {
        phase: 'playing',
        atUs: !end.growing && state.atUs >= end.nowUs ? 0 : state.atUs,
        speed: event.speed,
      };
    case 'pause':
      return state.phase === 'past' ? state : { phase: 'past', atUs: atOf(state, end) };
    case 'tick':
      return state.phase === 'playing' ? tick(state, event, end) : state;
    case 'live':
      return end.growing ? live : { phase: 'past', atUs: end.nowUs };
  }
}

/** The moment that is shown. */
export const atOf = (state: Playhead, end: PlayEnd): number => (state.phase === 'live' ? end.nowUs : state.atUs);

function seek(state: Playhead, wantedUs: number, end: PlayEnd): Playhead {
  const atUs = Math.max(0, Math.min(Math.round(wantedUs), end.nowUs));
  if (wantedUs >= end.nowUs && end.growing) return live;
  return state.phase === 'playing' ? { ...state, atUs } : { phase: 'past', atUs };
}

function tick(
  state: Extract<Playhead, { phase: 'playing' }>,
  event: Extract<PlayheadEvent, { kind: 'tick' }>,
  end: PlayEnd,
): Playhead {
  let atUs = state.atUs + Math.max(0, event.elapsedUs) * state.speed;
  const { nextUs } = event;
  if (nextUs !== undefined && nextUs - atUs > IDLE_US) atUs = nextUs - LEAD_US;
  if (atUs < end.nowUs) return { ...state, atUs };
  return end.growing ? live : { phase: 'past', atUs: end.nowUs };
}
