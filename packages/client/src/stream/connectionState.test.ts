import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ConnectionEvent, type ConnectionState, transition } from './connectionState.ts';

const anyEvent: fc.Arbitrary<ConnectionEvent> = fc.oneof(
  fc.constantFrom<ConnectionEvent>({ type: 'start' }, { type: 'open' }, { type: 'retry' }, { type: 'stop' }),
  fc.nat().map((retryAtMs) => ({ type: 'lost' as const, retryAtMs })),
  fc.constant({ type: 'refuse' as const, error: new Error('no') }),
);

it('opens only from connecting, leaves closed only by start, and always stops', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
      let state: ConnectionState = { phase: 'closed', error: null };
      for (const event of events) {
        const next = transition(state, event);
        if (next.phase === 'open' && state.phase !== 'open') expect(state.phase).toBe('connecting');
        if (state.phase === 'closed' && next !== state) expect(event.type).toBe('start');
        if (next.phase === 'waiting' && state.phase === 'open') expect(next.attempt).toBe(1);
        if (next.phase === 'waiting' && state.phase === 'connecting') expect(next.attempt).toBe(state.attempt + 1);
        state = next;
      }
      expect(transition(state, { type: 'stop' }).phase).toBe('closed');
    }),
  );
});
