import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkCommand,
  checkTouch,
  freeLease,
  isHolder,
  LEASE_MS,
  type Lease,
  type LeaseEvent,
  leaseTransition,
  type Person,
} from './leaseMachine.ts';

const ana: Person = { viewer: 'vw_a', name: 'Ana' };
const ben: Person = { viewer: 'vw_b', name: 'Ben' };
const person = fc.constantFrom(ana, ben);
const event: fc.Arbitrary<LeaseEvent> = fc.oneof(
  person.map((by) => ({ kind: 'take' as const, by })),
  person.map((by) => ({ kind: 'request' as const, by, reason: null })),
  fc
    .tuple(person, fc.constantFrom('agent' as const, ana, ben), fc.option(fc.nat(8), { nil: undefined }))
    .map(([by, to, fence]) => ({ kind: 'give' as const, by, to, fence })),
  fc
    .tuple(person, fc.option(fc.nat(8), { nil: undefined }))
    .map(([by, fence]) => ({ kind: 'release' as const, by, fence })),
  fc.tuple(person, fc.nat(8)).map(([by, fence]) => ({ kind: 'beat' as const, by, fence })),
  fc.constant({ kind: 'expire' as const }),
  fc.constantFrom('agent' as const, 'nobody' as const).map((rest) => ({ kind: 'rest' as const, rest })),
);
const steps = fc.array(fc.tuple(event, fc.nat(LEASE_MS)), { maxLength: 40 });

function play(moves: readonly (readonly [LeaseEvent, number])[], see: (from: Lease, to: Lease, nowMs: number) => void) {
  let lease = freeLease;
  let nowMs = 1_000;
  for (const [one, passed] of moves) {
    nowMs += passed;
    try {
      const next = leaseTransition(lease, one, nowMs);
      see(lease, next, nowMs);
      lease = next;
    } catch {
      // Refused: nothing changed.
    }
  }
  return { lease, nowMs };
}

test('each change of holder takes the next fence, and nothing else does', () => {
  fc.assert(
    fc.property(steps, (moves) => {
      play(moves, (from, to) => {
        const changed = JSON.stringify(from.control.holder) !== JSON.stringify(to.control.holder);
        if (changed) expect(to.control.fence).toBe(from.control.fence + 1);
        else expect(to.control.fence - from.control.fence).toBeLessThanOrEqual(1);
      });
    }),
  );
});

test('a person has it for a stated time alone, renewed by heartbeats of this holding only', () => {
  fc.assert(
    fc.property(steps, (moves) => {
      const { lease, nowMs } = play(moves, () => {});
      const { holder, expiresAtMs, fence } = lease.control;
      expect(expiresAtMs === null).toBe(holder.kind !== 'person');
      if (holder.kind !== 'person') return;
      const late = leaseTransition(lease, { kind: 'expire' }, (expiresAtMs ?? 0) + 1);
      expect(late.control.holder.kind).toBe(lease.rest);
      const by = holder.viewer === ana.viewer ? ana : ben;
      expect(() => leaseTransition(lease, { kind: 'beat', by, fence: fence - 1 }, nowMs)).toThrow('changed since');
      expect(() => leaseTransition(late, { kind: 'beat', by, fence }, nowMs)).toThrow('has control');
    }),
  );
});

test('at most one may touch: the holder, or everybody when nobody has it', () => {
  fc.assert(
    fc.property(steps, (moves) => {
      const { lease } = play(moves, () => {});
      const may = (check: typeof checkTouch, by: Person, fence?: number) => {
        try {
          check(lease, by, fence);
          return true;
        } catch {
          return false;
        }
      };
      const { holder, fence } = lease.control;
      for (const one of [ana, ben]) {
        // Who has it must say since when; while nobody has, the number may be left out.
        expect(may(checkTouch, one)).toBe(holder.kind === 'nobody');
        expect(may(checkCommand, one)).toBe(holder.kind !== 'person');
        expect(may(checkTouch, one, fence)).toBe(holder.kind === 'nobody' || isHolder(holder, one));
        expect(may(checkCommand, one, fence)).toBe(holder.kind !== 'person' || isHolder(holder, one));
        if (isHolder(holder, one)) expect(() => checkTouch(lease, one, undefined)).toThrow(`send ${fence} as`);
        for (const check of [checkTouch, checkCommand]) expect(may(check, one, fence - 1)).toBe(false);
      }
    }),
  );
});

test('a storm of taking ends with the last who took, and one fence for each change', () => {
  let lease = freeLease;
  for (let n = 0; n < 1_000; n++) lease = leaseTransition(lease, { kind: 'take', by: n % 2 ? ana : ben }, n);
  expect(lease.control).toMatchObject({ fence: 1_000, holder: { name: 'Ana' } });
});
