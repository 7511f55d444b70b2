import type { LogEvent, SandboxId } from '@sandglass/protocol';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { summarize } from '../../platform/summary.ts';
import { BARS, CardModel, sparkOf } from './cardModel.ts';

const call = (seq: number, wallMs = 0): LogEvent => ({
  seq,
  atUs: seq,
  wallMs,
  actor: 'agent',
  by: null,
  kind: 'call.asked',
  data: { call: 'cal_aaaa' as never, door: 'native', name: 'exec', summary: `exec step ${seq}`, arguments: {} },
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('keeps the last calls and counts the rest, and tells of a burst once', () => {
  const model = new CardModel();
  let told = 0;
  model.subscribe(() => told++);
  for (let seq = 1; seq <= 5_000; seq++) model.add(call(seq));
  vi.advanceTimersByTime(1_000);
  expect(told).toBe(1);
  expect(model.state.last.map(({ detail }) => detail)).toEqual(
    [4993, 4994, 4995, 4996, 4997, 4998, 4999, 5000].map((seq) => `step ${seq}`),
  );
  expect([...model.state.slices.values()]).toEqual([5_000]);
});

it('its past is not counted twice when the connection comes back anew', () => {
  const model = new CardModel();
  let handlers: Parameters<Parameters<CardModel['follow']>[0]['subscribe']>[1] | undefined;
  const stop = model.follow(
    {
      subscribe: (_, given) => {
        handlers = given;
        return { close: () => {} };
      },
    },
    'sbx_aaaa' as SandboxId,
  );
  for (const resumed of [false, true, false]) {
    handlers?.onOpened({ resumed });
    if (!resumed) for (const seq of [1, 2, 3]) handlers?.onMessage({ type: 'event', event: call(seq) });
  }
  vi.advanceTimersByTime(1_000);
  expect([...model.state.slices.values()]).toEqual([3]);
  stop();
});

it('draws ten minutes, the newest last', () => {
  const model = new CardModel();
  const nowMs = 1_700_000_000_000;
  model.add(call(1, nowMs - 60 * 60_000));
  for (const seq of [2, 3]) model.add(call(seq, nowMs - 5 * 60_000));
  model.add(call(4, nowMs));
  vi.advanceTimersByTime(1_000);
  const bars = sparkOf(model.state.slices, nowMs);
  expect(bars).toHaveLength(BARS);
  expect(bars.filter((bar) => bar > 0)).toEqual([1, 0.625]);
  expect(bars.at(-1)).toBe(0.625);
});

it('says a question once, in its own words', () => {
  const event = (kind: string, data: object) =>
    ({ seq: 1, atUs: 1, wallMs: 1, actor: 'agent', by: null, kind, data }) as unknown as LogEvent;
  const asked = event('call.asked', { call: 'cal_a', door: 'native', name: 'ask', summary: 'Which?', arguments: {} });
  const question = event('question.asked', { call: 'cal_a', question: { question: 'Which?' } });
  expect([asked, question].map(summarize).map((each) => each && `${each.verb} ${each.detail}`)).toEqual([
    undefined,
    'asks Which?',
  ]);
});
