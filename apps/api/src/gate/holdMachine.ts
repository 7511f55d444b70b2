/**
 * Whether calls go through, as one pure machine. Asked is not happened: `pausing` is left when what ran has settled and the sandbox
 * stands still, `continuing` when it runs again; only then do calls move.
 *
 * | mode       | pause           | stopped | go x         | thawed | taken c  | ended c           | hit               |
 * |------------|-----------------|---------|--------------|--------|----------|-------------------|-------------------|
 * | open       | pausing         | —       | x            | —      | —        | —                 | pausing, no freeze |
 * | pausing    | pausing anew    | paused  | continuing→x | —      | —        | —                 | —                 |
 * | paused     | pausing if more | —       | continuing→x | —      | —        | —                 | —                 |
 * | continuing | pausing         | —       | continuing→x | x      | —        | —                 | —                 |
 * | stepping   | pausing         | —       | x            | —      | call = c | pausing if c=call | —                 |
 * | runningTo  | pausing         | —       | x            | —      | —        | —                 | pausing           |
 *
 * — changes nothing. x is open, stepping or runningTo. A step or run keeps whether it freezes from the pause before it; from `open`
 * it does not. `pausing if more`: a hold becomes a pause; what is paused stays so.
 */
import type { CallId, GateMode, InFlight, RunTo } from '@sandglass/protocol';

type Next =
  | { readonly kind: 'open' }
  | { readonly kind: 'stepping'; readonly freeze: boolean; readonly call: CallId | null }
  | { readonly kind: 'runningTo'; readonly freeze: boolean; readonly to: RunTo };
export type Hold = Exclude<GateMode, { kind: 'continuing' }> | { readonly kind: 'continuing'; readonly next: Next };

export type Go =
  | { readonly kind: 'open' }
  | { readonly kind: 'step'; readonly call: CallId | null }
  | { readonly kind: 'runTo'; readonly to: RunTo };

export type HoldEvent =
  | { readonly kind: 'pause'; readonly freeze: boolean; readonly inFlight: InFlight; readonly because: string | null }
  | { readonly kind: 'stopped'; readonly freeze: boolean; readonly because?: string }
  | { readonly kind: 'go'; readonly go: Go }
  | { readonly kind: 'thawed' }
  | { readonly kind: 'taken' | 'ended'; readonly call: CallId }
  | { readonly kind: 'hit'; readonly because: string };

export const openMode: Hold = { kind: 'open' };

export function holdTransition(mode: Hold, event: HoldEvent): Hold {
  switch (event.kind) {
    case 'pause':
      if (mode.kind === 'paused' && (mode.freeze || !event.freeze)) return mode;
      return { kind: 'pausing', freeze: event.freeze, inFlight: event.inFlight, because: event.because };
    case 'stopped':
      if (mode.kind !== 'pausing') return mode;
      return { kind: 'paused', freeze: event.freeze, because: event.because ?? mode.because };
    case 'go': {
      const next = nextOf(mode, event.go);
      const stands = mode.kind === 'pausing' || mode.kind === 'paused' || mode.kind === 'continuing';
      if (stands) return { kind: 'continuing', next };
      return mode.kind === 'open' && next.kind === 'open' ? mode : next;
    }
    case 'thawed':
      return mode.kind === 'continuing' ? mode.next : mode;
    case 'taken':
      return mode.kind === 'stepping' && mode.call === null ? { ...mode, call: event.call } : mode;
    case 'ended':
      if (mode.kind !== 'stepping' || mode.call !== event.call) return mode;
      return { kind: 'pausing', freeze: mode.freeze, inFlight: 'settle', because: 'a step' };
    case 'hit': {
      if (mode.kind !== 'open' && mode.kind !== 'runningTo') return mode;
      const freeze = mode.kind === 'runningTo' && mode.freeze;
      return { kind: 'pausing', freeze, inFlight: 'settle', because: event.because };
    }
  }
}

/** Calls move now; apart from what rules say and who drives. */
export const isFlowing = (mode: Hold): boolean => mode.kind === 'open' || mode.kind === 'runningTo';

export function shownMode(mode: Hold): GateMode {
  return mode.kind === 'continuing' ? { kind: 'continuing' } : mode;
}

/** As it was when the server ended: what was under way is over, what was held is held. */
export function modeAfterRestart(mode: GateMode): Hold {
  const because = 'the server was restarted';
  switch (mode.kind) {
    case 'continuing':
      return openMode;
    case 'pausing':
      return { kind: 'paused', freeze: mode.freeze, because: mode.because ?? because };
    case 'stepping':
      return { kind: 'paused', freeze: mode.freeze, because };
    default:
      return mode;
  }
}

function nextOf(mode: Hold, go: Go): Next {
  if (go.kind === 'open') return go;
  const freeze = freezes(mode);
  return go.kind === 'step' ? { kind: 'stepping', freeze, call: go.call } : { kind: 'runningTo', freeze, to: go.to };
}

function freezes(mode: Hold): boolean {
  if (mode.kind === 'open') return false;
  if (mode.kind === 'continuing') return mode.next.kind !== 'open' && mode.next.freeze;
  return mode.freeze;
}
