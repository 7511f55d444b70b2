import type { ChannelMessage } from '@sandglass/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EventsModel } from './events.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const message = (seq: number) =>
  ({ type: 'event', seq, event: { seq, kind: 'sandbox.updated' } }) as unknown as ChannelMessage;
const seqs = (model: EventsModel) => model.state.events.map((event) => event.seq);

it('shows a burst once, and an empty log as empty rather than loading', () => {
  const model = new EventsModel();
  let told = 0;
  model.subscribe(() => told++);
  model.handleOpened({ resumed: false });
  vi.runAllTimers();
  expect(model.state).toMatchObject({ phase: 'following', events: [] });
  for (let seq = 1; seq <= 100; seq++) model.handleMessage(message(seq));
  vi.runAllTimers();
  expect(seqs(model)).toHaveLength(100);
  expect(told).toBe(2);
});

it('goes on after a resumed reconnect without repeats', () => {
  const model = new EventsModel();
  model.handleOpened({ resumed: false });
  model.handleMessage(message(1));
  model.handleMessage(message(2));
  vi.runAllTimers();
  model.handleOpened({ resumed: true });
  model.handleMessage(message(2));
  model.handleMessage(message(3));
  vi.runAllTimers();
  expect(seqs(model)).toEqual([1, 2, 3]);
});

it('forgets what it had when the server starts afresh, but not before the new is there', () => {
  const model = new EventsModel();
  model.handleOpened({ resumed: false });
  model.handleMessage(message(1));
  vi.runAllTimers();
  model.handleOpened({ resumed: false });
  expect(seqs(model)).toEqual([1]);
  model.handleMessage(message(900));
  vi.runAllTimers();
  expect(seqs(model)).toEqual([900]);
  expect(model.state.earlier).toBe(true);
});
