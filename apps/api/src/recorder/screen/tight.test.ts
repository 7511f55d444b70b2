import { constants, createDeflate } from 'node:zlib';
import type { ScreenRecord } from '@sandglass/protocol';
import { decodeRecordPixels } from '@sandglass/replay';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ByteParser, ByteReader } from './byteReader.ts';
import { TightDecoder } from './tight.ts';

/** The other side: encodes RGB pixels as Tight, with streams that live on. */
class TightEncoder {
  readonly #streams = Array.from({ length: 4 }, () => createDeflate({ level: 1 }));

  async basic(
    stream: number,
    filter: 'copy' | 'gradient' | 'implied',
    rgb: Uint8Array,
    width: number,
  ): Promise<Buffer> {
    const data = filter === 'gradient' ? gradient(rgb, width) : rgb;
    const head = filter === 'implied' ? [stream << 4] : [(stream | 4) << 4, filter === 'copy' ? 0 : 2];
    return Buffer.concat([Buffer.from(head), await this.#data(stream, data)]);
  }

  async palette(stream: number, palette: number[][], indices: number[], width: number): Promise<Buffer> {
    const head = [(stream | 4) << 4, 1, palette.length - 1, ...palette.flat()];
    const data = palette.length === 2 ? packBits(indices, width) : Uint8Array.from(indices);
    return Buffer.concat([Buffer.from(head), await this.#data(stream, data)]);
  }

  async #data(stream: number, data: Uint8Array): Promise<Buffer> {
    if (data.length < 12) return Buffer.from(data);
    const deflater = this.#streams[stream]!;
    const parts: Buffer[] = [];
    const collect = (part: Buffer) => void parts.push(part);
    deflater.on('data', collect);
    deflater.write(data);
    await new Promise<void>((resolve) => deflater.flush(constants.Z_SYNC_FLUSH, resolve));
    deflater.off('data', collect);
    const bytes = Buffer.concat(parts);
    return Buffer.concat([length(bytes.length), bytes]);
  }
}

function length(value: number): Buffer {
  if (value < 0x80) return Buffer.from([value]);
  if (value < 0x4000) return Buffer.from([(value & 0x7f) | 0x80, value >> 7]);
  return Buffer.from([(value & 0x7f) | 0x80, ((value >> 7) & 0x7f) | 0x80, value >> 14]);
}

function gradient(rgb: Uint8Array, width: number): Uint8Array {
  const row = width * 3;
  return rgb.map((value, at) => {
    const x = at % row;
    const left = x >= 3 ? rgb[at - 3]! : 0;
    const above = at >= row ? rgb[at - row]! : 0;
    const aboveLeft = x >= 3 && at >= row ? rgb[at - row - 3]! : 0;
    return value - Math.max(0, Math.min(255, left + above - aboveLeft));
  });
}

function packBits(indices: number[], width: number): Uint8Array {
  const rowBytes = (width + 7) >> 3;
  const out = new Uint8Array(rowBytes * (indices.length / width));
  for (const [i, index] of indices.entries()) {
    const [x, y] = [i % width, Math.floor(i / width)];
    out[y * rowBytes + (x >> 3)]! |= index << (7 - (x & 7));
  }
  return out;
}

function decode(bytes: Buffer, area: { width: number; height: number }, decoder: TightDecoder): ScreenRecord {
  let record: ScreenRecord | undefined;
  function* parse(): ByteParser {
    record = yield* decoder.read({ x: 0, y: 0, ...area });
  }
  new ByteReader(parse()).push(bytes);
  if (!record) throw new Error('not all of it was read');
  return record;
}

const rgbOf = (record: ScreenRecord) => decodeRecordPixels(record).filter((_, i) => i % 4 !== 3);

describe('Tight', { timeout: 30_000 }, () => {
  const areas = fc.record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 20 }) });
  const pictures = areas.chain((area) =>
    fc.record({
      area: fc.constant(area),
      stream: fc.nat(3),
      filter: fc.constantFrom('copy' as const, 'gradient' as const, 'implied' as const),
      rgb: fc.uint8Array({ minLength: area.width * area.height * 3, maxLength: area.width * area.height * 3 }),
    }),
  );

  test('plain and gradient pixels come back, over streams that live on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(pictures, { minLength: 1, maxLength: 5 }), async (list) => {
        const [encoder, decoder] = [new TightEncoder(), new TightDecoder()];
        for (const { area, stream, filter, rgb } of list) {
          const record = decode(await encoder.basic(stream, filter, rgb, area.width), area, decoder);
          expect(rgbOf(record)).toEqual(Uint8ClampedArray.from(rgb));
        }
        decoder.close();
      }),
      { numRuns: 40 },
    );
  });

  test('palettes come back, two colours as bits', async () => {
    const palettes = areas.chain((area) =>
      fc.integer({ min: 2, max: 256 }).chain((colours) =>
        fc.record({
          area: fc.constant(area),
          palette: fc.array(fc.array(fc.nat(255), { minLength: 3, maxLength: 3 }), {
            minLength: colours,
            maxLength: colours,
          }),
          indices: fc.array(fc.nat(colours - 1), {
            minLength: area.width * area.height,
            maxLength: area.width * area.height,
          }),
        }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(palettes, async ({ area, palette, indices }) => {
        const [encoder, decoder] = [new TightEncoder(), new TightDecoder()];
        const record = decode(await encoder.palette(1, palette, indices, area.width), area, decoder);
        expect([...rgbOf(record)]).toEqual(indices.flatMap((index) => palette[index]!));
        decoder.close();
      }),
      { numRuns: 40 },
    );
  });

  test('a fill is three bytes', () => {
    const record = decode(Buffer.from([0x80, 1, 2, 3]), { width: 2, height: 1 }, new TightDecoder());
    expect([...rgbOf(record)]).toEqual([1, 2, 3, 1, 2, 3]);
  });

  test.each([
    ['a JPEG of another size', Buffer.concat([Buffer.from([0x90]), length(20), Buffer.alloc(20)]), 'size'],
    ['PNG, which was not asked for', Buffer.from([0xa0]), 'not asked'],
    ['an unknown filter', Buffer.concat([Buffer.from([0x40, 7]), Buffer.alloc(3)]), 'filter'],
    ['a stream of rubbish', Buffer.concat([Buffer.from([0x00]), length(40), Buffer.alloc(40, 7)]), 'Tight'],
  ])('%s is refused', (_, bytes, text) => {
    const area = { width: text === 'filter' ? 1 : 16, height: 1 };
    expect(() => decode(bytes, area, new TightDecoder())).toThrow(RangeError);
    expect(() => decode(bytes, area, new TightDecoder())).toThrow(text);
  });
});
