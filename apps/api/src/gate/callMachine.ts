/**
 * The life of one call at the gate, as a pure machine. `running` is entered once at most: a call never happens twice.
 *
 * | phase        | hold r    | clear   | start   | ran   | holdAfter r | end h    |
 * |--------------|-----------|---------|---------|-------|-------------|----------|
 * | asked        | heldBefore| cleared | running | —     | —           | ended(h) |
 * | heldBefore   | heldBefore| cleared | —       | —     | —           | ended(h) |
 * | cleared      | heldBefore| same    | running | —     | —           | ended(h) |
 * | running      | —         | —       | —       | ran   | heldAfter   | ended(h) |
 * | ran          | —         | —       | —       | —     | heldAfter   | ended(h) |
 * | heldAfter    | —         | ran     | —       | —     | heldAfter   | ended(h) |
 * | ended        | same      | same    | —       | same  | same        | same     |
 *
 * — is a mistake of the gate and throws; what comes late for a call that has ended changes nothing, except that it cannot start.
 */
import type { HoldReason } from '@sandglass/protocol';

export type CallEnd = 'done' | 'failed' | 'answered' | 'rejected' | 'expired' | 'abandoned' | 'gone';

export type CallState =
  | { readonly phase: 'asked' | 'cleared' | 'running' | 'ran' }
  | { readonly phase: 'heldBefore' | 'heldAfter'; readonly reason: HoldReason }
  | { readonly phase: 'ended'; readonly how: CallEnd };

export type CallStep =
  | { readonly kind: 'hold' | 'holdAfter'; readonly reason: HoldReason }
  | { readonly kind: 'clear' | 'start' | 'ran' }
  | { readonly kind: 'end'; readonly how: CallEnd };

export const newCall: CallState = { phase: 'asked' };

type Phase = CallState['phase'];
const before: ReadonlySet<Phase> = new Set(['asked', 'heldBefore', 'cleared']);
const after: ReadonlySet<Phase> = new Set(['running', 'ran', 'heldAfter']);

/** @throws Error for a step that the table does not have. */
export function callTransition(state: CallState, step: CallStep): CallState {
  if (state.phase === 'ended') {
    if (step.kind === 'start') throw misuse(state, step);
    return state;
  }
  const { phase } = state;
  switch (step.kind) {
    case 'end':
      return { phase: 'ended', how: step.how };
    case 'hold':
      if (before.has(phase)) return { phase: 'heldBefore', reason: step.reason };
      break;
    case 'holdAfter':
      if (after.has(phase)) return { phase: 'heldAfter', reason: step.reason };
      break;
    case 'clear':
      if (before.has(phase)) return { phase: 'cleared' };
      if (phase === 'heldAfter') return { phase: 'ran' };
      break;
    case 'start':
      if (phase === 'asked' || phase === 'cleared') return { phase: 'running' };
      break;
    case 'ran':
      if (phase === 'running') return { phase: 'ran' };
      break;
  }
  throw misuse(state, step);
}

const misuse = (state: CallState, step: CallStep) => new Error(`a call that is ${state.phase} cannot ${step.kind}`);
