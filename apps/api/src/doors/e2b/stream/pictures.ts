/** A desktop as a picture that replaces itself: what every browser shows in an <img>, and no input can go back through. */
import { once } from 'node:events';
import { isAppError, type SandboxId } from '@sandglass/protocol';
import { PixelSurface, ScreenPlayer } from '@sandglass/replay';
import type { ScreenHandle, Services } from '../../../services.ts';
import type { Exchange } from '../exchange.ts';

const BOUNDARY = 'picture';
/** Ten a second are enough to follow what an agent does; nobody is shown old ones. */
const EVERY_MS = 100;
const AGAIN_MS = 1_000;

export interface Showing {
  readonly screens: Services['screens'];
  readonly sandbox: SandboxId;
  readonly exchange: Exchange;
}

/** Resolves when the viewer has gone or the sandbox has ended. It is drawn from the messages that are recorded, as the console draws it. */
export async function showPictures({ screens, sandbox, exchange }: Showing): Promise<void> {
  const { response } = exchange;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  response.writeHead(200, {
    'content-type': `multipart/x-mixed-replace; boundary=${BOUNDARY}`,
    'cache-control': 'no-store',
  });
  response.write(`--${BOUNDARY}\r\n`);
  while (!gone.signal.aborted) {
    try {
      await follow(screens, sandbox, { response, gone: gone.signal });
    } catch (error) {
      // Its X server is not there now: it starts, or a checkpoint is being restored.
      if (!isAppError(error) || !['unavailable', 'wrongState', 'sandboxLost'].includes(error.code)) break;
    }
    await pause(AGAIN_MS, gone.signal);
  }
  response.end();
}

/** Until the screen ends, or who watches goes. */
async function follow(
  screens: Services['screens'],
  sandbox: SandboxId,
  { response, gone }: { response: Exchange['response']; gone: AbortSignal },
): Promise<void> {
  const { default: sharp } = await import('sharp');
  const ended = new AbortController();
  const over = AbortSignal.any([gone, ended.signal]);
  let isNew = false;
  let wake = (): void => {};
  over.addEventListener('abort', () => wake());
  const surface = new PixelSurface(async (jpeg) => {
    const { data } = await sharp(jpeg).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    return new Uint8ClampedArray(data);
  });
  let handle: ScreenHandle | undefined;
  let drawnSeq: number | undefined;
  const player = new ScreenPlayer(surface, {
    onDrawn: ({ seq }) => {
      drawnSeq = seq;
      handle?.ack(seq);
      isNew = true;
      wake();
    },
  });
  const encode = async (): Promise<Buffer> => {
    isNew = false;
    const { width, height, rgba } = surface;
    return await sharp(rgba, { raw: { width, height, channels: 4 } })
      .jpeg({ quality: 80 })
      .toBuffer();
  };
  try {
    handle = await screens.watch(sandbox, {
      onMessage: (encoded) => void player.draw(encoded),
      onClipboard: () => {},
      onEnded: () => ended.abort(),
    });
    if (drawnSeq !== undefined) handle.ack(drawnSeq);
    let last: Buffer | null = null;
    while (!over.aborted) {
      if (!isNew && last === null) await new Promise<void>((resolve) => (wake = resolve));
      if (over.aborted) return;
      // Browsers show a picture when the next one begins: the last before a silence is sent twice.
      const isRepeated: boolean = !isNew && last !== null;
      const picture: Buffer = isRepeated ? last! : await encode();
      last = isRepeated ? null : picture;
      if (response.destroyed) return;
      response.write(`content-type: image/jpeg\r\ncontent-length: ${picture.length}\r\n\r\n`);
      response.write(picture);
      const hasRoom = response.write(`\r\n--${BOUNDARY}\r\n`);
      if (!hasRoom) await once(response, 'drain', { signal: over }).catch(() => {});
      await pause(EVERY_MS, over);
    }
  } finally {
    handle?.close();
    player.dispose();
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
