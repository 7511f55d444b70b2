import type { LogEvent } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { lossOf } from './controlLoss.ts';

const me = 'vw_0000000000000001';
const mine = { kind: 'person', viewer: me, name: 'Me' };
const anna = { kind: 'person', viewer: 'vw_0000000000000002', name: 'Anna' };
let seq = 0;
const changed = (from: object, to: object, rest: object) =>
  ({
    ...{ seq: ++seq, atUs: seq, wallMs: 1_000, actor: 'person', by: null, kind: 'control.changed' },
    data: { from, to, fence: seq, reason: null, note: null, ...rest },
  }) as unknown as LogEvent;

it('says who took control from this page, and why', () => {
  const events = [changed({ kind: 'nobody' }, mine, { why: 'taken' }), changed(mine, anna, { why: 'taken' })];
  expect(lossOf(events, me, 2_000)).toMatchObject({
    title: 'Anna took control',
    detail: expect.stringContaining('were let go'),
  });
  const reasoned = [changed(mine, anna, { why: 'taken', reason: 'the bank waits' })];
  expect(lossOf(reasoned, me, 2_000)?.detail).toBe('“the bank waits”');
});

it('says when nothing was heard of this page', () => {
  const lapsed = [changed(mine, { kind: 'nobody' }, { why: 'expired' })];
  expect(lossOf(lapsed, me, 2_000)?.title).toBe('You no longer have control');
  expect(lossOf(lapsed, me, 3_600_000)).toBeUndefined();
});

it('says nothing of what this page gave away, got back, or never had', () => {
  const given = changed(mine, anna, { why: 'given' });
  const back = [changed(mine, anna, { why: 'taken' }), changed(anna, mine, { why: 'given' })];
  const others = changed(anna, { kind: 'agent' }, { why: 'expired' });
  for (const events of [[given], back, [others], []]) expect(lossOf(events, me, 2_000)).toBeUndefined();
  expect(lossOf([changed(mine, anna, { why: 'taken' })], undefined, 2_000)).toBeUndefined();
});
