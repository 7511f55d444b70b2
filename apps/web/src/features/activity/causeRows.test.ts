import type { LogEvent } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { rowsOf } from './rows.ts';

const event = (seq: number, kind: string, data: object): LogEvent =>
  ({ seq, atUs: seq, wallMs: seq, actor: 'agent', by: 'tok_a', kind, data }) as unknown as LogEvent;
const asked = (seq: number, call: string, name: string, what: string, causedBy?: { call: string; toolUse: string }) =>
  event(seq, 'call.asked', { call, door: 'native', name, summary: `${name} ${what}`, arguments: {}, causedBy });
const ended = (seq: number, call: string) =>
  event(seq, 'call.ended', { call, ok: true, durationMs: 1, summary: 'exit 0' });

it('a call leads to the reply of the model that wanted it, and the reply to all that was done', () => {
  const by = (toolUse: string) => ({ call: 'cal_m', toolUse });
  const rows = rowsOf([
    asked(1, 'cal_m', 'model.reply', 'claude · 1 message'),
    ended(2, 'cal_m'),
    asked(3, 'cal_a', 'exec', 'npm test', by('toolu_1')),
    asked(4, 'cal_b', 'exec', 'ls', by('toolu_2')),
    ended(5, 'cal_a'),
    asked(6, 'cal_c', 'exec', 'pwd'),
  ]);
  expect(rows.map(({ key, cause, effects }) => [key, cause?.key, effects?.map((each) => each.key)])).toEqual([
    [1, undefined, [3, 4]],
    [3, 1, undefined],
    [4, 1, undefined],
    [6, undefined, undefined],
  ]);
  expect(rows[0]!.effects![0]!.words).toBe('exec npm test');
  expect(rows[1]!.state).toBe('done');
});

it('a reply that is not among the events is not led to', () => {
  const [row] = rowsOf([asked(3, 'cal_a', 'exec', 'ls', { call: 'cal_gone', toolUse: 'toolu_1' })]);
  expect(row).not.toHaveProperty('cause');
});
