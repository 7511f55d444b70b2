/** Tight rectangles → records that stand on their own. Tight's four zlib streams are undone here and nowhere else. */
import { deflateRawSync } from 'node:zlib';
import { RECORD_LOSSLESS, type RecordKind, recordKind, type ScreenRecord } from '@sandglass/protocol';
import { createInflateStream, type InflateStream } from './inflateStream.ts';
import { findJpegSize } from './jpeg.ts';
import type { Rectangle } from './rfbWire.ts';

const FILL = 8;
const JPEG = 9;
const FILTER = { copy: 0, palette: 1, gradient: 2 } as const;
/** Shorter data is sent as it is. */
const MIN_COMPRESSED_BYTES = 12;

export class TightDecoder {
  readonly #streams: (InflateStream | undefined)[] = [undefined, undefined, undefined, undefined];
  readonly #pack: (bytes: Uint8Array) => Uint8Array;
  readonly #createStream: () => InflateStream;

  /** `pack` makes a record's payload of plain bytes. */
  constructor(
    pack: (bytes: Uint8Array) => Uint8Array = deflate,
    createStream: () => InflateStream = createInflateStream,
  ) {
    this.#pack = pack;
    this.#createStream = createStream;
  }

  /** Reads one rectangle's data. @throws RangeError when it is not Tight of 3-byte pixels. */
  *read(area: Rectangle): Generator<number, ScreenRecord, Buffer> {
    const control = (yield 1)[0]!;
    for (let stream = 0; stream < 4; stream++) if (control & (1 << stream)) this.#reset(stream);
    const type = control >> 4;
    if (type === FILL) return toRecord(area, recordKind.fill, Uint8Array.from(yield 3));
    if (type === JPEG) return yield* readJpeg(area);
    if (type > JPEG) throw new RangeError(`Tight type ${type} was not asked for`);
    const filter = type & 4 ? (yield 1)[0]! : FILTER.copy;
    if (filter === FILTER.palette) return yield* this.#readPalette(area, type & 3);
    const size = area.width * area.height * 3;
    const pixels = yield* this.#readData(type & 3, size);
    if (filter === FILTER.gradient) undoGradient(pixels, area);
    else if (filter !== FILTER.copy) throw new RangeError(`unknown Tight filter ${filter}`);
    return toRecord(area, recordKind.rgb, this.#pack(pixels));
  }

  close(): void {
    for (let stream = 0; stream < 4; stream++) this.#reset(stream);
  }

  #reset(stream: number): void {
    this.#streams[stream]?.close();
    this.#streams[stream] = undefined;
  }

  *#readPalette(area: Rectangle, stream: number): Generator<number, ScreenRecord, Buffer> {
    const colours = (yield 1)[0]! + 1;
    const palette = Uint8Array.from(yield colours * 3);
    const { width, height } = area;
    const rowBytes = colours === 2 ? (width + 7) >> 3 : width;
    const packed = yield* this.#readData(stream, rowBytes * height);
    const out = new Uint8Array(2 + palette.length + width * height);
    out[0] = colours >> 8;
    out[1] = colours & 0xff;
    out.set(palette, 2);
    const indices = out.subarray(2 + palette.length);
    if (colours === 2) unpackBits(packed, indices, area);
    else indices.set(packed);
    return toRecord(area, recordKind.palette, this.#pack(out));
  }

  /** The result is fresh memory. */
  *#readData(stream: number, size: number): Generator<number, Uint8Array, Buffer> {
    if (size < MIN_COMPRESSED_BYTES) return Uint8Array.from(yield size);
    const length = yield* readLength();
    const compressed = yield length;
    this.#streams[stream] ??= this.#createStream();
    return this.#streams[stream].inflate(compressed, size);
  }
}

function* readJpeg(area: Rectangle): Generator<number, ScreenRecord, Buffer> {
  const payload = Uint8Array.from(yield yield* readLength());
  const size = findJpegSize(payload);
  if (size?.width !== area.width || size.height !== area.height)
    throw new RangeError('a JPEG is not of the size of its rectangle');
  return toRecord(area, recordKind.jpeg, payload);
}

/** 7 bits a byte, at most three bytes, the last with 8. */
function* readLength(): Generator<number, number, Buffer> {
  const first = (yield 1)[0]!;
  if (first < 0x80) return first;
  const second = (yield 1)[0]!;
  if (second < 0x80) return (first & 0x7f) | (second << 7);
  return (first & 0x7f) | ((second & 0x7f) << 7) | ((yield 1)[0]! << 14);
}

export function toRecord(area: Rectangle, kind: RecordKind, payload: Uint8Array): ScreenRecord {
  const { x, y, width, height } = area;
  return { x, y, width, height, kind, flags: kind === recordKind.jpeg ? 0 : RECORD_LOSSLESS, payload };
}

/** Level 1: eleven times fewer bytes on text for less than half a millisecond an update; higher levels gain little. */
export function deflate(bytes: Uint8Array): Uint8Array {
  return deflateRawSync(bytes, { level: 1 });
}

function unpackBits(packed: Uint8Array, indices: Uint8Array, { width, height }: Rectangle): void {
  const rowBytes = (width + 7) >> 3;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) indices[y * width + x] = (packed[y * rowBytes + (x >> 3)]! >> (7 - (x & 7))) & 1;
  }
}

/** Each byte was sent as its distance to left + above - above left, held to 0..255. In place. */
function undoGradient(pixels: Uint8Array, { width, height }: Rectangle): void {
  const row = width * 3;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < row; x++) {
      const at = y * row + x;
      const left = x >= 3 ? pixels[at - 3]! : 0;
      const above = y > 0 ? pixels[at - row]! : 0;
      const aboveLeft = x >= 3 && y > 0 ? pixels[at - row - 3]! : 0;
      const expected = Math.max(0, Math.min(255, left + above - aboveLeft));
      pixels[at] = (pixels[at]! + expected) & 0xff;
    }
  }
}
