/** One exact picture over a short connection of its own: the shared one is left alone, and X draws the pointer into it. */
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { recordKind } from '@sandglass/protocol';
import { ByteReader } from './byteReader.ts';
import { parseServer } from './rfbParser.ts';
import { setPixelFormat, setRawEncoding, updateRequest } from './rfbWire.ts';

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Destroys `stream` in any case. Rejects when the server breaks off, sends rubbish, or the signal fires. */
export async function capturePicture(stream: Duplex, signal: AbortSignal): Promise<Picture> {
  let picture: { width: number; height: number; rgb: Uint8Array } | undefined;
  let missingPixels = Number.POSITIVE_INFINITY;
  const finished = new AbortController();
  const reader = new ByteReader(
    parseServer(
      {
        send: (bytes) => stream.write(bytes),
        ready: (width, height) => {
          picture = { width, height, rgb: new Uint8Array(width * height * 3) };
          missingPixels = width * height;
          stream.write(setPixelFormat());
          stream.write(setRawEncoding());
          stream.write(updateRequest({ x: 0, y: 0, width, height }, false));
        },
        update: (records) => {
          for (const record of records) {
            if (!picture || record.kind !== recordKind.rgb) continue;
            blit(picture, record, record.payload);
            missingPixels -= record.width * record.height;
          }
          if (missingPixels <= 0) finished.abort();
        },
        resized: () => {},
        pointerPut: () => {},
        continuousUpdatesKnown: () => {},
        fence: () => {},
        cutText: () => {},
      },
      { pack: (bytes) => bytes },
    ),
  );
  try {
    const ended = once(stream, 'close', { signal: AbortSignal.any([signal, finished.signal]) });
    stream.on('data', (chunk: Buffer) => {
      try {
        if (!finished.signal.aborted) reader.push(chunk);
      } catch (error) {
        stream.destroy(error as Error);
      }
    });
    await ended.catch((error: unknown) => {
      if (!finished.signal.aborted) throw error;
    });
    if (!picture || missingPixels > 0) throw new RangeError('the screen broke off before its picture was whole');
    return picture;
  } finally {
    stream.on('error', () => {});
    stream.destroy();
  }
}

function blit(picture: Picture, area: { x: number; y: number; width: number; height: number }, rgb: Uint8Array): void {
  for (let y = 0; y < area.height; y++) {
    const row = rgb.subarray(y * area.width * 3, (y + 1) * area.width * 3);
    picture.rgb.set(row, ((area.y + y) * picture.width + area.x) * 3);
  }
}
