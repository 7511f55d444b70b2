import type { CallId, InFlight } from '@sandglass/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Hold,
  type HoldEvent,
  holdTransition,
  isFlowing,
  modeAfterRestart,
  openMode,
  shownMode,
} from './holdMachine.ts';

const call = fc.constantFrom('cal_aaaa', 'cal_bbbb') as fc.Arbitrary<CallId>;
const event: fc.Arbitrary<HoldEvent> = fc.oneof(
  fc.record({
    kind: fc.constant('pause' as const),
    freeze: fc.boolean(),
    inFlight: fc.constantFrom<InFlight>('settle', 'cancel', 'finish'),
    because: fc.constant(null),
  }),
  fc.record({ kind: fc.constant('stopped' as const), freeze: fc.boolean() }),
  fc.record({
    kind: fc.constant('go' as const),
    go: fc.oneof(
      fc.constant({ kind: 'open' as const }),
      call.map((one) => ({ kind: 'step' as const, call: one })),
      fc.constant({ kind: 'step' as const, call: null }),
      fc.constant({ kind: 'runTo' as const, to: { kind: 'error' as const } }),
    ),
  }),
  fc.constant({ kind: 'thawed' as const }),
  fc.record({ kind: fc.constantFrom('taken' as const, 'ended' as const), call }),
  fc.constant({ kind: 'hit' as const, because: 'x' }),
);

const run = (events: readonly HoldEvent[]): Hold => events.reduce<Hold>(holdTransition, openMode);

test('only what has happened is said to have: paused follows a stop, open follows a thaw', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      let mode = openMode;
      for (const one of events) {
        const next = holdTransition(mode, one);
        if (next.kind === 'paused' && mode.kind !== 'paused') expect(one.kind).toBe('stopped');
        if (isFlowing(next) && !isFlowing(mode))
          expect(one.kind === 'thawed' || (one.kind === 'go' && mode.kind === 'stepping')).toBe(true);
        mode = next;
      }
    }),
  );
});

test('from every state a pause that is done holds, and a continue that is done lets go', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const mode = run(events);
      const paused = [
        { kind: 'pause', freeze: true, inFlight: 'settle', because: null },
        { kind: 'stopped', freeze: true },
      ] as const;
      expect(paused.reduce<Hold>(holdTransition, mode)).toMatchObject({ kind: 'paused', freeze: true });
      const open = [{ kind: 'go', go: { kind: 'open' } }, { kind: 'thawed' }] as const;
      expect(open.reduce<Hold>(holdTransition, mode)).toEqual(openMode);
    }),
  );
});

test('a step lets one call through, whichever comes, and holds again when it ends', () => {
  fc.assert(
    fc.property(call, fc.boolean(), (one, freeze) => {
      const stepping = run([
        { kind: 'pause', freeze, inFlight: 'settle', because: null },
        { kind: 'stopped', freeze },
        { kind: 'go', go: { kind: 'step', call: null } },
        { kind: 'thawed' },
        { kind: 'taken', call: one },
      ]);
      expect(stepping).toEqual({ kind: 'stepping', freeze, call: one });
      expect(holdTransition(stepping, { kind: 'taken', call: 'cal_zzzz' as CallId })).toBe(stepping);
      expect(holdTransition(stepping, { kind: 'ended', call: one })).toMatchObject({ kind: 'pausing', freeze });
    }),
  );
});

test('after a restart nothing that was held goes on by itself, and nothing is half done', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const before = run(events);
      const after = modeAfterRestart(shownMode(before));
      expect(['open', 'paused', 'runningTo']).toContain(after.kind);
      if (!isFlowing(before) && before.kind !== 'continuing') expect(after.kind).toBe('paused');
    }),
  );
});
