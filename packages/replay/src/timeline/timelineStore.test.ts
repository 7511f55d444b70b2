import type { Actor, LogEvent, TimelineKind } from '@sandglass/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TimelineRow, timelineRowOf } from './rows.ts';
import { createSample, sampleLane } from './sampleLane.ts';
import { decodeTimelineRows, encodeTimelineRows } from './timelinePage.ts';
import { laneNames, TimelineStore } from './timelineStore.ts';

const steps = fc.record({
  afterUs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1_000, max: 3_000_000 })),
  frames: fc.integer({ min: 0, max: 3 }),
  actor: fc.constantFrom<Actor>('agent', 'person', 'system'),
  what: fc.constantFrom<TimelineKind | 'freeze' | 'thaw'>(
    'asked',
    'asked',
    'ended',
    'ended',
    'files',
    'request',
    'opened',
    'exited',
    'checkpoint',
    'gap',
    'freeze',
    'thaw',
  ),
  failed: fc.boolean(),
  count: fc.integer({ min: 1, max: 9 }),
  pick: fc.nat(),
});

/** Random but possible: rows in the order of a log: seq and time only ever grow, and only what was begun ends. */
const timelineRows = (maxLength: number): fc.Arbitrary<TimelineRow[]> =>
  fc.array(steps, { maxLength }).map((all) => {
    const open = { asked: [] as string[], opened: [] as string[] };
    let seq = 0;
    let atUs = 0;
    const rows: TimelineRow[] = [];
    for (const step of all) {
      seq += 1 + step.frames;
      atUs += step.afterUs;
      const row = { seq, atUs, actor: step.actor, name: '', key: '', durationUs: 0, failed: false, count: step.count };
      if (step.what === 'asked' || step.what === 'opened') {
        open[step.what].push(`${step.what}${seq}`);
        rows.push({ ...row, kind: step.what, key: `${step.what}${seq}`, name: step.what });
      } else if (step.what === 'ended' || step.what === 'exited') {
        const keys = open[step.what === 'ended' ? 'asked' : 'opened'];
        if (keys.length === 0) continue;
        const [key] = keys.splice(step.pick % keys.length, 1);
        rows.push({ ...row, kind: step.what, key: key!, failed: step.failed, durationUs: step.afterUs });
      } else if (step.what === 'freeze' || step.what === 'thaw')
        rows.push({ ...row, kind: 'phase', name: step.what === 'freeze' ? 'frozen' : 'running' });
      else rows.push({ ...row, kind: step.what, failed: step.what === 'request' && step.failed });
    }
    return rows;
  });

function storeOf(rows: Iterable<TimelineRow>): TimelineStore {
  const store = new TimelineStore();
  for (const row of rows) store.append(row);
  return store;
}

/** Everything a store would show. */
const pictureOf = (store: TimelineStore) => ({
  lanes: laneNames.map((name) =>
    Array.from({ length: store.lanes[name].length }, (_, at) => store.lanes[name].mark(at)),
  ),
  flags: store.flags,
  gaps: store.gaps,
  end: store.end,
  lastSeq: store.lastSeq,
});

