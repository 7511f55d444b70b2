import type { HoldReason } from '@sandglass/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CallState, type CallStep, callTransition, newCall } from './callMachine.ts';

const reason: HoldReason = { kind: 'pause' };
const step: fc.Arbitrary<CallStep> = fc.oneof(
  fc.constantFrom<CallStep>(
    { kind: 'hold', reason },
    { kind: 'holdAfter', reason },
    { kind: 'clear' },
    { kind: 'start' },
    { kind: 'ran' },
  ),
  fc
    .constantFrom('done' as const, 'rejected' as const, 'abandoned' as const)
    .map((how) => ({ kind: 'end' as const, how })),
);

test('whatever comes in whatever order, a call runs at most once, never after it ended, and ends once', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let state: CallState = newCall;
      let runs = 0;
      let ended: CallState | null = null;
      for (const one of steps) {
        try {
          const next = callTransition(state, one);
          if (next.phase === 'running' && state.phase !== 'running') runs++;
          if (ended) expect(next).toBe(ended);
          if (next.phase === 'ended') ended = next;
          state = next;
        } catch {
          // The table has no such step: the gate would be wrong, the call stays as it is.
        }
      }
      expect(runs).toBeLessThanOrEqual(1);
    }),
    { numRuns: 1000 },
  );
});

test('a held call starts only after it was let go', () => {
  const held = callTransition(newCall, { kind: 'hold', reason });
  expect(() => callTransition(held, { kind: 'start' })).toThrow('cannot start');
  expect(callTransition(callTransition(held, { kind: 'clear' }), { kind: 'start' })).toEqual({ phase: 'running' });
});
