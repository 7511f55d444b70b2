/** What `npm run bench -- seek` and `seek-24h` put into a page: the recording as the console reads and draws it, and a clock. */
import { Sandglass } from '@sandglass/client';
import type { SandboxId, TerminalId } from '@sandglass/protocol';
import {
  createCanvasPlayer,
  Recording,
  type RecordingSource,
  ScreenCursor,
  screenAt,
  terminalAt,
} from '@sandglass/replay';
import { recordingSource } from '../../platform/playhead.ts';
import { syntheticScreen } from './syntheticScreen.ts';

export interface SeekBench {
  readonly nowUs: number;
  readonly segments: number;
  readonly sizeBytes: number;
  /** Until the picture and the terminals of a moment are there and the page has drawn. */
  seek(atUs: number): Promise<number>;
  /** The bytes that moment is read from, fetched again by nothing but `fetch`, and one whole picture decoded and drawn. */
  raw(atUs: number): Promise<number>;
}

declare global {
  interface Window {
    openSeek: (of: { sandbox: SandboxId } | { seconds: number }) => Promise<SeekBench>;
    seekBench?: SeekBench;
  }
}

const drawn = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

window.openSeek = async (of) => {
  const synthetic = 'seconds' in of ? await syntheticScreen(of.seconds * 1_000_000) : undefined;
  const source: RecordingSource =
    'sandbox' in of ? recordingSource(new Sandglass({ url: window.location.origin }), of.sandbox) : synthetic!.source;
  const spentMs = synthetic?.spentMs ?? (() => 0);
  const recording = await Recording.open(source);
  const canvas = document.body.appendChild(document.createElement('canvas'));
  canvas.style.cssText = 'position:fixed;top:0;left:0;width:640px;height:400px';
  const player = createCanvasPlayer(canvas);
  const cursor = new ScreenCursor(recording, (message) => player.draw(message));
  const terminals = recording.tracks
    .filter((track) => track.startsWith('terminal:'))
    .map((track) => track.slice('terminal:'.length) as TerminalId);
  const jpeg = synthetic?.whole ?? (await stillOf(canvas));
  const all = recording.tracks.flatMap((track) => recording.segments(track));
  const bench: SeekBench = {
    nowUs: recording.index.nowUs,
    segments: all.length,
    sizeBytes: all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    async seek(atUs) {
      const from = performance.now();
      const before = spentMs();
      await Promise.all([cursor.show(atUs), ...terminals.map((id) => terminalAt(recording, id, atUs))]);
      await drawn();
      return performance.now() - from - (spentMs() - before);
    },
    async raw(atUs) {
      const frames = await screenAt(recording, atUs);
      const segment = recording.segments('screen').find(({ firstSeq }) => firstSeq === frames[0]?.seq);
      const from = performance.now();
      const before = spentMs();
      if (segment !== undefined) await source.segment('screen', segment.number);
      const image = await createImageBitmap(new Blob([jpeg as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' }));
      canvas.getContext('2d')?.drawImage(image, 0, 0);
      image.close();
      await drawn();
      return performance.now() - from - (spentMs() - before);
    },
  };
  window.seekBench = bench;
  return bench;
};

/** A picture of the size of the screen. */
async function stillOf(canvas: HTMLCanvasElement): Promise<Uint8Array> {
  const copy = new OffscreenCanvas(Math.max(canvas.width, 1280), Math.max(canvas.height, 800));
  const context = copy.getContext('2d')!;
  for (let at = 0; at < 400; at++) {
    context.fillStyle = getComputedStyle(document.documentElement).color;
    context.fillRect((at * 37) % copy.width, (at * 91) % copy.height, 30, 8);
  }
  return new Uint8Array(await (await copy.convertToBlob({ type: 'image/jpeg', quality: 0.8 })).arrayBuffer());
}
