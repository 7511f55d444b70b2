/** State at t, read as a browser reads it, is the state that was there at t: over random sessions, with restarts in the middle. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  encodeScreenMessage,
  RECORD_LOSSLESS,
  recordKind,
  type SandboxId,
  type ScreenRecord,
  screenMessage,
  type TerminalId,
} from '@sandglass/protocol';
import {
  encodeResize,
  encodeStoredTerminal,
  PixelSurface,
  Recording,
  type RecordingSource,
  ScreenCursor,
  ScreenPlayer,
  screenAt,
  stepsOf,
  TerminalCursor,
  type TerminalSize,
  type TerminalStep,
  terminalAt,
} from '@sandglass/replay';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { terminalState, writeNow } from '../../test/terminalState.ts';
import { type SandboxLog, type Track, type TrackFrame, trackFrame } from './log.ts';
import { openLogStore } from './logStore.ts';
import { openEmulator } from './terminal/emulator.ts';
import { createTerminalRecorder } from './terminalRecorder.ts';

const sandbox = 'sbx_aaaaaaaaaa' as SandboxId;
const terminal = 'trm_aaaaaaaaaa' as TerminalId;
const terminalTrack: Track = `terminal:${terminal}`;

/** A store on a clock that moves by hand, so that every frame has a moment of its own. */
function openWorld() {
  const directory = mkdtempSync(join(tmpdir(), 'sandglass-recording-'));
  let nowUs = 0;
  const clock = { wallMs: () => 1_000 + Math.floor(nowUs / 1000), monotonicUs: () => nowUs };
  let store = openLogStore({ directory, clock });
  return {
    log: store.open(sandbox, { createdAtMs: 1_000 }),
    tick: () => (nowUs += 1000),
    /** As after `kill -9`: the files are what they are, the index may be behind. */
    restart() {
      store = openLogStore({ directory, clock });
      this.log = store.open(sandbox, { createdAtMs: 1_000 });
    },
    [Symbol.dispose]() {
      store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const sourceOf = (log: SandboxLog): RecordingSource => ({
  index: async (afterSeq) => ({
    sandbox,
    createdAtMs: 1_000,
    endedAtMs: null,
    parent: null,
    nowUs: log.now(),
    lastSeq: log.lastSeq,
    tracks: log.segments(afterSeq),
  }),
  segment: async (track, number) =>
    log.segmentBytes(track as Track, number, { offset: 0, length: Number.MAX_SAFE_INTEGER }),
  blob: async (hash) => log.blobs.read(hash),
  events: async (from, limit) => log.events(from, limit),
});

const output = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom(
    '\r\n',
    '\x1b[2J\x1b[H',
    '\x1b[31mred\x1b[0m',
    '\x1b[?1049h',
    '\x1b[?1049l',
    '\x1b[5;5H',
    'line\r\n'.repeat(40),
  ),
);
const terminalSteps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: output.map((text) => ({ kind: 'output' as const, text })) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('resize' as const),
        columns: fc.integer({ min: 2, max: 90 }),
        rows: fc.integer({ min: 1, max: 30 }),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'snapshot' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  ),
  { minLength: 1, maxLength: 25 },
);

/** Places to jump to, in any order. */
const walks = fc.array(fc.nat(1000), { maxLength: 6 });

/** What a person sees there, and all that what comes next depends on. */
function seen(start: TerminalSize & { drawing: string }, steps: readonly TerminalStep[]) {
  const screen = openEmulator(start, 5_000);
  writeNow(screen, start.drawing);
  for (const step of steps) {
    if (step.kind === 'output') writeNow(screen, step.bytes);
    else screen.resize(step.size.columns, step.size.rows);
  }
  const state = terminalState(screen);
  screen.dispose();
  return state;
}

test('a terminal at t', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(terminalSteps, walks, async (steps, walk) => {
      using world = openWorld();
      const size = { columns: 40, rows: 10 };
      world.log.appendFrame(terminalTrack, trackFrame.resize, encodeResize(size));
      for (const step of steps) {
        world.tick();
        if (step.kind === 'output')
          world.log.appendFrame(terminalTrack, trackFrame.output, new TextEncoder().encode(step.text));
        else if (step.kind === 'resize') world.log.appendFrame(terminalTrack, trackFrame.resize, encodeResize(step));
        else if (step.kind === 'restart') world.restart();
        else await storeState(world.log);
      }
      const recording = await Recording.open(sourceOf(world.log));
      const frames = [...world.log.frames(terminalTrack, 0)];
      for (const { atUs } of frames) {
        const moment = (await terminalAt(recording, terminal, atUs))!;
        const whole = stepsOf(frames.filter((frame) => frame.atUs <= atUs));
        expect(seen(moment, moment.steps)).toEqual(seen({ ...size, drawing: '' }, whole));
      }
      expect(await terminalAt(recording, terminal, frames[0]!.atUs - 1)).toBeUndefined();
      await walkTerminal(recording, size, frames, walk);
    }),
    { numRuns: 25 },
  );
});

