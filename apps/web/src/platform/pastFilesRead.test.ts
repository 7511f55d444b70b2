import { type FileStep, SandboxId } from '@sandglass/protocol';
import {
  encodeFileSteps,
  encodeFrameHeader,
  encodeSegmentHeader,
  type Playhead,
  Recording,
  trackFrame,
} from '@sandglass/replay';
import { expect, it, vi } from 'vitest';
import { Model } from './model.ts';
import { readFilesOf } from './pastFilesRead.ts';
import { PastReadModel } from './pastReadModel.ts';
import type { PlayheadModel, PlayheadState } from './playheadModel.ts';

const sandbox = SandboxId.parse('sbx_aaaa');
const facts = (hash: string) => ({ kind: 'file' as const, content: { from: 'blob' as const, hash } });
const [one, two] = ['1'.repeat(64), '2'.repeat(64)];

/** Every millisecond something: the tree, a file, what it was, nothing of files, another version. */
const frames: [number, FileStep[]][] = [
  [trackFrame.fileTree, [{ do: 'directory', path: '/home/user', whole: true }]],
  [trackFrame.fileSteps, [{ do: 'file', path: '/home/user/a', version: 1 }]],
  [trackFrame.fileSteps, [{ do: 'know', version: 1, facts: facts(one) }]],
  [trackFrame.fileSteps, [{ do: 'file', path: '/home/user/a', version: 2, facts: facts(two) }]],
];

function segment(): Uint8Array {
  const parts = frames.map(([kind, steps], at) => {
    const payload = encodeFileSteps(steps);
    return [...encodeFrameHeader({ seq: at + 1, atUs: (at + 1) * 1_000, kind: kind as 11 | 12, payload }), ...payload];
  });
  return Uint8Array.from([...encodeSegmentHeader(), ...parts.flat()]);
}

class Head extends Model<PlayheadState> {
  readonly recording = Recording.open({
    index: async () => ({
      ...{ sandbox, createdAtMs: 0, endedAtMs: 1, nowUs: 9_000, beginsUs: 0, lastSeq: 4, parent: null },
      tracks: [
        {
          track: 'files',
          segments: [
            {
              ...{ number: 1, starts: trackFrame.fileTree, firstSeq: 1, lastSeq: 4, firstUs: 1_000, lastUs: 4_000 },
              ...{ sizeBytes: segment().length, closed: true },
            },
          ],
        },
      ],
    }),
    segment: async () => segment(),
    blob: async (hash) => new TextEncoder().encode(`what ${hash[0]} held`),
    events: async () => [],
  });
  recordingAt = async () => await this.recording;

  constructor() {
    super({ head: { phase: 'live' }, speed: 1, skipIdle: true });
  }

  go(head: Playhead): void {
    this.set({ ...this.state, head });
  }
}

it('shows the files of the playhead’s moment, and tells only when they differ', async () => {
  const head = new Head();
  const model = new PastReadModel(
    head as unknown as PlayheadModel,
    readFilesOf(() => null),
  );
  const stop = model.follow();
  expect(model.state.phase).toBe('live');
  const read = async () => {
    if (model.state.phase !== 'shown') throw new Error(model.state.phase);
    return new TextDecoder().decode((await model.state.value.read('/home/user/a')).bytes);
  };
  head.go({ phase: 'past', atUs: 500 });
  await vi.waitFor(() => expect(model.state.phase).toBe('none'));
  head.go({ phase: 'past', atUs: 2_000 });
  await vi.waitFor(() => expect(model.state.phase).toBe('shown'));
  // What it was is told a moment later, and known already.
  expect(await read()).toBe('what 1 held');
  let told = 0;
  model.subscribe(() => void told++);
  const { state } = model;
  head.go({ phase: 'past', atUs: 2_500 });
  head.go({ phase: 'playing', atUs: 4_500, speed: 1 });
  await vi.waitFor(() => expect(model.state).not.toBe(state));
  expect(await read()).toBe('what 2 held');
  expect(told).toBe(1);
  head.go({ phase: 'past', atUs: 1_500 });
  await vi.waitFor(async () => await expect(read()).rejects.toMatchObject({ code: 'notFound' }));
  head.go({ phase: 'live' });
  await vi.waitFor(() => expect(model.state.phase).toBe('live'));
  stop();
});
