import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Miniature, SandboxId, Terminal, TerminalId } from '@sandglass/protocol';
import { encodeResize } from '@sandglass/replay';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type SandboxLog, trackFrame } from '../log.ts';
import { openLogStore } from '../logStore.ts';
import type { TerminalRecorder } from '../ports.ts';
import { createTerminalRecorder } from '../terminalRecorder.ts';
import { Miniatures } from './miniatures.ts';

const sandbox = 'sbx_aaaaaaaaaa' as SandboxId;
const [first, second] = ['trm_aaaaaaaaaa', 'trm_bbbbbbbbbb'] as TerminalId[] as [TerminalId, TerminalId];

let directory: string;
let store: ReturnType<typeof openLogStore>;
let log: SandboxLog;
let recorder: TerminalRecorder;
let miniatures: Miniatures;
let terminals: Terminal[];
let errors: unknown[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  directory = mkdtempSync(join(tmpdir(), 'sandglass-miniatures-'));
  store = openLogStore({ directory });
  log = store.open(sandbox, { createdAtMs: Date.now() });
  recorder = createTerminalRecorder();
  errors = [];
  miniatures = new Miniatures(recorder, (_, error) => errors.push(error));
  terminals = [];
});

afterEach(() => {
  miniatures.close();
  recorder.close();
  store.close();
  vi.useRealTimers();
  rmSync(directory, { recursive: true, force: true });
  expect(errors).toEqual([]);
});

function open(id: TerminalId, name: string): void {
  const size = { columns: 40, rows: 5 };
  log.appendFrame(`terminal:${id}`, trackFrame.resize, encodeResize(size));
  terminals.push({ id, sandbox, name, owner: 'agent', ...size, createdAtMs: 1, exit: null, bytes: 0 });
}
const say = (id: TerminalId, text: string) => log.appendFrame(`terminal:${id}`, trackFrame.output, Buffer.from(text));
const pass = async (ms: number) => {
  await miniatures.idle();
  for (let left = ms; left > 0; left -= 500) {
    vi.advanceTimersByTime(500);
    await miniatures.idle();
  }
};

function watch(): (string | null)[] {
  const seen: (string | null)[] = [];
  const said = (miniature: Miniature | null) =>
    miniature && `${miniature.name}: ${miniature.lines.map((runs) => runs.map(({ text }) => text).join('')).join('|')}`;
  miniatures.watch({ log, terminals: () => terminals }, (miniature) => seen.push(said(miniature)));
  return seen;
}

test('without a terminal there is none; then the one that prints most, drawn only when it changed', async () => {
  const seen = watch();
  await pass(1_000);
  expect(seen).toEqual([null]);
  open(first, 'shell');
  open(second, 'build');
  say(first, 'hello');
  await pass(1_000);
  expect(seen.at(-1)).toBe('shell: hello');
  const count = seen.length;
  await pass(2_000);
  expect(seen).toHaveLength(count);
  say(second, 'compiling a lot of things');
  await pass(500);
  expect(seen.at(-1)).toBe('build: compiling a lot of things');
  // A little elsewhere does not take its place.
  say(first, '!');
  await pass(500);
  expect(seen.at(-1)).toBe('build: compiling a lot of things');
});

test('a flood is drawn by its end', async () => {
  open(first, 'shell');
  const seen = watch();
  for (let i = 0; i < 400; i++) say(first, 'y\r\n'.repeat(1_000));
  say(first, '\r\ndone');
  await pass(1_500);
  expect(seen.at(-1)).toMatch(/\|done$/);
});

test('one that has ended gives way to a living one; the last that spoke stays when all have', async () => {
  open(first, 'shell');
  open(second, 'build');
  say(first, 'a much longer text than the other');
  say(second, 'short');
  const seen = watch();
  await pass(500);
  terminals[0] = { ...terminals[0]!, exit: { code: 0, signal: null } };
  await pass(500);
  expect(seen.at(-1)).toBe('build: short');
  terminals[1] = { ...terminals[1]!, exit: { code: 0, signal: null } };
  await pass(500);
  expect(seen.at(-1)).toBe('build: short');
  const { miniature } = await miniatures.last({ log, terminals: () => terminals });
  expect(miniature?.name).toBe('build');
});

test('a second viewer gets at once what is there; without viewers nothing is read', async () => {
  open(first, 'shell');
  say(first, 'hello');
  const reading = vi.spyOn(recorder, 'miniature');
  const stops: (() => void)[] = [];
  stops.push(miniatures.watch({ log, terminals: () => terminals }, () => {}));
  await pass(500);
  const late: unknown[] = [];
  stops.push(miniatures.watch({ log, terminals: () => terminals }, (miniature) => late.push(miniature)));
  expect(late).toHaveLength(1);
  expect(reading).toHaveBeenCalledTimes(1);
  for (const stop of stops) stop();
  say(first, 'again');
  await pass(2_000);
  expect(reading).toHaveBeenCalledTimes(1);
});
