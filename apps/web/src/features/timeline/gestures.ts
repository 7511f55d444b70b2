/**
 * What fingers and mice mean. Pure.
 *
 * | state     | down          | move                         | up             | second finger |
 * |-|-|-|-|-|
 * | idle      | pressing      | (hover)                      | –              | –             |
 * | pressing  | –             | far enough: panning, or selecting with Shift or the tool | tap → idle | pinching |
 * | panning   | –             | pan                          | idle           | pinching      |
 * | selecting | –             | select                       | idle, kept     | pinching      |
 * | pinching  | –             | zoom around the middle, pan  | panning with the finger that stays | – |
 */
export type Gesture =
  | { readonly phase: 'idle' }
  | { readonly phase: 'pressing'; readonly id: number; readonly xPx: number; readonly select: boolean }
  | { readonly phase: 'panning'; readonly id: number; readonly xPx: number }
  | { readonly phase: 'selecting'; readonly id: number; readonly startPx: number; readonly xPx: number }
  | { readonly phase: 'pinching'; readonly fingers: readonly [Finger, Finger] };

export interface Finger {
  readonly id: number;
  readonly xPx: number;
}

export type GestureEvent =
  | { readonly type: 'down'; readonly id: number; readonly xPx: number; readonly select: boolean }
  | { readonly type: 'move'; readonly id: number; readonly xPx: number }
  | { readonly type: 'up'; readonly id: number; readonly xPx: number }
  | { readonly type: 'cancel'; readonly id: number };

export type GestureAct =
  | { readonly act: 'tap'; readonly xPx: number }
  | { readonly act: 'pan'; readonly deltaPx: number }
  | { readonly act: 'select'; readonly fromPx: number; readonly toPx: number }
  | { readonly act: 'pinch'; readonly factor: number; readonly aroundPx: number; readonly deltaPx: number };

/** A hand is never quite still. */
export const FAR_PX = 4;

export function gesture(state: Gesture, event: GestureEvent): readonly [Gesture, GestureAct?] {
  if (event.type === 'down') return [down(state, event)];
  if (event.type === 'move') return move(state, event);
  const lifted: Gesture =
    state.phase === 'pinching' && state.fingers.some((finger) => finger.id === event.id)
      ? panWith(state.fingers.find((finger) => finger.id !== event.id)!)
      : state.phase !== 'idle' && state.phase !== 'pinching' && state.id === event.id
        ? { phase: 'idle' }
        : state;
  if (event.type === 'up' && state.phase === 'pressing' && state.id === event.id)
    return [lifted, { act: 'tap', xPx: event.xPx }];
  return [lifted];
}

const panWith = ({ id, xPx }: Finger): Gesture => ({ phase: 'panning', id, xPx });

function down(state: Gesture, { id, xPx, select }: Extract<GestureEvent, { type: 'down' }>): Gesture {
  if (state.phase === 'idle') return { phase: 'pressing', id, xPx, select };
  if (state.phase === 'pinching' || state.id === id) return state;
  return {
    phase: 'pinching',
    fingers: [
      { id: state.id, xPx: state.xPx },
      { id, xPx },
    ],
  };
}

function move(state: Gesture, { id, xPx }: { id: number; xPx: number }): readonly [Gesture, GestureAct?] {
  if (state.phase === 'idle') return [state];
  if (state.phase === 'pinching') return pinch(state, { id, xPx });
  if (state.id !== id) return [state];
  if (state.phase === 'pressing') {
    if (Math.abs(xPx - state.xPx) < FAR_PX) return [state];
    if (state.select)
      return [
        { phase: 'selecting', id, startPx: state.xPx, xPx },
        { act: 'select', fromPx: state.xPx, toPx: xPx },
      ];
    return [panWith({ id, xPx }), { act: 'pan', deltaPx: xPx - state.xPx }];
  }
  if (state.phase === 'selecting')
    return [
      { ...state, xPx },
      { act: 'select', fromPx: state.startPx, toPx: xPx },
    ];
  return [panWith({ id, xPx }), { act: 'pan', deltaPx: xPx - state.xPx }];
}

/** Fingers closer than this would zoom by leaps. */
const LEAST_PINCH_PX = 24;

function pinch(state: Extract<Gesture, { phase: 'pinching' }>, moved: Finger): readonly [Gesture, GestureAct?] {
  const [one, other] = state.fingers;
  if (moved.id !== one.id && moved.id !== other.id) return [state];
  const fingers: [Finger, Finger] = moved.id === one.id ? [moved, other] : [one, moved];
  const spread = (pair: readonly [Finger, Finger]) => Math.max(LEAST_PINCH_PX, Math.abs(pair[0].xPx - pair[1].xPx));
  const middle = (pair: readonly [Finger, Finger]) => (pair[0].xPx + pair[1].xPx) / 2;
  return [
    { phase: 'pinching', fingers },
    {
      act: 'pinch',
      factor: spread(state.fingers) / spread(fingers),
      aroundPx: middle(state.fingers),
      deltaPx: middle(fingers) - middle(state.fingers),
    },
  ];
}
