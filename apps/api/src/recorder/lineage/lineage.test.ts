import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxId } from '@sandglass/protocol';
import { trackFrame } from '@sandglass/replay';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { SandboxLog, Track } from '../log.ts';
import { openLogStore } from '../logStore.ts';
import { lastNumberUpTo, SegmentEnds, upTo } from './upTo.ts';
import { withPast } from './withPast.ts';

const parentId = SandboxId.parse('sbx_parent');
const forkId = SandboxId.parse('sbx_fork');
const tracks: readonly Track[] = ['stats', 'screen', 'files'];
const kinds = { stats: trackFrame.stats, screen: trackFrame.screenKey, files: trackFrame.fileSteps } as const;
let directory = '';
let nowMs = 0;

function openStore() {
  directory = mkdtempSync(join(tmpdir(), 'sandglass-lineage-'));
  return openLogStore({ directory, clock: { wallMs: () => nowMs, monotonicUs: () => nowMs * 1_000 } });
}
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** 'event' or a frame of a track, so many milliseconds after the one before. */
const step = fc.record({
  what: fc.constantFrom('event' as const, 'position' as const, 'stats' as const, 'screen' as const, 'files' as const),
  ms: fc.integer({ min: 0, max: 50 }),
  sizeBytes: fc.integer({ min: 0, max: 400 }),
});

function write(log: SandboxLog, { what, ms, sizeBytes }: { what: string; ms: number; sizeBytes: number }): void {
  nowMs += ms;
  if (what === 'position') log.takePosition();
  else if (what === 'event')
    log.append({ kind: 'sandbox.updated', actor: 'system', data: { changed: [`${sizeBytes}`] } });
  else log.appendFrame(what as Track, kinds[what as keyof typeof kinds], Buffer.alloc(sizeBytes, sizeBytes));
}

const framesOf = (log: Pick<SandboxLog, 'frames'>, after: number) =>
  tracks.map((track) => [...log.frames(track, after)].map((frame) => ({ ...frame, payload: [...frame.payload] })));

/** As a reader of files has them: whole segments, byte for byte. */
const bytesOf = (log: Pick<SandboxLog, 'segments' | 'segmentBytes'>) =>
  log.segments(0).map(({ track, segments }) => [
    track,
    segments.map(({ number, sizeBytes, lastSeq, lastUs }) => ({
      ...{ number, lastSeq, lastUs },
      bytes: Buffer.from(log.segmentBytes(track as Track, number, { offset: 0, length: 1e9 })).toString('hex'),
      isWhole: log.segmentBytes(track as Track, number, { offset: 0, length: 1e9 }).length === sizeBytes,
    })),
  ]);

test('a log up to a position is what it was when it stood there, whatever came after; a fork goes on from it', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 30 }),
      fc.array(step, { maxLength: 30 }),
      fc.array(step, { maxLength: 15 }),
      (before, after, own) => {
        nowMs = 0;
        const store = openStore();
        const parent = store.open(parentId, { createdAtMs: 0 });
        for (const each of before) write(parent, each);
        const { lastSeq: seq, lastUs: atUs } = parent;
        const noted = { events: parent.events(0, 1_000), frames: framesOf(parent, 0), bytes: bytesOf(parent) };
        for (const each of after) write(parent, each);
        const ends = new SegmentEnds();
        const past = upTo(parent, seq, ends);
        expect({ events: past.events(0, 1_000), frames: framesOf(past, 0), bytes: bytesOf(past) }).toEqual(noted);

        nowMs += 3_600_000;
        const lastNumber = (track: Track) => lastNumberUpTo(parent, track, seq);
        const log = store.open(forkId, { createdAtMs: nowMs, after: { seq, atUs, lastNumber } });
        expect([log.lastSeq, log.lastUs, log.now()]).toEqual([seq, atUs, atUs]);
        const whole = withPast(log, { seq, atUs }, () => upTo(parent, seq, ends));
        const [from, startMs] = [log.lastSeq, nowMs];
        for (const each of own) write(whole, each);
        expect(log.now()).toBe(atUs + (nowMs - startMs) * 1_000);
        expect(whole.events(0, 1_000)).toEqual([...noted.events, ...log.events(0, 1_000)]);
        expect(framesOf(whole, 0)).toEqual(noted.frames.map((frames, at) => [...frames, ...framesOf(log, 0)[at]!]));
        expect(framesOf(whole, from)).toEqual(framesOf(log, 0));
        for (const { segments } of whole.segments(0)) {
          const numbers = segments.map(({ number }) => number);
          expect(numbers).toEqual(numbers.map((_, at) => at + 1));
        }
        for (const limit of [1, 3, 7]) {
          const read = [];
          for (let next = 1; ; ) {
            const page = whole.events(next, limit);
            read.push(...page);
            if (page.length < limit) break;
            next = page.at(-1)!.seq + 1;
          }
          expect(read).toEqual(whole.events(0, 1_000));
        }
        store.close();
        rmSync(directory, { recursive: true, force: true });
      },
    ),
    { numRuns: 40 },
  );
});
