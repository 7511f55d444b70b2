import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isEnded, type Lifecycle, type LifecycleEvent, newborn, type Operation, transition } from './lifecycle.ts';

const operation = fc.constantFrom<Operation>('freeze', 'thaw', 'checkpoint', 'restore', 'kill');
const event: fc.Arbitrary<LifecycleEvent> = fc.oneof(
  fc.record({ kind: fc.constantFrom('ask' as const, 'drop' as const), what: operation }),
  fc.record({ kind: fc.constant('begin' as const), what: operation }),
  fc.constant<LifecycleEvent>({ kind: 'done' }),
  fc.record({
    kind: fc.constantFrom('failed' as const, 'ruined' as const, 'lost' as const),
    reason: fc.constant('why'),
  }),
);

function step(state: Lifecycle, next: LifecycleEvent): Lifecycle {
  try {
    return transition(state, next);
  } catch {
    return state;
  }
}
const run = (events: LifecycleEvent[], from: Lifecycle = newborn) => events.reduce(step, from);
const running: Lifecycle = { phase: 'running', asked: null };
const frozen: Lifecycle = { phase: 'frozen', asked: null };

test('only a begin is ever refused, and a refusal changes nothing', () => {
  fc.assert(
    fc.property(fc.array(event), event, (past, next) => {
      const state = run(past);
      const before = structuredClone(state);
      try {
        transition(state, next);
      } catch (error) {
        expect(next.kind).toBe('begin');
        expect(error).toMatchObject({ code: isEnded(state.phase) ? 'gone' : 'wrongState' });
      }
      expect(state).toEqual(before);
    }),
  );
});

test('the end is final', () => {
  fc.assert(
    fc.property(fc.array(event), fc.array(event), (past, future) => {
      const state = run(past);
      if (isEnded(state.phase)) expect(run(future, state)).toBe(state);
    }),
  );
});

test('a kill may begin at any time before the end, and then only its own end changes anything', () => {
  fc.assert(
    fc.property(fc.array(event), fc.array(event), (past, future) => {
      const state = run(past);
      if (isEnded(state.phase)) return;
      const killing = transition(state, { kind: 'begin', what: 'kill' });
      expect(killing.phase).toBe('killing');
      const after = run(future, killing);
      expect(['killing', 'dead', 'failed']).toContain(after.phase);
    }),
  );
});

test('whatever was asked ends: when it is begun and comes to its end, nothing stays asked', () => {
  fc.assert(
    fc.property(
      fc.array(event),
      operation,
      fc.constantFrom<LifecycleEvent>({ kind: 'done' }, { kind: 'failed', reason: 'why' }),
      (past, what, end) => {
        let state = step(run(past), { kind: 'done' });
        if (isEnded(state.phase)) return;
        state = transition(state, { kind: 'ask', what });
        if (state.asked !== what) return;
        try {
          state = transition(transition(state, { kind: 'begin', what }), end);
        } catch {
          state = transition(state, { kind: 'drop', what });
        }
        expect(state.asked).toBeNull();
      },
    ),
  );
});

test('asking is not doing', () => {
  fc.assert(
    fc.property(fc.array(event), operation, (past, what) => {
      const state = run(past);
      expect(transition(state, { kind: 'ask', what }).phase).toBe(state.phase);
    }),
  );
});

test('a checkpoint ends where it began, whether it worked or not', () => {
  for (const from of [running, frozen])
    for (const end of [{ kind: 'done' }, { kind: 'failed', reason: 'why' }] as const) {
      const during = transition(from, { kind: 'begin', what: 'checkpoint' });
      expect(during.phase).toBe('checkpointing');
      expect(transition(during, end)).toEqual(from);
    }
});

test('a restored sandbox runs; one that could not be touched goes on as before; one that was ruined has failed', () => {
  const during = transition(frozen, { kind: 'begin', what: 'restore' });
  expect(transition(during, { kind: 'done' })).toEqual(running);
  expect(transition(during, { kind: 'failed', reason: 'why' })).toEqual(frozen);
  expect(transition(during, { kind: 'ruined', reason: 'why' })).toEqual({
    phase: 'failed',
    asked: null,
    reason: 'why',
  });
});

test('what was asked during an operation stays asked after it', () => {
  const freezing = run(
    [
      { kind: 'begin', what: 'freeze' },
      { kind: 'ask', what: 'thaw' },
    ],
    running,
  );
  expect(transition(freezing, { kind: 'done' })).toEqual({ phase: 'frozen', asked: 'thaw' });
});
