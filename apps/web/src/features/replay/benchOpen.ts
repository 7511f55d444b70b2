/** What `npm run bench -- bundle-open` puts into a page: a large recording in a file, made here, and its way to the first picture. */
import { createCanvasPlayer, Recording, ScreenCursor } from '@sandglass/replay';
import { BundleSource, writeBundle } from '@sandglass/replay/bundle';
import { syntheticScreen } from './syntheticScreen.ts';

export interface OpenBench {
  readonly sizeBytes: number;
  readonly segments: number;
  /** From the file to its last picture, drawn by the page. */
  open(): Promise<number>;
  /** The end of the file read, and one picture decoded and drawn. */
  raw(): Promise<number>;
}

declare global {
  interface Window {
    makeBundle: (wantedBytes: number) => Promise<OpenBench>;
    openBench?: OpenBench;
  }
}

const SEGMENT_SECONDS = 5;
/** As much of the end as holds a file's own list of what is in it. */
const TAIL_BYTES = 65_536;
const PIECE_BYTES = 32 * 1_048_576;
const drawn = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

window.makeBundle = async (wantedBytes) => {
  const one = await syntheticScreen(SEGMENT_SECONDS * 1_000_000);
  const segmentBytes = (await one.source.segment('screen', 1)).length;
  const screen = await syntheticScreen(Math.ceil(wantedBytes / segmentBytes) * SEGMENT_SECONDS * 1_000_000);
  const recording = await screen.source.index(0);
  const file = new FileOfPieces();
  await writeBundle(file.stream, {
    product: '0.1.0',
    sandbox: {
      ...{ id: recording.sandbox, name: 'synthetic', labels: {}, driver: 'none', level: 'L0', image: 'desktop' },
      ...{ reason: null, screen: { width: 1280, height: 800 }, createdAtMs: 0, endedAtMs: 1 },
      capabilities: {
        ...{ isolation: 'process', freeze: 'none', checkpoint: { files: 'none', memory: false } },
        ...{ terminals: 'persistent', screen: 'rfb', egress: 'none', tracking: 'scan' },
        limits: { cpu: false, memory: false, pids: false, disk: false },
      },
    },
    ...{ range: null, recording, terminals: [], checkpoints: [], runs: [], notes: [], conversations: [], blobs: [] },
    events: () => [],
    segment: (track, number) => screen.source.segment(track, number),
    blob: () => new Uint8Array(),
  });
  const blob = file.whole();
  const canvas = document.body.appendChild(document.createElement('canvas'));
  const bench: OpenBench = {
    sizeBytes: blob.size,
    segments: recording.tracks[0]?.segments.length ?? 0,
    async open() {
      const from = performance.now();
      const opened = await Recording.open(await BundleSource.open(blob));
      const player = createCanvasPlayer(canvas);
      await new ScreenCursor(opened, (message) => player.draw(message)).show(opened.index.nowUs);
      await drawn();
      player.dispose();
      return performance.now() - from;
    },
    async raw() {
      const from = performance.now();
      await blob.slice(blob.size - TAIL_BYTES).arrayBuffer();
      const image = await createImageBitmap(new Blob([screen.whole as Uint8Array<ArrayBuffer>]));
      canvas.getContext('2d')?.drawImage(image, 0, 0);
      image.close();
      await drawn();
      return performance.now() - from;
    },
  };
  window.openBench = bench;
  return bench;
};

/** Bytes of a gigabyte stay out of the page's memory: the browser keeps blobs where it likes. */
class FileOfPieces {
  readonly #blobs: Blob[] = [];
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #sizeBytes = 0;
  readonly stream = new WritableStream<Uint8Array>({
    write: (chunk) => {
      this.#pieces.push(new Uint8Array(chunk));
      this.#sizeBytes += chunk.length;
      if (this.#sizeBytes >= PIECE_BYTES) this.#put();
    },
  });

  whole(): Blob {
    this.#put();
    return new Blob(this.#blobs);
  }

  #put(): void {
    this.#blobs.push(new Blob(this.#pieces));
    this.#pieces = [];
    this.#sizeBytes = 0;
  }
}
