import type { ScreenHandlers, ScreenView } from '@sandglass/client';
import { AppError } from '@sandglass/protocol';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ScreenModel, type ScreenSource } from './screenModel.ts';

class FakeSource implements ScreenSource {
  readonly sent: string[] = [];
  watches = 0;
  handlers: ScreenHandlers | null = null;
  watch(handlers: ScreenHandlers): ScreenView {
    this.watches++;
    this.handlers = handlers;
    const send = (line: string) => {
      this.sent.push(line);
      return true;
    };
    const close = () => send('close');
    return {
      pointer: (x, y, buttons) => send(`pointer ${x} ${y} ${buttons}`),
      key: (keysym, down) => send(`key ${keysym} ${down}`),
      clipboard: (text) => send(`clipboard ${text}`),
      resize: (width, height) => send(`resize ${width} ${height}`),
      acknowledge: (seq) => void send(`ack ${seq}`),
      mayInput: true,
      close,
      [Symbol.dispose]: close,
    };
  }
}

function shown() {
  const source = new FakeSource();
  const model = new ScreenModel(source);
  const drawn: Uint8Array[] = [];
  const hide = model.show({ draw: async (encoded) => void drawn.push(encoded) });
  return { source, model, drawn, hide };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('sends input only while live and allowed, but always lets go', () => {
  const { source, model } = shown();
  model.key(97, true);
  source.handlers?.onRights?.({ mayInput: true });
  model.pointer(1, 2, 1);
  source.handlers?.onLost?.();
  model.pointer(3, 4, 0);
  model.key(97, false);
  expect(source.sent).toEqual(['pointer 1 2 1', 'key 97 false']);
});

it('lets go of the buttons and the stream when it is hidden', () => {
  const { source, model, hide } = shown();
  source.handlers?.onRights?.({ mayInput: true });
  model.pointer(1, 2, 1);
  hide();
  expect(source.sent).toEqual(['pointer 1 2 1', 'pointer 1 2 0', 'close']);
});

it('waits for a desktop that is not there now, and keeps the last picture', () => {
  const { source, model } = shown();
  source.handlers?.onRights?.({ mayInput: true });
  model.handleSize(1280, 800);
  source.handlers?.onEnded?.({ reason: 'exited', exit: null });
  expect(model.state).toMatchObject({ phase: 'away', mayInput: false, size: { width: 1280 } });
  vi.advanceTimersByTime(1_000);
  source.handlers?.onEnded?.({ reason: 'error', error: new AppError('notSupported', 'not now') });
  vi.advanceTimersByTime(1_000);
  expect(source.watches).toBe(3);
  source.handlers?.onRights?.({ mayInput: true });
  expect(model.state.phase).toBe('live');
});

it('ends with the sandbox and asks no more', () => {
  const { source, model } = shown();
  source.handlers?.onEnded?.({ reason: 'sandboxEnded' });
  vi.advanceTimersByTime(10_000);
  expect(source.watches).toBe(1);
  expect(model.state.phase).toBe('ended');
});

it('keeps what the sandbox copied until it is taken, and bounds a resize', () => {
  const { source, model } = shown();
  source.handlers?.onRights?.({ mayInput: true });
  source.handlers?.onClipboard?.('secret');
  expect(model.state.copied).toBe('secret');
  model.dismissCopied();
  expect(model.state.copied).toBeNull();
  model.resize(100, 99_999);
  expect(source.sent).toEqual(['resize 320 4320']);
});
