import type { ChannelHandlers, ChannelMessage } from '@sandglass/client';
import { AppError } from '@sandglass/protocol';
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

it('keeps what it has when following fails, and follows again when it is asked to', () => {
  const asked: ChannelHandlers[] = [];
  const stream = {
    subscribe: (_topic: unknown, handlers: ChannelHandlers) => {
      asked.push(handlers);
      return { close: () => undefined };
    },
  };
  const model = new EventsModel();
  model.follow(stream as never, 'sbx_a' as never, 10);
  void asked[0]?.onOpened?.({ resumed: false } as never);
  void asked[0]?.onMessage?.(message(1));
  vi.runAllTimers();
  asked[0]?.onEnded?.({ reason: 'error', error: new AppError('internal', 'broken') });
  expect(model.state).toMatchObject({ phase: 'ended', error: { code: 'internal' } });
  expect(seqs(model)).toEqual([1]);
  model.state.retry?.();
  expect(asked).toHaveLength(2);
  expect(model.state).toMatchObject({ phase: 'following', error: null });
  expect(model.state.retry).toBeUndefined();
  expect(seqs(model)).toEqual([1]);
  asked[1]?.onEnded?.({ reason: 'error', error: new AppError('gone', 'It has ended.') });
  expect(model.state.retry).toBeUndefined();
});
