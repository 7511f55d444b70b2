/** A desktop as a picture that replaces itself: what every browser shows in an <img>, and no input can go back through. */
import { once } from 'node:events';
import type { SandboxId } from '@sandglass/protocol';
import { PixelSurface, ScreenPlayer } from '@sandglass/replay';
import type { Services } from '../../../services.ts';
import type { Exchange } from '../exchange.ts';

const BOUNDARY = 'picture';
/** Ten a second are enough to follow what an agent does; nobody is shown old ones. */
const EVERY_MS = 100;

export interface Showing {
  readonly screens: Services['screens'];
  readonly sandbox: SandboxId;
  readonly exchange: Exchange;
}

/** Resolves when the viewer has gone or the screen has. It is drawn from the messages that are recorded, as the console draws it. */
export async function showPictures({ screens, sandbox, exchange }: Showing): Promise<void> {
  const { response } = exchange;
  const { default: sharp } = await import('sharp');
  const over = new AbortController();
  response.once('close', () => over.abort());
  let isNew = false;
  let wake = (): void => {};
  over.signal.addEventListener('abort', () => wake());
  const surface = new PixelSurface(async (jpeg) => {
    const { data } = await sharp(jpeg).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    return new Uint8ClampedArray(data);
  });
  const acknowledge: { seq: (seq: number) => void } = { seq: () => {} };
  const player = new ScreenPlayer(surface, {
    onDrawn: ({ seq }) => {
      acknowledge.seq(seq);
      isNew = true;
      wake();
    },
  });
  const handle = await screens.watch(sandbox, {
    onMessage: (encoded) => void player.draw(encoded),
    onClipboard: () => {},
    onEnded: () => over.abort(),
  });
  acknowledge.seq = (seq) => handle.ack(seq);
  try {
    response.writeHead(200, {
      'content-type': `multipart/x-mixed-replace; boundary=${BOUNDARY}`,
      'cache-control': 'no-store',
    });
    response.write(`--${BOUNDARY}\r\n`);
    for (;;) {
      if (!isNew && !over.signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
      if (over.signal.aborted) break;
      isNew = false;
      const { width, height, rgba } = surface;
      const picture = await sharp(rgba, { raw: { width, height, channels: 4 } })
        .jpeg({ quality: 80 })
        .toBuffer();
      if (response.destroyed) break;
      response.write(`content-type: image/jpeg\r\ncontent-length: ${picture.length}\r\n\r\n`);
      response.write(picture);
      // The next boundary at once: a browser shows a picture when it has seen its end.
      const hasRoom = response.write(`\r\n--${BOUNDARY}\r\n`);
      if (!hasRoom) await once(response, 'drain', { signal: over.signal }).catch(() => {});
      await pause(EVERY_MS, over.signal);
    }
  } finally {
    handle.close();
    player.dispose();
    response.end();
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
