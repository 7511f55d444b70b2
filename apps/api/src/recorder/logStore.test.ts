import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxId } from '@sandglass/protocol';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { type SandboxLog, type Track, trackFrame } from './log.ts';
import { type LogStoreOptions, openLogStore } from './logStore.ts';

const sandbox = 'sbx_aaaaaaaaaa' as SandboxId;
const terminal = 'terminal:trm_aaaaaaaaaa' as Track;
const exec = 'exec:exe_aaaaaaaaaa' as Track;
const directories: string[] = [];

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sandglass-log-'));
  directories.push(directory);
  return directory;
}

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

function openLog(directory: string, options: Partial<LogStoreOptions> = {}) {
  const store = openLogStore({ directory, ...options });
  return { store, log: store.open(sandbox, { createdAtMs: Date.now() - 1000 }) };
}

const gap = { kind: 'recorder.gap', actor: 'system', data: { track: 'screen', reason: 'test' } } as const;
const bytes = (text: string) => new TextEncoder().encode(text);
const texts = (log: SandboxLog, track: Track, after = 0) =>
  [...log.frames(track, after)].map(({ payload }) => new TextDecoder().decode(payload));
const segmentPath = (directory: string, number: number) =>
  join(directory, sandbox, 'terminal.trm_aaaaaaaaaa', `${number}.seg`);

function segmentSizes(folder: string): Map<string, number> {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return new Map(names.map((name) => [name, statSync(join(folder, name)).size]));
}

/** The file that grew since `before`. */
function newestSegment(folder: string, before: Map<string, number>): string {
  const [name] = [...segmentSizes(folder)].find(([name, size]) => size !== before.get(name)) ?? [];
  if (!name) throw new Error('nothing was written');
  return join(folder, name);
}

