import type { TerminalId } from '@sandglass/protocol';
import { windowBytes } from '@sandglass/protocol/guest';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GuestOutputs } from './guestOutputs.ts';
import { MemorySink } from './guestWorld.ts';

const terminal = 'trm_printing' as TerminalId;

function startOutputs() {
  const acknowledged: number[] = [];
  const sink = new MemorySink();
  const outputs = new GuestOutputs({
    sink: () => sink,
    acknowledge: (_, offset) => acknowledged.push(offset),
    forget: () => {},
  });
  outputs.addTerminal(terminal);
  let offset = 0;
  const say = (bytes: number) => {
    outputs.receive(terminal, offset, new Uint8Array(bytes));
    offset += bytes;
  };
  return { outputs, acknowledged, say };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('lines that follow each other are acknowledged together, and each once', () => {
  const { acknowledged, say } = startOutputs();
  say(10);
  vi.advanceTimersByTime(11);
  say(10);
  expect(acknowledged).toEqual([]);
  vi.advanceTimersByTime(20);
  say(10);
  expect(acknowledged).toEqual([20]);
  vi.advanceTimersByTime(1_000);
  expect(acknowledged).toEqual([20, 30]);
});

test('much at once does not wait, nor does anything when the sandbox is about to stand still', () => {
  const { outputs, acknowledged, say } = startOutputs();
  say(windowBytes / 4);
  vi.advanceTimersByTime(0);
  expect(acknowledged).toEqual([windowBytes / 4]);
  say(10);
  outputs.acknowledgesAtOnce = true;
  expect(acknowledged.at(-1)).toBe(windowBytes / 4 + 10);
  say(10);
  vi.advanceTimersByTime(0);
  expect(acknowledged.at(-1)).toBe(windowBytes / 4 + 20);
});
