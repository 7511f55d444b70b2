import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodePointerMark, SandboxId } from '@sandglass/protocol';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openLogStore } from './logStore.ts';
import { PointerTrack } from './pointerTrack.ts';
import { ProgramPointer, programPointerOf } from './programPointer.ts';

const directory = mkdtempSync(join(tmpdir(), 'sandglass-programs-'));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let lastId = 0;
function world() {
  const store = openLogStore({ directory });
  const log = store.open(SandboxId.parse(`sbx_aaa${'abcdefgh'[lastId++]}`), { createdAtMs: 1 });
  const marks = () =>
    [...log.frames('pointer', 0)].map(({ payload }) => {
      const { by, x, y, buttons } = decodePointerMark(payload);
      return `${by} ${x},${y} ${buttons}`;
    });
  return { log, marks, pointer: new ProgramPointer(log, () => performance.now()), close: () => store.close() };
}

it('what nobody else did is a program’s, presses and all, as often as others are drawn', () => {
  const { pointer, marks, close } = world();
  pointer.see({ x: 5, y: 6, buttons: 0 });
  for (let x = 0; x < 500; x++) pointer.see({ x, y: 7, buttons: x % 2 });
  vi.advanceTimersByTime(1_000);
  expect(marks()).toEqual(['programs 5,6 0', 'programs 499,7 1']);
  pointer.see({ x: 499, y: 7, buttons: 0 });
  vi.advanceTimersByTime(1_000);
  expect(marks().at(-1)).toBe('programs 499,7 0');
  pointer.see({ x: 499, y: 7, buttons: 0 });
  vi.advanceTimersByTime(1_000);
  expect(marks()).toHaveLength(3);
  close();
});

it('what a hand from outside did is that hand’s, though X tells of it, late and on its way', () => {
  const { log, pointer, marks, close } = world();
  const hand = new PointerTrack({ log, hand: { actor: 'person', by: 'ann', name: 'Ann' } });
  for (let x = 0; x <= 300; x += 10) {
    hand.move(x, 9, x > 200 ? 1 : 0);
    vi.advanceTimersByTime(20);
    pointer.see({ x: Math.max(0, x - 10), y: 9, buttons: x > 210 ? 1 : 0 });
  }
  hand.move(300, 9, 0);
  vi.advanceTimersByTime(150);
  pointer.see({ x: 300, y: 9, buttons: 0 });
  vi.advanceTimersByTime(2_000);
  expect(marks().filter((mark) => mark.startsWith('programs'))).toEqual([]);
  pointer.see({ x: 40, y: 50, buttons: 0 });
  vi.advanceTimersByTime(2_000);
  expect(marks().at(-1)).toBe('programs 40,50 0');
  close();
});

it('says nothing in a private moment: the hand that is at it is not heard', () => {
  const { log, pointer, marks, close } = world();
  pointer.see({ x: 1, y: 1, buttons: 0 });
  pointer.see({ x: 2, y: 2, buttons: 0 });
  const shown: unknown[] = [];
  log.onAnyFrame((frame) => shown.push(frame));
  log.startPrivate({ actor: 'person', token: 'tok_a' }, { untilMs: 1_000_000 });
  pointer.see({ x: 3, y: 3, buttons: 0 });
  vi.advanceTimersByTime(2_000);
  expect(marks()).toEqual(['programs 1,1 0']);
  expect(shown).toEqual([]);
  close();
});

it('is one for a log, however often its sandbox is attached to', () => {
  const { log, close } = world();
  expect(programPointerOf(log)).toBe(programPointerOf(log));
  close();
});
