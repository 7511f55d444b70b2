import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxId, TerminalId } from '@sandglass/protocol';
import { decodeResize, encodeResize } from '@sandglass/replay';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { terminalState, writeNow } from '../../test/terminalState.ts';
import type { TerminalSnapshot } from '../services.ts';
import { type SandboxLog, type Track, trackFrame } from './log.ts';
import { openLogStore } from './logStore.ts';
import type { TerminalRecorder } from './ports.ts';
import { openEmulator } from './terminal/emulator.ts';
import { createTerminalRecorder } from './terminalRecorder.ts';

const sandbox = 'sbx_aaaaaaaaaa' as SandboxId;
const terminal = 'trm_aaaaaaaaaa' as TerminalId;
const track: Track = `terminal:${terminal}`;

interface World extends Disposable {
  readonly log: SandboxLog;
  readonly recorder: TerminalRecorder;
  readonly errors: unknown[];
  say(text: string | Uint8Array): void;
  resize(columns: number, rows: number): void;
}

function startWorld(): World {
  const directory = mkdtempSync(join(tmpdir(), 'sandglass-terminal-'));
  const store = openLogStore({ directory });
  const log = store.open(sandbox, { createdAtMs: Date.now() });
  const errors: unknown[] = [];
  const recorder = createTerminalRecorder({ onError: (_, error) => errors.push(error) });
  const world: World = {
    log,
    recorder,
    errors,
    say: (text) => void log.appendFrame(track, trackFrame.output, typeof text === 'string' ? Buffer.from(text) : text),
    resize: (columns, rows) => void log.appendFrame(track, trackFrame.resize, encodeResize({ columns, rows })),
    [Symbol.dispose]() {
      recorder.close();
      store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  world.resize(40, 10);
  return world;
}

/** What a viewer sees: its start, then every frame after it. */
function view(log: SandboxLog, start?: TerminalSnapshot) {
  const screen = openEmulator(start ?? { columns: 80, rows: 24 }, 5_000);
  let title = '';
  screen.onTitleChange((value) => {
    title = value;
  });
  if (start) writeNow(screen, start.drawing);
  for (const frame of log.frames(track, start?.seq ?? 0)) {
    if (frame.kind === trackFrame.output) writeNow(screen, frame.payload);
    if (frame.kind === trackFrame.resize) {
      const { columns, rows } = decodeResize(frame.payload);
      screen.resize(columns, rows);
    }
  }
  const { baseY } = screen.buffer.active;
  const lines = Array.from({ length: baseY + screen.rows }, (_, i) =>
    screen.buffer.active.getLine(i)?.translateToString(true),
  );
  const view = { lines, modes: screen.modes, title, state: terminalState(screen) };
  screen.dispose();
  return view;
}

afterEach(() => void vi.useRealTimers());

// Generous: a busy machine is not a failure.
describe('terminal recorder', { timeout: 30_000 }, () => {
  test('a late joiner sees what the first viewer sees, wherever it joins', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'hello world\r\n',
        'żółć 漢字 😀 ',
        '\x1b[31mred\x1b[0m ',
        '\x1b[1;4mbold',
        '\x1b[5;5H',
        '\x1b[2J',
        '\x1b[?1049h',
        '\x1b[?1049l',
        '\x1b[?2004h',
        '\x1b[?1h',
        '\x1b]2;a title\x07',
        'a line that is longer than the terminal is wide, so it wraps\r\n',
        '\n\n\n',
        '\x1b[K',
        '\t',
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 40 }),
        fc.array(fc.nat(200), { maxLength: 8 }),
        fc.nat(40),
        async (pieces, cuts, moment) => {
          using world = startWorld();
          const all = Buffer.from(pieces.join(''));
          const ends = [...new Set([...cuts.map((cut) => Math.min(cut, all.length)), all.length])].sort(
            (a, b) => a - b,
          );
          let start: TerminalSnapshot | undefined;
          let from = 0;
          for (const [i, end] of ends.entries()) {
            world.say(all.subarray(from, end));
            from = end;
            if (i === moment % ends.length) start = await world.recorder.snapshot(world.log, terminal);
          }
          const [first, late] = [view(world.log), view(world.log, start)];
          expect(late).toEqual(first);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('draws an empty row that was wrapped once as an empty row', async () => {
    using world = startWorld();
    const long = 'a line that is longer than the terminal is wide, so it wraps\r\n';
    world.say(`\n\n\n${long}\x1b[?1049lhello world\r\n${long}\x1b[K`);
    const start = await world.recorder.snapshot(world.log, terminal);
    expect(view(world.log, start).lines).toEqual(view(world.log).lines);
  });

  test('keeps what the serializer leaves out: title, hidden cursor, margins', async () => {
    using world = startWorld();
    world.say('one\r\ntwo\r\nthree\x1b]2;vim\x07\x1b[?25l\x1b[2;4r\x1b[3;3H\x1b[?1000h\x1b[?1006h');
    const { drawing, ...rest } = await world.recorder.snapshot(world.log, terminal);
    expect(rest).toEqual({ seq: 2, columns: 40, rows: 10 });
    expect(drawing).toContain('\x1b]2;vim\x07');
    expect(drawing).toContain('\x1b[?25l');
    expect(drawing).toContain('\x1b[?1006h');
    expect(drawing).toContain('\x1b[2;4r');
    world.say('\n\n\n\nend');
    expect(view(world.log, { drawing, ...rest }).lines).toEqual(view(world.log).lines);
  });

  test('never cuts a character or a sequence', async () => {
    using world = startWorld();
    const word = Buffer.from('漢');
    world.say('before ');
    world.say(word.subarray(0, 1));
    expect((await world.recorder.snapshot(world.log, terminal)).seq).toBe(2);
    world.say(word.subarray(1));
    expect((await world.recorder.snapshot(world.log, terminal)).seq).toBe(4);
    world.say('\x1b[3');
    const start = await world.recorder.snapshot(world.log, terminal);
    expect(start.seq).toBe(4);
    world.say('1mred');
    const late = view(world.log, start);
    expect(late.lines[0]).toBe('before 漢red');
    expect(late).toEqual(view(world.log));
  });

  test('resizes are part of it, and queries are not answered', async () => {
    using world = startWorld();
    world.say('a'.repeat(50));
    world.resize(60, 12);
    world.say('\x1b[6n\x1b[c\r\nb');
    const start = await world.recorder.snapshot(world.log, terminal);
    expect(start).toMatchObject({ columns: 60, rows: 12 });
    expect(view(world.log, start).lines).toEqual(view(world.log).lines);
  });

  test('after much output the end is drawn, and modes from long before hold', async () => {
    using world = startWorld();
    world.say('\x1b[?2004h\x1b]2;long ago\x07\x1b[34m');
    const chunk = Buffer.from(`${'x'.repeat(60)}\r\n`.repeat(1000));
    for (let i = 0; i < 200; i++) world.say(chunk);
    world.say('the end');
    const start = await world.recorder.snapshot(world.log, terminal);
    expect(start.seq).toBe(world.log.lastSeq);
    const late = view(world.log, start);
    expect(late.lines.at(-1)).toBe('the end');
    expect(late.lines).toHaveLength(5010);
    expect(late.modes.bracketedPasteMode).toBe(true);
    expect(late.title).toBe('long ago');
  });

  test('a live terminal stores its state when it is quiet, and a restart starts from it', async () => {
    using world = startWorld();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const stop = world.recorder.follow(world.log, terminal);
    world.say(Buffer.from('y\r\n'.repeat(300_000)));
    const stored = new Promise<void>((resolve) => {
      world.log.onFrame(track, (frame) => frame.kind === trackFrame.snapshot && resolve());
    });
    await vi.advanceTimersByTimeAsync(1_000);
    // Drawing takes turns of the event loop, by the same timers.
    let isStored = false;
    void stored.then(() => {
      isStored = true;
    });
    while (!isStored) await vi.advanceTimersByTimeAsync(10);
    vi.useRealTimers();
    world.say('after');
    stop();
    const again = createTerminalRecorder();
    const start = await again.snapshot(world.log, terminal);
    expect(view(world.log, start).lines).toEqual(view(world.log).lines);
    expect(world.errors).toEqual([]);
    again.close();
  });

  test('one that never is quiet stores its state too, and states stay a small part of the track', async () => {
    using world = startWorld();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const sizes: number[] = [];
    world.log.onFrame(track, (frame) => frame.kind === trackFrame.snapshot && sizes.push(frame.payload.length));
    const stop = world.recorder.follow(world.log, terminal);
    let line = 0;
    let printedBytes = 0;
    // Ten minutes of a build that prints a hundred lines twice a second.
    for (let turn = 0; turn < 1_200; turn++) {
      const text = Array.from({ length: 100 }, () => `${++line} ${'passed '.repeat(8)}`).join('\r\n');
      printedBytes += text.length;
      world.say(text);
      await vi.advanceTimersByTimeAsync(500);
    }
    stop();
    vi.useRealTimers();
    expect(sizes.length).toBeGreaterThanOrEqual(2);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(printedBytes / 3);
    expect(world.errors).toEqual([]);
  });

  test('absurd repeat counts cost nothing, and what is dear lets others go on', async () => {
    using world = startWorld();
    for (const final of ['S', 'T', 'L', 'M', 'I', 'Z', 'b']) world.say(`x\x1b[2147483647${final}`);
    world.say('\x1bc'.repeat(20_000));
    world.say('\x1b[2Jafter');
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const { drawing } = await world.recorder.snapshot(world.log, terminal);
    clearInterval(timer);
    expect(drawing).toContain('after');
    // Twenty thousand resets take a second; the loop turned all the while.
    expect(turns).toBeGreaterThan(5);
  });

  test('many ask at once and get the same', async () => {
    using world = startWorld();
    world.say('hello');
    const answers = await Promise.all(Array.from({ length: 5 }, () => world.recorder.snapshot(world.log, terminal)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });
});
