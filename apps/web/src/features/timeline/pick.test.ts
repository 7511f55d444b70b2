import { type TimelineRow, TimelineStore } from '@sandglass/replay';
import { describe, expect, it } from 'vitest';
import { changeLane, countRange, pickAt, stepFrom } from './pick.ts';

const row = { name: 'exec', key: '', durationUs: 0, failed: false, count: 1 } as const;
let seq = 0;
const call = (key: string, atUs: number, actor: 'agent' | 'person' = 'agent'): TimelineRow => ({
  ...row,
  seq: ++seq,
  atUs,
  actor,
  kind: 'asked',
  key,
});
const end = (key: string, atUs: number, failed = false): TimelineRow => ({
  ...row,
  seq: ++seq,
  atUs,
  actor: 'agent',
  kind: 'ended',
  key,
  failed,
});
const files = (atUs: number, count = 1): TimelineRow => ({
  ...row,
  seq: ++seq,
  atUs,
  actor: 'system',
  kind: 'files',
  count,
});

function storeOf(rows: readonly TimelineRow[]): TimelineStore {
  const store = new TimelineStore();
  for (const each of rows) store.append(each);
  return store;
}

const nowUs = 10_000;

describe('pickAt', () => {
  it('finds the short call over the long one that goes on behind it', () => {
    const store = storeOf([call('server', 100), call('short', 1_000), end('short', 1_200)]);
    const at = (atUs: number) => pickAt(store, { lane: 'agent', atUs, nearUs: 10, nowUs });
    expect(at(1_100)).toMatchObject({ kind: 'one', ref: { index: 1 } });
    expect(at(5_000)).toMatchObject({ kind: 'one', ref: { index: 0 } });
    expect(at(50)).toBeNull();
    // It goes on until now, and not beyond.
    expect(at(nowUs + 500)).toBeNull();
  });

  it('counts what a pointer cannot tell apart', () => {
    const store = storeOf(Array.from({ length: 20 }, (_, index) => files(1_000 + index, 3)));
    const picked = pickAt(store, { lane: 'files', atUs: 1_010, nearUs: 100, nowUs });
    expect(picked).toMatchObject({ kind: 'many', lane: 'files', sum: { marks: 20, weight: 60 } });
  });
});

describe('stepFrom', () => {
  const store = storeOf([call('a', 100), files(150), call('b', 200, 'person'), call('c', 300), files(400)]);
  const seqOf = (ref: ReturnType<typeof stepFrom>) =>
    ref === null ? null : store.lanes[ref.lane].mark(ref.index).startUs;

  it('walks calls of agents and people in the order of the log, and stops at the ends', () => {
    const walked: (number | null)[] = [];
    let ref = stepFrom(store, { ref: null, atUs: 0, direction: 1 });
    while (ref !== null) {
      walked.push(seqOf(ref));
      ref = stepFrom(store, { ref, atUs: 0, direction: 1 });
    }
    expect(walked).toEqual([100, 200, 300]);
    const last = stepFrom(store, { ref: null, atUs: 1_000, direction: -1 });
    expect(seqOf(last)).toBe(300);
    expect(seqOf(stepFrom(store, { ref: last, atUs: 0, direction: -1 }))).toBe(200);
  });

  it('stays in a lane that is not of calls, and changes lanes to what is nearest', () => {
    const change = changeLane(store, { lane: 'agent', atUs: 300, direction: 1 })!;
    expect(change).toEqual({ lane: 'people', index: 0 });
    const file = changeLane(store, { lane: 'people', atUs: 200, direction: 1 })!;
    expect(seqOf(file)).toBe(150);
    expect(seqOf(stepFrom(store, { ref: file, atUs: 0, direction: 1 }))).toBe(400);
    expect(changeLane(store, { lane: 'agent', atUs: 0, direction: -1 })).toBeNull();
  });
});

it('counts a range: what began in it, end left out', () => {
  const store = storeOf([call('x', 100), end('x', 150, true), files(200, 5), files(300)]);
  const counts = countRange(store, 100, 300);
  expect(counts.agent).toMatchObject({ marks: 1, failed: 1 });
  expect(counts.files).toMatchObject({ marks: 1, weight: 5 });
});
