import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallId, SandboxId, TerminalId } from '@sandglass/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SandboxLog, trackFrame } from './log.ts';
import { openLogStore } from './logStore.ts';
import { DiskSpace } from './space.ts';

const MB = 1_048_576;
const id = 'sbx_aaaaaaaaaa' as SandboxId;
const terminal = 'terminal:trm_aaaaaaaaaa' as const satisfies `terminal:${TerminalId | string}`;

let directory: string;
let freeBytes: number;
let store: ReturnType<typeof openLogStore>;

const open = () => {
  store = openLogStore({
    directory,
    floorBytes: 10 * MB,
    freeBytes: () => freeBytes,
    timers: { after: () => () => {} },
  });
  return store.open(id, { createdAtMs: Date.now() });
};
const track = terminal as `terminal:${TerminalId}`;
const said = (log: SandboxLog) =>
  [...log.frames(track, 0)].map(({ payload }) => Buffer.from(payload).toString()).join('');
const kinds = (log: SandboxLog) => log.events(0, 100).map((event) => event.kind);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sandglass-space-'));
  freeBytes = 100 * MB;
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true, force: true });
});

it('below the floor nothing but events is written, live goes on, and above it with some more the recording does', () => {
  const log = open();
  const seen: string[] = [];
  log.onFrame(track, (frame) => seen.push(Buffer.from(frame.payload).toString()));
  log.appendOutput(track, trackFrame.output, Buffer.from('one '));
  freeBytes = 9 * MB;
  store.checkSpace();
  expect(log.capture).toEqual({ phase: 'noSpace', sinceMs: expect.any(Number) });
  log.appendOutput(track, trackFrame.output, Buffer.from('two '));
  log.append({ kind: 'sandbox.updated', actor: 'agent', data: { changed: ['name'] } });
  expect(() => log.appendFrame('stills', trackFrame.still, new Uint8Array(9))).toThrow(
    expect.objectContaining({ code: 'noSpace' }),
  );
  expect(seen.join('')).toBe('one two ');
  expect(said(log)).toBe('one two ');
  freeBytes = 11 * MB;
  store.checkSpace();
  expect(log.capture.phase).toBe('noSpace');
  freeBytes = 13 * MB;
  store.checkSpace();
  expect(log.capture).toEqual({ phase: 'on' });
  log.appendOutput(track, trackFrame.output, Buffer.from('three'));
  expect(said(log)).toBe('one three');
  expect(kinds(log)).toEqual(['recorder.stopped', 'sandbox.updated', 'recorder.resumed']);
  expect(log.outputBytes(track, trackFrame.output)).toBe('one two three'.length);
  store.close();
  const again = open();
  expect(again.outputBytes(track, trackFrame.output)).toBe('one two three'.length);
  expect(again.capture).toEqual({ phase: 'on' });
});

it('a private moment stays one while the disk is full', () => {
  const log = open();
  log.startPrivate({ actor: 'person', token: 'tok_a' }, { untilMs: Date.now() + 1000 });
  freeBytes = 0;
  store.checkSpace();
  expect(log.capture.phase).toBe('private');
  log.append({
    kind: 'call.asked',
    actor: 'agent',
    data: { call: 'cal_aaaaaaaaaa' as CallId, door: 'native', name: 'exec', summary: 'x', arguments: { command: 'x' } },
  });
  log.endPrivate({ actor: 'person', token: 'tok_a' }, 'done');
  store.checkSpace();
  expect(log.capture.phase).toBe('noSpace');
  expect(JSON.stringify(log.events(0, 10))).not.toContain('command');
});

it('knows full from roomy, with a margin between', () => {
  let free = 100;
  const space = new DiskSpace({ floorBytes: 100, freeBytes: () => free });
  space.look();
  expect(space.isFull).toBe(false);
  free = 99;
  space.look();
  expect(space.isFull).toBe(true);
  free = 100 + MB - 1;
  space.look();
  expect(space.isFull).toBe(true);
  free = 100 + MB;
  space.look();
  expect(space.isFull).toBe(false);
  space.failed();
  expect(space.isFull).toBe(true);
});
