import type { RecordingIndex, SandboxId, Segment } from '@sandglass/protocol';
import type { PlayEnd } from '@sandglass/replay';
import { expect, test } from 'vitest';
import { PlayheadModel } from './playheadModel.ts';

const SECOND = 1_000_000;

const segmentUntil = (lastSeq: number): Segment => ({
  number: 1,
  starts: 1,
  firstSeq: 1,
  lastSeq,
  firstUs: 0,
  lastUs: lastSeq,
  sizeBytes: 0,
  closed: false,
});

function makeModel(start: PlayEnd = { nowUs: 10 * SECOND, growing: true }, logEndUs?: number) {
  let end = start;
  let frame: ((nowMs: number) => void) | undefined;
  let nowMs = 0;
  const asked: number[] = [];
  const index = (): RecordingIndex => ({
    sandbox: 'sbx_aaaaaaaaaa' as SandboxId,
    createdAtMs: 0,
    endedAtMs: logEndUs === undefined ? null : 1,
    parent: null,
    nowUs: logEndUs ?? end.nowUs,
    lastSeq: end.nowUs,
    tracks: [{ track: 'pointer', segments: [segmentUntil(end.nowUs)] }],
  });
  const model = new PlayheadModel({
    source: {
      index: async (afterSeq) => {
        asked.push(afterSeq);
        return index();
      },
      segment: async () => new Uint8Array(),
      blob: async () => new Uint8Array(),
      events: async () => [],
    },
    end: () => end,
    nextFrame: (callback) => {
      frame = callback;
      return () => {
        frame = undefined;
      };
    },
  });
  return {
    model,
    asked,
    grow: (nowUs: number) => {
      end = { ...end, nowUs };
    },
    /** The page draws, so much later. */
    draw: (elapsedMs: number) => {
      nowMs += elapsedMs;
      const due = frame;
      frame = undefined;
      due?.(nowMs);
    },
    isRunning: () => frame !== undefined,
  };
}

test('plays with the pictures of the page, at its speed, until it is live', () => {
  const world = makeModel();
  world.model.seek(0);
  world.model.setSpeed(4);
  world.model.play();
  world.draw(16);
  world.draw(500);
  expect(world.model.state.head).toEqual({ phase: 'playing', atUs: 2 * SECOND, speed: 4 });
  world.model.pause();
  expect([world.model.state.head, world.isRunning()]).toEqual([{ phase: 'past', atUs: 2 * SECOND }, false]);
  // Time that passed while it stood is not caught up.
  world.draw(60_000);
  world.model.play();
  world.draw(16);
  expect(world.model.state.head).toMatchObject({ atUs: 2 * SECOND });
  world.draw(5_000);
  expect([world.model.state.head.phase, world.isRunning()]).toEqual(['live', false]);
});

test('skips what nothing happens in, if it is told to', () => {
  const world = makeModel();
  world.model.nextActivity = () => 8 * SECOND;
  world.model.seek(0);
  world.model.play();
  world.draw(16);
  expect(world.model.state.head).toMatchObject({ atUs: 7.5 * SECOND });
  world.model.setSkipIdle(false);
  world.model.seek(0);
  world.draw(16);
  expect(world.model.state.head).toMatchObject({ atUs: 16_000 });
});

test('reads the recording once, and again only for what came later', async () => {
  const world = makeModel();
  await Promise.all([world.model.recordingAt(SECOND), world.model.recordingAt(2 * SECOND)]);
  expect(world.asked).toEqual([0]);
  world.grow(20 * SECOND);
  await Promise.all([world.model.recordingAt(15 * SECOND), world.model.recordingAt(16 * SECOND)]);
  expect(world.asked).toEqual([0, 10 * SECOND - 1]);
});

test.each([9.9, 10.1])('what has ended ends where its log does (%s s), not by the wall', async (seconds) => {
  const logEndUs = seconds * SECOND;
  const { model } = makeModel({ nowUs: 10 * SECOND, growing: false }, logEndUs);
  expect(model.state.head).toEqual({ phase: 'past', atUs: 10 * SECOND });
  await model.recordingAt(10 * SECOND);
  expect(model.end).toEqual({ nowUs: logEndUs, growing: false });
  expect(model.state.head).toEqual({ phase: 'past', atUs: logEndUs });
  model.seek(3 * SECOND);
  await model.recordingAt(3 * SECOND);
  expect(model.state.head).toEqual({ phase: 'past', atUs: 3 * SECOND });
});
