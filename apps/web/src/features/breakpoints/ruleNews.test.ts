import type { LogEvent } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { newHits } from './RuleAct.tsx';

const hit = (seq: number, actions: string[]): LogEvent => ({ seq, kind: 'rule.hit', data: { actions } }) as never;

it('says only what is new and wants to be said', () => {
  const events = [
    hit(1, ['notify']),
    hit(2, ['hold']),
    hit(3, ['hold', 'notify']),
    { seq: 4, kind: 'recorder.gap' } as never,
  ];
  expect(newHits(events, 1).map(({ seq }) => seq)).toEqual([3]);
  expect(newHits(events, 3)).toEqual([]);
});
