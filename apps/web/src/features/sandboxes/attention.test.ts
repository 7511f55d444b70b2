import { openGate, type Sandbox, type SandboxId, type Stats } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { ASKED_LATE_MS, findNeeds, noteAsked, partsOf, WallStats } from './attention.ts';

const make = (id: string, part: Partial<Sandbox> = {}) =>
  ({ id, phase: 'running', asked: null, gate: openGate, ...part }) as Sandbox;
const id = (text: string) => text as SandboxId;
const nothing = { askedSinceMs: new Map(), stats: new Map(), seen: new Set<string>() };
const disk = (diskBytes: number) => ({ diskBytes, diskLimitBytes: 100 }) as Stats;

it('failed ones need somebody until they are seen', () => {
  const all = [make('a', { phase: 'failed' }), make('b', { phase: 'dead' }), make('c')];
  expect([...findNeeds(all, nothing, 0)]).toEqual([['a', 'Failed']]);
  expect(findNeeds(all, { ...nothing, seen: new Set(['a']) }, 0).size).toBe(0);
});

it('what was asked and has not happened needs somebody, after a while', () => {
  const asked = make('a', { phase: 'freezing', asked: 'freeze' });
  const since = noteAsked(new Map(), [asked, make('b')], 1_000);
  expect([...since]).toEqual([['a', 1_000]]);
  expect(noteAsked(since, [asked], 9_000)).toBe(since);
  const known = { ...nothing, askedSinceMs: since };
  expect(findNeeds([asked], known, 1_000 + ASKED_LATE_MS - 1).size).toBe(0);
  expect(findNeeds([asked], known, 1_000 + ASKED_LATE_MS).get(id('a'))).toBe('Freeze asked, not happened');
  expect(noteAsked(since, [make('a')], 2_000).size).toBe(0);
});

it('a full disk needs somebody; one without a limit does not', () => {
  const stats = new Map([
    [id('a'), disk(97)],
    [id('b'), disk(96)],
    [id('c'), { ...disk(500), diskLimitBytes: null }],
  ]);
  const all = [make('a'), make('b'), make('c')];
  expect([...findNeeds(all, { ...nothing, stats }, 0)]).toEqual([['a', 'Disk full']]);
});

it('follows the disks of those that run, and lets go of the others', () => {
  const open = new Map<string, (message: { type: string; stats?: Stats }) => void>();
  const disks = new WallStats({
    subscribe: ({ sandbox }, { onMessage }) => {
      open.set(sandbox, onMessage);
      return { close: () => open.delete(sandbox) };
    },
  });
  disks.follow([id('a'), id('b')]);
  open.get('a')?.({ type: 'stats', stats: disk(5) });
  expect(disks.state.get(id('a'))?.diskBytes).toBe(5);
  disks.follow([id('b')]);
  expect([...open.keys()]).toEqual(['b']);
  expect(disks.state.size).toBe(0);
  disks.close();
  expect(open.size).toBe(0);
});

it('a call that is held and a question need somebody, in words', () => {
  const gate = { ...openGate, heldCalls: 1, summary: 'computer.click 275,532' };
  const all = [make('a', { gate }), make('b', { gate: { ...gate, questions: 1, summary: 'Which plan?' } })];
  expect([...findNeeds(all, nothing, 0).values()]).toEqual(['Held: computer.click 275,532', 'Asks you: Which plan?']);
});

it('a card says the kind on its picture and the rest below', () => {
  expect(partsOf('Held: write a: b')).toEqual({ word: 'Held', detail: 'write a: b' });
  expect(partsOf('Disk full')).toEqual({ word: 'Disk full', detail: undefined });
});
