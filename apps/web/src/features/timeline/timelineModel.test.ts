import { AppError, type LogEvent, type TimelinePage } from '@sandglass/protocol';
import { encodeTimelineRows, isLive, spanOf, timelineRowOf } from '@sandglass/replay';
import { describe, expect, it } from 'vitest';
import { loadHistory } from './history.ts';
import { syntheticPages, syntheticRows } from './syntheticLog.ts';
import { TimelineModel } from './timelineModel.ts';

const MINUTE = 60_000_000;

function event(seq: number, atUs: number): LogEvent {
  const data = { call: `cal_${seq}`, door: 'native', name: 'exec', summary: '', arguments: {} };
  return { seq, atUs, wallMs: 1, actor: 'agent', by: null, kind: 'call.asked', data } as unknown as LogEvent;
}
const pageOf = (events: readonly LogEvent[], more: Partial<TimelinePage> = {}): TimelinePage => ({
  columns: encodeTimelineRows(events.map((each) => timelineRowOf(each)!)),
  next: null,
  throughSeq: events.at(-1)?.seq ?? 0,
  nowUs: events.at(-1)?.atUs ?? 0,
  ...more,
});

/** A model whose page clock is moved by hand. */
function world(ageUs = 60 * MINUTE) {
  const clock = { ms: 0 };
  return { clock, model: new TimelineModel(() => clock.ms, ageUs) };
}
const marksOf = (model: TimelineModel) => model.store.lanes.agent.length;

describe('past and tail', () => {
  it('takes in each event once, however they overlap', () => {
    const { model } = world();
    model.handlePage(pageOf([event(1, 10), event(2, 20)]));
    expect(model.handleTail([event(2, 20), event(4, 40)], true)).toBe(true);
    expect(model.handleTail([event(2, 20), event(4, 40), event(5, 50)], true)).toBe(true);
    expect(marksOf(model)).toBe(4);
  });

  it('says when some are missing, and goes on from there', async () => {
    const { model } = world();
    model.handlePage(pageOf([event(1, 10)]));
    expect(model.handleTail([event(900, 90)], true)).toBe(false);
    const asked: unknown[] = [];
    const client = {
      request: async (_name: string, { query }: { query: { afterSeq: number } }) => {
        asked.push(query.afterSeq);
        return pageOf([event(500, 50), event(900, 90)]);
      },
    };
    await loadHistory(client as never, { sandbox: 'sbx_a' as never, model, signal: new AbortController().signal });
    expect(asked).toEqual([1]);
    expect(marksOf(model)).toBe(3);
  });

  it('keeps what had come when the past breaks off, and says why', async () => {
    const { model } = world();
    let pages = 0;
    const client = {
      request: async () => {
        if (pages++ > 0) throw new AppError('unavailable', 'The server is starting.');
        return pageOf([event(1, 10)], { next: 1 });
      },
    };
    await loadHistory(client as never, { sandbox: 'sbx_a' as never, model, signal: new AbortController().signal });
    expect(model.state.history).toBe('failed');
    expect(model.state.error).toBeInstanceOf(AppError);
    expect(marksOf(model)).toBe(1);
  });

  it('holds a long log in pages as in one', () => {
    const whole = world().model;
    const paged = world().model;
    for (const page of syntheticPages(syntheticRows(3_000, MINUTE), MINUTE, 3_000)) whole.handlePage(page);
    for (const page of syntheticPages(syntheticRows(3_000, MINUTE), MINUTE, 17)) paged.handlePage(page);
    for (const lane of ['agent', 'people', 'files', 'network'] as const)
      expect(paged.store.lanes[lane].length).toBe(whole.store.lanes[lane].length);
    expect(paged.store.gaps).toEqual(whole.store.gaps);
    expect(paged.state.history).toBe('ready');
  });
});

describe('the clock', () => {
  it('follows the server’s, not the browser’s, and catches up after a sleep', () => {
    const { model, clock } = world();
    model.handlePage(pageOf([event(1, 10)], { nowUs: 5 * MINUTE }));
    expect(model.nowUs()).toBe(5 * MINUTE);
    clock.ms += 1_000;
    expect(model.nowUs()).toBe(5 * MINUTE + 1_000_000);
    model.handleTail([event(2, 30 * MINUTE)], false);
    clock.ms += 1_000;
    expect(model.nowUs()).toBe(30 * MINUTE + 1_000_000);
  });

  it('stands still when the sandbox has ended', () => {
    const { model, clock } = world();
    const dead = { ...event(2, MINUTE), kind: 'sandbox.phase', data: { from: 'killing', to: 'dead' } } as never;
    model.handlePage(pageOf([event(1, 10), dead], { nowUs: 9 * MINUTE }));
    clock.ms += 60_000;
    expect(model.ended).toBe(true);
    expect(model.nowUs()).toBe(MINUTE);
  });

  it('does not claim to know what happens while the server is away', () => {
    const { model, clock } = world();
    model.handlePage(pageOf([event(1, 10)], { nowUs: MINUTE }));
    model.setLost(true);
    clock.ms += 5_000;
    expect(model.knownUs()).toBe(MINUTE);
    model.setLost(false);
    expect(model.knownUs()).toBe(model.nowUs());
  });
});

describe('looking', () => {
  it('shows a short recording whole and of a long one the last quarter of an hour', () => {
    expect(world(5 * MINUTE).model.state.window.mode).toBe('fit');
    const { window } = world(600 * MINUTE).model.state;
    expect(window.mode).toBe('follow');
    expect(spanOf(window)).toBe(15 * MINUTE);
  });

  it('leaves live by panning and comes back by asking', () => {
    const { model } = world();
    model.panByShare(-0.5);
    expect(isLive(model.state.window)).toBe(false);
    model.follow();
    expect(isLive(model.state.window)).toBe(true);
  });

  it('steps from the newest call backwards, brings it into view, and gives up one thing at a time', () => {
    const { model } = world();
    model.handlePage(pageOf([event(1, MINUTE), event(2, 59 * MINUTE)], { nowUs: 60 * MINUTE }));
    expect(model.step(-1)).toBe(true);
    expect(model.step(-1)).toBe(true);
    expect(model.state.focus).toEqual({ lane: 'agent', index: 0 });
    expect(model.state.window.fromUs).toBeLessThanOrEqual(MINUTE);
    expect(model.step(-1)).toBe(false);
    model.growSelection(0.1);
    expect(model.state.selection?.fromUs).toBe(MINUTE);
    expect(model.escape()).toBe(true);
    expect(model.state.selection).toBeNull();
    expect(model.escape()).toBe(true);
    expect(model.state.focus).toBeNull();
    expect(model.escape()).toBe(false);
  });
});