describe('log store', { timeout: 30_000 }, () => {
  test('events and frames of all tracks share one counter and one clock', () => {
    const { store, log } = openLog(temporary());
    const first = log.append(gap);
    const second = log.appendFrame(terminal, trackFrame.output, bytes('a'));
    const third = log.appendFrame(exec, trackFrame.stdout, bytes('b'));
    const fourth = log.append(gap);
    expect([first.seq, second.seq, third.seq, fourth.seq]).toEqual([1, 2, 3, 4]);
    expect(first.atUs).toBeGreaterThanOrEqual(1_000_000);
    expect(first.atUs <= second.atUs && second.atUs <= third.atUs && third.atUs <= fourth.atUs).toBe(true);
    expect(log.events(0, 10)).toEqual([first, fourth]);
    expect(log.events(2, 10)).toEqual([fourth]);
    store.close();
  });

  test('followers hear what is already written, and one that throws disturbs nobody', () => {
    const errors: unknown[] = [];
    const { store, log } = openLog(temporary(), { onFollowerError: (error) => errors.push(error) });
    const heard: number[] = [];
    log.onFrame(terminal, () => {
      throw new Error('broken follower');
    });
    const stop = log.onFrame(terminal, (frame) => {
      heard.push(frame.seq);
      expect([...log.frames(terminal, frame.seq - 1)]).toHaveLength(1);
    });
    log.appendFrame(terminal, trackFrame.output, bytes('one'));
    stop();
    log.appendFrame(terminal, trackFrame.output, bytes('two'));
    expect(heard).toEqual([1]);
    expect(errors).toHaveLength(2);
    store.close();
  });

  test('a second start goes on where the first ended, also when the wall clock went back', () => {
    const directory = temporary();
    let wallMs = 10_000_000;
    let monotonicUs = 5;
    const clock = { wallMs: () => wallMs, monotonicUs: () => monotonicUs };
    const before = openLogStore({ directory, clock });
    const log = before.open(sandbox, { createdAtMs: 9_000_000 });
    monotonicUs += 2_000_000;
    log.append(gap);
    const last = log.appendFrame(terminal, trackFrame.output, bytes('x'));
    expect(last.atUs).toBe(1_002_000_000);
    before.close();

    wallMs = 9_500_000;
    monotonicUs = 0;
    const after = openLogStore({ directory, clock });
    const again = after.open(sandbox, { createdAtMs: 9_000_000 });
    expect(again.lastSeq).toBe(2);
    expect(again.now()).toBe(1_002_000_000);
    monotonicUs = 7;
    expect(again.append(gap)).toMatchObject({ seq: 3, atUs: 1_002_000_007 });
    expect(again.trackBytes(terminal, trackFrame.output)).toBe(1);
    after.close();
  });

  test('a killed server: nothing written is lost, a torn frame is cut off, the counter goes on', () => {
    const directory = temporary();
    // Killed = never closed: nothing of the index was saved.
    const killed = openLog(directory);
    killed.log.append(gap);
    for (const text of ['one', 'two', 'three']) killed.log.appendFrame(terminal, trackFrame.output, bytes(text));
    const whole = statSync(segmentPath(directory, 1)).size;
    truncateSync(segmentPath(directory, 1), whole - 2);

    const { store, log } = openLog(directory);
    expect(log.lastSeq).toBe(3);
    expect(texts(log, terminal)).toEqual(['one', 'two']);
    expect(log.trackBytes(terminal, trackFrame.output)).toBe(6);
    log.appendFrame(terminal, trackFrame.output, bytes('four'));
    expect(texts(log, terminal)).toEqual(['one', 'two', 'four']);
    store.close();
    const third = openLog(directory);
    expect(texts(third.log, terminal)).toEqual(['one', 'two', 'four']);
    expect(third.log.lastSeq).toBe(4);
    third.store.close();
  });

  test('rubbish behind the last frame is cut off', () => {
    const directory = temporary();
    const killed = openLog(directory);
    killed.log.appendFrame(terminal, trackFrame.output, bytes('one'));
    appendFileSync(segmentPath(directory, 1), Buffer.alloc(100, 1));
    const { store, log } = openLog(directory);
    log.appendFrame(terminal, trackFrame.output, bytes('two'));
    expect(texts(log, terminal)).toEqual(['one', 'two']);
    store.close();
  });

  test('a segment of an unknown version is left alone and never written over', () => {
    const directory = temporary();
    openLog(directory).log.appendFrame(terminal, trackFrame.output, bytes('one'));
    const foreign = Buffer.concat([Buffer.from('SGSEG\x63\0\0'), Buffer.from('from the future')]);
    writeFileSync(segmentPath(directory, 2), foreign);
    const { store, log } = openLog(directory);
    log.appendFrame(terminal, trackFrame.snapshot, bytes('two'));
    expect(readFileSync(segmentPath(directory, 2))).toEqual(foreign);
    expect(texts(log, terminal)).toEqual(['one', 'two']);
    store.close();
  });

  test('frames start after any position, across segments of 4 MB', () => {
    const { store, log } = openLog(temporary());
    const chunk = Buffer.alloc(100_000, 'x');
    for (let i = 0; i < 100; i++) log.appendFrame(terminal, trackFrame.output, chunk);
    expect(log.trackBytes(terminal, trackFrame.output)).toBe(10_000_000);
    for (const after of [0, 1, 41, 42, 77, 99, 100]) {
      expect([...log.frames(terminal, after)].map(({ seq }) => seq)).toEqual(
        Array.from({ length: 100 - after }, (_, i) => after + 1 + i),
      );
    }
    store.close();
  });

  test('keyframes and snapshots start a segment and are found from the end', () => {
    const directory = temporary();
    const { store, log } = openLog(directory);
    log.appendFrame('screen', trackFrame.screenKey, bytes('k1'));
    log.appendFrame('screen', trackFrame.screenUpdate, bytes('u2'));
    log.appendFrame('screen', trackFrame.screenKey, bytes('k3'));
    log.appendFrame('screen', trackFrame.screenUpdate, bytes('u4'));
    expect(log.findLastStart('screen', trackFrame.screenKey)?.seq).toBe(3);
    expect(log.findLastStart('screen', trackFrame.screenKey, 2)?.seq).toBe(1);
    expect(log.findLastStart('screen', trackFrame.snapshot)).toBeUndefined();
    expect(log.findLastStart(terminal, trackFrame.snapshot)).toBeUndefined();
    expect(readdirSync(join(directory, sandbox, 'screen'))).toHaveLength(2);
    store.close();
  });

  test('few files are open however many tracks there are', () => {
    const { store, log } = openLog(temporary(), { maxOpenFiles: 8 });
    const tracks = Array.from(
      { length: 50 },
      (_, i) => `exec:exe_aaaa${'abcdefghij'[i % 10]}${'klmnopqrst'[Math.floor(i / 10)]}` as Track,
    );
    for (let round = 0; round < 3; round++) {
      for (const track of tracks) log.appendFrame(track, trackFrame.stdout, bytes(`${round}`));
      expect(store.openFiles).toBeLessThanOrEqual(8);
    }
    for (const track of tracks) expect(texts(log, track)).toEqual(['0', '1', '2']);
    log.close();
    expect(store.openFiles).toBe(0);
    store.close();
  });

  test('who reads while the log closes is told so, and no file stays open', () => {
    const { store, log } = openLog(temporary());
    const chunk = Buffer.alloc(300_000);
    for (let i = 0; i < 3; i++) log.appendFrame(terminal, trackFrame.output, chunk);
    const reading = log.frames(terminal, 0)[Symbol.iterator]();
    expect(reading.next().value?.seq).toBe(1);
    log.close();
    expect(() => reading.next()).toThrow(/closed/);
    expect(store.openFiles).toBe(0);
    store.close();
  });

  test('a removed log leaves nothing and can be started anew', () => {
    const directory = temporary();
    const { store, log } = openLog(directory);
    log.append(gap);
    log.appendFrame(terminal, trackFrame.output, bytes('x'));
    store.remove(sandbox);
    expect(readdirSync(directory).filter((name) => name.startsWith('sbx_'))).toEqual([]);
    expect(() => log.append(gap)).toThrow(/closed/);
    const again = store.open(sandbox, { createdAtMs: Date.now() });
    expect(again.lastSeq).toBe(0);
    expect(again.events(0, 10)).toEqual([]);
    store.close();
  });

  test('an id that is not one never becomes a path', () => {
    const { store } = openLog(temporary());
    expect(() => store.open('../../etc' as SandboxId, { createdAtMs: 0 })).toThrow();
    store.close();
  });

  test('any mix of appends, kills and tears reads back as a prefix per track, in order', () => {
    const step = fc.record({
      track: fc.constantFrom<Track>('screen', terminal, exec),
      kind: fc.constantFrom(trackFrame.output, trackFrame.snapshot),
      payload: fc.uint8Array({ maxLength: 200 }),
      after: fc.constantFrom('nothing', 'kill', 'tear', 'close'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const directory = temporary();
        const expected = new Map<Track, string[]>();
        let { store, log } = openLog(directory);
        let lastUs = 0;
        for (const { track, kind, payload, after } of steps) {
          const seqBefore = log.lastSeq;
          const sizes = segmentSizes(join(directory, sandbox, track.replace(':', '.')));
          const frame = log.appendFrame(track, kind, payload);
          expect(frame.seq).toBe(seqBefore + 1);
          expect(frame.atUs).toBeGreaterThanOrEqual(lastUs);
          lastUs = frame.atUs;
          const list = expected.get(track) ?? [];
          expected.set(track, list);
          list.push(Buffer.from(payload).toString('hex'));
          if (after === 'nothing') continue;
          if (after === 'close') store.close();
          if (after === 'tear') {
            const path = newestSegment(join(directory, sandbox, track.replace(':', '.')), sizes);
            truncateSync(path, statSync(path).size - 1);
            list.pop();
            // The lost frame's time is lost with it.
            lastUs = 0;
          }
          ({ store, log } = openLog(directory));
        }
        for (const [track, list] of expected) {
          expect([...log.frames(track, 0)].map(({ payload }) => Buffer.from(payload).toString('hex'))).toEqual(list);
        }
        store.close();
      }),
      { numRuns: 30 },
    );
  });
});
