import type { LogEvent } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { undoableOf } from './interventions.ts';

const event = (seq: number, kind: string, undoes: number | null = null) =>
  ({ seq, kind, data: { undoes } }) as unknown as LogEvent;

it('knows what nobody has taken back yet', () => {
  const events = [event(1, 'environment.changed'), event(2, 'call.asked'), event(3, 'egress.changed')];
  expect([...undoableOf(events)]).toEqual([1, 3]);
  expect([...undoableOf([...events, event(4, 'environment.changed', 1)])]).toEqual([3, 4]);
  expect(undoableOf([]).size).toBe(0);
});