/** Jumps about; what is seen is what one sees who goes there at once. */
async function walkTerminal(
  recording: Recording,
  size: TerminalSize,
  frames: readonly TrackFrame[],
  walk: readonly number[],
): Promise<void> {
  let shown: { start: TerminalSize & { drawing: string }; steps: TerminalStep[] } = {
    start: { ...size, drawing: '' },
    steps: [],
  };
  const cursor = new TerminalCursor(recording, terminal, {
    reset: (start) => {
      shown = { start: { ...start, drawing: '' }, steps: [] };
    },
    resize: (to) => void shown.steps.push({ kind: 'size', size: to }),
    write: (data) =>
      void shown.steps.push({
        kind: 'output',
        bytes: typeof data === 'string' ? new TextEncoder().encode(data) : data,
      }),
  });
  for (const place of walk) {
    const { atUs } = frames[place % frames.length]!;
    expect(await cursor.show(atUs)).toBe('shown');
    const whole = stepsOf(frames.filter((frame) => frame.atUs <= atUs));
    expect(seen(shown.start, shown.steps)).toEqual(seen({ ...size, drawing: '' }, whole));
  }
}

/** As the recorder does in the background: the state of a moment, stored somewhat later. */
async function storeState(log: SandboxLog): Promise<void> {
  const recorder = createTerminalRecorder();
  const state = await recorder.snapshot(log, terminal);
  log.appendFrame(terminalTrack, trackFrame.output, new TextEncoder().encode('meanwhile'));
  const bytes = log.trackBytes(terminalTrack, trackFrame.output) - 9;
  log.appendFrame(terminalTrack, trackFrame.snapshot, encodeStoredTerminal({ ...state, bytes }));
  recorder.close();
}

const WIDTH = 4;
const fills = fc.array(
  fc.record({ x: fc.nat(WIDTH - 1), colour: fc.nat(255), whole: fc.boolean(), restart: fc.boolean() }),
  { minLength: 1, maxLength: 30 },
);

test('a screen at t', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fills, walks, async (steps, walk) => {
      using world = openWorld();
      const shown = Array.from({ length: WIDTH }, () => 0);
      const truth: { atUs: number; shown: number[] }[] = [];
      const fill = (x: number): ScreenRecord => {
        const payload = new Uint8Array(3).fill(shown[x]!);
        return { x, y: 0, width: 1, height: 1, kind: recordKind.fill, flags: RECORD_LOSSLESS, payload };
      };
      for (const [index, step] of steps.entries()) {
        world.tick();
        if (step.restart) world.restart();
        shown[step.x] = step.colour;
        const whole = index === 0 || step.whole;
        const records = whole ? shown.map((_, x) => fill(x)) : [fill(step.x)];
        const { seq, atUs } = world.log.takePosition();
        const type = whole ? screenMessage.liveSet : screenMessage.update;
        const encoded = encodeScreenMessage({ type, seq, atUs, width: WIDTH, height: 1, records });
        world.log.appendFrame('screen', whole ? trackFrame.screenKey : trackFrame.screenUpdate, encoded);
        truth.push({ atUs, shown: [...shown] });
      }
      const recording = await Recording.open(sourceOf(world.log));
      for (const { atUs, shown: expected } of truth) {
        const surface = new PixelSurface();
        const player = new ScreenPlayer(surface);
        for (const frame of await screenAt(recording, atUs)) await player.draw(frame.payload);
        expect(expected.map((_, x) => surface.rgba[x * 4])).toEqual(expected);
      }
      expect(await screenAt(recording, truth[0]!.atUs - 1)).toEqual([]);
      const surface = new PixelSurface();
      const player = new ScreenPlayer(surface);
      const cursor = new ScreenCursor(recording, (message) => player.draw(message));
      for (const place of walk) {
        // Before the first picture something else is shown instead.
        if (place % 5 === 0 && (await cursor.show(truth[0]!.atUs - 1)) === 'nothing') surface.resize(WIDTH, 1);
        const { atUs, shown: expected } = truth[place % truth.length]!;
        expect(await cursor.show(atUs)).toBe('shown');
        expect(expected.map((_, x) => surface.rgba[x * 4])).toEqual(expected);
      }
    }),
    { numRuns: 40 },
  );
});

test('what was recorded since is learnt, and nothing is fetched twice', async () => {
  using world = openWorld();
  const asked: string[] = [];
  const source = sourceOf(world.log);
  const recording = await Recording.open({
    ...source,
    segment: (track, number) => {
      asked.push(`${track} ${number}`);
      return source.segment(track, number);
    },
  });
  expect(await screenAt(recording, 1_000_000)).toEqual([]);
  for (let n = 0; n < 3; n++) {
    world.tick();
    world.log.appendFrame('screen', trackFrame.screenKey, Uint8Array.of(n));
  }
  await recording.refresh();
  const last = async () => (await screenAt(recording, 1_000_000)).map(({ payload }) => payload[0]);
  expect([await last(), await last()]).toEqual([[2], [2]]);
  world.log.appendFrame('screen', trackFrame.screenUpdate, Uint8Array.of(3));
  await recording.refresh();
  expect(await last()).toEqual([2, 3]);
  expect(recording.segments('screen').map(({ number, closed }) => [number, closed])).toEqual([
    [1, true],
    [2, true],
    [3, false],
  ]);
  expect(asked).toEqual(['screen 3', 'screen 3']);
});
