import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExecId, SandboxId } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { type TrackFrame, trackFrame } from '../../../recorder/log.ts';
import { openLogStore } from '../../../recorder/logStore.ts';
import { followOutput } from './output.ts';

const directory = mkdtempSync(join(tmpdir(), 'sandglass-output-'));
const store = openLogStore({ directory });
const track = `exec:${ExecId.parse('exe_aaaa')}` as const;
const open = () => {
  const id = SandboxId.parse(`sbx_${[...randomBytes(10)].map((byte) => 'abcdefgh'[byte & 7]).join('')}`);
  return store.open(id, { createdAtMs: Date.now() });
};
const forever = new AbortController().signal;

function ending(): { over: Promise<void>; end: () => void } {
  let end = () => {};
  const over = new Promise<void>((resolve) => (end = resolve));
  return { over, end };
}

it('gives everything in order to one that reads slowly, and then ends', async () => {
  const log = open();
  const { over, end } = ending();
  let text = '';
  const deliver = async (frame: TrackFrame) => {
    text += Buffer.from(frame.payload).toString();
    await new Promise(setImmediate);
  };
  log.appendFrame(track, trackFrame.stdout, Buffer.from('0 '));
  const following = followOutput({ log, track, after: 0, over, signal: forever, deliver });
  for (let n = 1; n <= 200; n++) {
    log.appendFrame(track, trackFrame.stdout, Buffer.from(`${n} `));
    if (n % 20 === 0) await new Promise(setImmediate);
  }
  end();
  await following;
  expect(text.trim().split(' ').map(Number)).toEqual(Array.from({ length: 201 }, (_, n) => n));
});

it('leaves out what was before, and stops when nobody listens', async () => {
  const log = open();
  log.appendFrame(track, trackFrame.stdout, Buffer.from('old'));
  const controller = new AbortController();
  const heard: string[] = [];
  const { over } = ending();
  const following = followOutput({
    ...{ log, track, over },
    after: log.lastSeq,
    signal: controller.signal,
    deliver: async (frame) => {
      heard.push(Buffer.from(frame.payload).toString());
      controller.abort();
    },
  });
  log.appendFrame(track, trackFrame.stdout, Buffer.from('new'));
  await following;
  log.appendFrame(track, trackFrame.stdout, Buffer.from('unheard'));
  expect(heard).toEqual(['new']);
  rmSync(directory, { recursive: true, force: true });
});
