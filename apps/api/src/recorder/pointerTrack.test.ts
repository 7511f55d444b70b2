import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PointerMark, SandboxId } from '@sandglass/protocol';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openLogStore } from './logStore.ts';
import { followPointers, lastPointerPlace, PointerTrack } from './pointerTrack.ts';

const directory = mkdtempSync(join(tmpdir(), 'sandglass-pointer-'));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true, force: true });
});

it('records moves ten times a second with the last one always there, presses at once, and says which are one’s own', () => {
  const store = openLogStore({ directory });
  const log = store.open(SandboxId.parse('sbx_aaaa'), { createdAtMs: 1 });
  const seen: PointerMark[] = [];
  const own: PointerMark[] = [];
  followPointers(log, 'other', (mark) => seen.push(mark));
  followPointers(log, 'me', (mark, position) => void (position.own && own.push(mark)));
  const track = new PointerTrack({ log, hand: { actor: 'person', by: 'me', name: 'Ann' } });
  expect(lastPointerPlace(log)).toBeNull();

  for (let x = 0; x < 50; x++) track.move(x, 5, 0);
  expect(seen.map((mark) => mark.x)).toEqual([0]);
  vi.advanceTimersByTime(100);
  expect(seen.map((mark) => mark.x)).toEqual([0, 49]);
  track.move(50, 5, 1);
  track.move(50, 5, 0);
  expect(seen.slice(2).map((mark) => mark.buttons)).toEqual([1, 0]);
  track.move(60, 5, 0);
  track.close();
  vi.advanceTimersByTime(1_000);
  expect(seen).toHaveLength(4);
  expect(seen[0]).toEqual({ actor: 'person', by: 'me', name: 'Ann', x: 0, y: 5, buttons: 0 });
  expect(own).toEqual(seen);
  expect([...log.frames('pointer', 0)]).toHaveLength(4);
  track.key('Enter');
  expect(lastPointerPlace(log)).toEqual({ x: 50, y: 5 });
  store.close();
});