describe('TimelineStore', () => {
  it('is the same, whether built at once or from pages and a tail that overlap', () => {
    fc.assert(
      fc.property(timelineRows(300), fc.array(fc.nat(300)), (rows, cuts) => {
        const parts = new TimelineStore();
        for (const cut of [...cuts.sort((a, b) => a - b), rows.length])
          for (const row of rows.slice(Math.max(0, cut - 20), cut)) {
            for (const missed of rows) if (missed.seq > parts.lastSeq && missed.seq < row.seq) parts.append(missed);
            parts.append(row);
          }
        for (const row of rows) parts.append(row);
        expect(pictureOf(parts)).toEqual(pictureOf(storeOf(rows)));
      }),
    );
  });

  it('is the same after a trip over the wire', () => {
    fc.assert(
      fc.property(timelineRows(200), (rows) => {
        const wire = JSON.parse(JSON.stringify(encodeTimelineRows(rows)));
        expect([...decodeTimelineRows(wire)]).toEqual(rows);
      }),
    );
  });

  it('shows each mark in exactly one column, and each failure too, at every width', () => {
    fc.assert(
      fc.property(timelineRows(400), fc.integer({ min: 1, max: 300 }), (rows, columns) => {
        const store = storeOf(rows);
        const nowUs = (rows.at(-1)?.atUs ?? 0) + 1;
        const sample = createSample(columns);
        for (const name of laneNames) {
          const lane = store.lanes[name];
          sampleLane(lane, { fromUs: 0, toUs: nowUs, nowUs, columns }, sample);
          const all = Array.from({ length: lane.length }, (_, at) => lane.mark(at));
          const sum = (values: Float64Array) => values.subarray(0, columns).reduce((total, value) => total + value, 0);
          expect(sum(sample.marks)).toBe(all.length);
          expect(sample.total).toBe(all.length);
          expect(sum(sample.failed)).toBe(all.filter((mark) => mark.failed).length);
          expect(sum(sample.weight)).toBe(all.reduce((total, mark) => total + mark.weight, 0));
          expect(sum(sample.agent)).toBe(all.filter((mark) => mark.actor === 'agent').length);
          // A column is covered when something begins or goes on in it, and only then.
          for (let column = 0; column < columns; column++) {
            const fromUs = column * (nowUs / columns);
            const toUs = column + 1 === columns ? nowUs : (column + 1) * (nowUs / columns);
            const here = all.filter(
              (mark) => mark.startUs < toUs && (mark.startUs >= fromUs || Math.min(mark.endUs, nowUs) > fromUs),
            );
            expect(sample.covered[column], `${name} ${column}`).toBe(
              here.length === 0 ? 0 : here.some((mark) => mark.failed) ? 2 : 1,
            );
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('ends with its sandbox whatever was still open', () => {
    const row = { actor: 'agent', name: '', key: '', durationUs: 0, failed: false, count: 1 } as const;
    const store = storeOf([
      { ...row, seq: 1, atUs: 10, kind: 'asked', key: 'cal_a' },
      { ...row, seq: 2, atUs: 20, kind: 'phase', name: 'frozen' },
      { ...row, seq: 3, atUs: 30, kind: 'phase', name: 'dead' },
    ]);
    expect(store.lanes.agent.mark(0).endUs).toBe(30);
    expect(store.gaps).toEqual([{ kind: 'frozen', track: '', fromUs: 20, toUs: 30, seq: 2 }]);
    expect(store.end).toEqual({ atUs: 30, failed: false });
  });
});

it('knows which window had the keyboard at a moment, over the wire too', () => {
  const shown = (seq: number, atUs: number, active: number | null): LogEvent => ({
    ...{ seq, atUs, wallMs: 0, actor: 'system', by: null, kind: 'windows.changed' },
    data: {
      windows: [
        { id: 1, title: 'Shop', application: '' },
        { id: 2, title: 'x'.repeat(300), application: '' },
      ],
      ...{ active, opened: [], closed: [], titled: [] },
    },
  });
  const rows = [shown(1, 10, 1), shown(2, 20, 1), shown(3, 30, 2), shown(4, 40, null)].map((e) => timelineRowOf(e)!);
  const store = new TimelineStore();
  for (const row of decodeTimelineRows(encodeTimelineRows(rows))) store.append(row);
  expect([5, 10, 25, 30, 45].map((atUs) => store.windowAt(atUs).slice(0, 4))).toEqual(['', 'Shop', 'Shop', 'xxxx', '']);
  expect(store.windowAt(30).length).toBeLessThanOrEqual(64);
  expect(store.lanes.agent.length).toBe(0);
});

describe('timelineRowOf', () => {
  const event = (kind: string, data: object): LogEvent =>
    ({ seq: 7, atUs: 9, wallMs: 1, actor: 'agent', by: null, kind, data }) as unknown as LogEvent;
  const ended = (more: object) =>
    timelineRowOf(event('call.ended', { call: 'cal_a', ok: true, durationMs: 12.5, summary: '', ...more }));

  it('knows a failed call by refusal, exit code or time-out', () => {
    expect(ended({})).toMatchObject({ kind: 'ended', key: 'cal_a', durationUs: 12_500, failed: false });
    expect(ended({ result: { code: 0 } })?.failed).toBe(false);
    for (const more of [{ ok: false }, { result: { code: 2 } }, { result: { timedOut: true } }])
      expect(ended(more)?.failed).toBe(true);
  });

  it('leaves out what has no place, and cuts names that doors made up', () => {
    expect(timelineRowOf(event('screen.opened', { width: 1, height: 1 }))).toBeUndefined();
    expect(timelineRowOf(event('file.changed', { changes: [], dropped: 0 }))).toBeUndefined();
    const change = (path: string) => ({ path, kind: 'modified', directory: false });
    const changes = [change('/home/user/app/a.py'), change('/home/user/.cache/x')];
    expect(timelineRowOf(event('file.changed', { changes, dropped: 0 }))?.count).toBe(1);
    expect(timelineRowOf(event('file.changed', { changes: changes.slice(1), dropped: 0 }))).toBeUndefined();
    expect(timelineRowOf(event('file.changed', { changes: changes.slice(1), dropped: 3 }))?.count).toBe(3);
    const asked = timelineRowOf(event('call.asked', { call: 'cal_a', name: 'x'.repeat(9_000) }));
    expect(asked?.name).toHaveLength(64);
  });
});

describe('what was not recorded', () => {
  const row = (kind: TimelineRow['kind'], seq: number, atUs: number, more: Partial<TimelineRow> = {}): TimelineRow => ({
    ...{ seq, atUs, actor: 'person', kind, name: '', key: '', durationUs: 0, failed: false, count: 1 },
    ...more,
  });

  it('is a stretch from its beginning to its end, in the middle of a freeze too; one without a beginning says how long it was', () => {
    const store = new TimelineStore();
    store.beginAt(5);
    store.append(row('stopped', 1, 10, { name: 'private' }));
    store.append(row('phase', 2, 12, { name: 'frozen' }));
    expect(store.gaps.map(({ kind, toUs }) => [kind, toUs])).toEqual([
      ['notKept', 5],
      ['private', Number.POSITIVE_INFINITY],
      ['frozen', Number.POSITIVE_INFINITY],
    ]);
    store.append(row('resumed', 3, 14, { name: 'private', durationUs: 4 }));
    store.append(row('phase', 4, 16, { name: 'running' }));
    store.append(row('resumed', 5, 40, { name: 'noSpace', durationUs: 10 }));
    store.beginAt(7);
    expect(store.gaps.map(({ kind, fromUs, toUs }) => [kind, fromUs, toUs])).toEqual([
      ['notKept', 0, 7],
      ['private', 10, 14],
      ['frozen', 12, 16],
      ['noSpace', 30, 40],
    ]);
  });
});

describe('pages of the browser on the timeline', () => {
  const row = (kind: string, data: object) =>
    timelineRowOf({ seq: 1, atUs: 1, wallMs: 1, actor: 'system', by: null, kind, data } as never);

  it('marks where they went, and what went wrong as an error to jump to', () => {
    expect(row('page.navigated', { url: 'http://a/', moved: true })).toMatchObject({ kind: 'request', name: 'page' });
    expect(row('page.navigated', { url: 'http://a/', moved: false })).toBeUndefined();
    expect(row('page.opened', { url: 'about:blank' })).toBeUndefined();
    expect(row('page.logged', { level: 'error' })).toMatchObject({ name: 'console', failed: true });
    expect(row('page.logged', { level: 'warning' })).toBeUndefined();
    expect(row('page.requested', { error: null, status: 500, durationMs: 3 })).toMatchObject({ failed: true });
    expect(row('page.requested', { error: null, status: 200, durationMs: 3 })).toBeUndefined();
    expect(row('page.requested', { error: 'canceled', status: null, durationMs: 3 })).toBeUndefined();
  });
});
