import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { recordKind, type ScreenRecord } from '@sandglass/protocol';
import { PixelSurface, ScreenPlayer } from '@sandglass/replay';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countDifferent, createRandom } from '../../../test/recorder/pictures.ts';
import { ByteReader } from './byteReader.ts';
import { createNativeInflateStream, createPortableInflateStream } from './inflateStream.ts';
import { LiveSet } from './liveSet.ts';
import { parseServer, type RfbServerEvents } from './rfbParser.ts';
import { deflate, TightDecoder } from './tight.ts';
import { composeMessage } from './viewerLink.ts';

const fixture = (name: string) =>
  gunzipSync(readFileSync(new URL(`../../../test/recorder/fixtures/${name}.gz`, import.meta.url)));
const session = fixture('xtigervnc-1.12-session.bin');
const truth = { width: 240, height: 160, rgb: fixture('xtigervnc-1.12-picture.rgb') };

function listen(overrides: Partial<RfbServerEvents> = {}): RfbServerEvents {
  return {
    send() {},
    ready() {},
    update() {},
    resized() {},
    pointerPut() {},
    continuousUpdatesKnown() {},
    fence() {},
    cutText() {},
    ...overrides,
  };
}

/** Plays a recorded session, cut into chunks anyhow, into a live set. */
function play(chunks: Iterable<Buffer>, tight?: TightDecoder): { live: LiveSet; kinds: Set<number>; fences: number } {
  let live = new LiveSet(1, 1);
  const kinds = new Set<number>();
  let seq = 0;
  let fences = 0;
  const start = (width: number, height: number) => {
    if (width !== live.width || height !== live.height) live = new LiveSet(width, height);
  };
  const update = (records: readonly ScreenRecord[]) => {
    seq++;
    for (const record of records) {
      kinds.add(record.kind);
      live.add(record, seq, seq);
    }
  };
  const events = listen({ ready: start, resized: start, update, fence: () => void fences++ });
  const reader = new ByteReader(parseServer(events, tight ? { tight } : {}));
  for (const chunk of chunks) reader.push(chunk);
  return { live, kinds, fences };
}

async function paint(live: LiveSet): Promise<PixelSurface> {
  const surface = new PixelSurface();
  const player = new ScreenPlayer(surface);
  await player.draw(composeMessage(live, live.since(0), true).encoded);
  return surface;
}

function* cut(bytes: Buffer, sizes: () => number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + sizes());
    // Copied: a parser must not rely on what lies around a chunk.
    yield Buffer.from(bytes.subarray(at, end));
    at = end;
  }
}

describe('RFB parser', { timeout: 30_000 }, () => {
  test('a recorded session of a real server gives its picture, pixel for pixel', async () => {
    const { live, kinds, fences } = play([session]);
    expect(live.oldestLossyUs).toBeUndefined();
    expect(countDifferent(await paint(live), truth)).toBe(0);
    expect([...kinds].sort()).toEqual([...Object.values(recordKind)].sort());
    expect(fences).toBeGreaterThan(0);
  });

  test('however its bytes are cut', async () => {
    for (const seed of [1, 2, 3]) {
      const random = createRandom(seed);
      const { live } = play(cut(session, () => 1 + Math.floor(random() * (seed === 1 ? 4 : 3000))));
      expect(countDifferent(await paint(live), truth)).toBe(0);
    }
  });

  test.each([
    ['native', createNativeInflateStream],
    ['portable', createPortableInflateStream],
  ])('with the %s inflate', async (_, create) => {
    const { live } = play([session], new TightDecoder(deflate, create));
    expect(countDifferent(await paint(live), truth)).toBe(0);
  });

  test('rubbish ends in a RangeError, never in anything else, and takes no memory for it', () => {
    const flips = fc.array(fc.tuple(fc.nat(session.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(flips, (list) => {
        const broken = Buffer.from(session);
        for (const [at, mask] of list) broken[at]! ^= mask;
        try {
          play([broken]);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a server that wants a password, another version or an impossible screen is refused', () => {
    const refuse = (text: string, parts: (string | number[])[]) => {
      const reader = new ByteReader(parseServer(listen()));
      expect(() => {
        for (const part of parts) reader.push(Buffer.from(part as string));
      }).toThrow(text);
    };
    refuse('RFB', ['HTTP/1.1 400']);
    refuse('password', ['RFB 003.008\n', [1, 2]]);
    refuse('not possible', ['RFB 003.008\n', [1, 1], [0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff, ...Array(20).fill(0)]]);
  });
});
