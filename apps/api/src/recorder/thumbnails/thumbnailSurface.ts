/** A screen's pixels in plain memory, to be made small of. Of very large screens only every n-th pixel is kept. */
import { promisify } from 'node:util';
import { inflateRaw, inflateRawSync } from 'node:zlib';
import { recordKind, type ScreenRecord } from '@sandglass/protocol';
import { decodeJpeg } from './images.ts';

const inflateAside = promisify(inflateRaw);
/** 6 MB; 1920 × 1080 is kept whole. */
const MAX_PIXELS = 2_100_000;
/** Below this another thread costs more than it saves. */
const INFLATE_ASIDE_BYTES = 65_536;
const MAX_COLOURS = 256;

export class ThumbnailSurface {
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  readonly rgb: Buffer;
  /** Each pixel kept is one of the screen, so what was drawn in pieces shows no seams. */
  readonly #step: number;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#step = Math.ceil(Math.sqrt((width * height) / MAX_PIXELS));
    this.columns = Math.ceil(width / this.#step);
    this.rows = Math.ceil(height / this.#step);
    this.rgb = Buffer.alloc(this.columns * this.rows * 3);
  }

  /** @throws Error when the record does not hold its pixels; then nothing of it was drawn */
  async draw(record: ScreenRecord): Promise<void> {
    const { kind, payload, width, height } = record;
    if (kind === recordKind.fill) {
      if (payload.length !== 3) throw new RangeError('a fill is three bytes');
      this.#fill(record, payload);
    } else if (kind === recordKind.rgb) this.#copy(record, await inflate(payload, width * height * 3, 'exactly'));
    else if (kind === recordKind.palette) {
      this.#index(record, await inflate(payload, 2 + 3 * MAX_COLOURS + width * height, 'at most'));
    } else if (kind === recordKind.jpeg) this.#copy(record, await decodeJpeg(payload, width, height));
  }

  #fill(record: ScreenRecord, colour: Uint8Array): void {
    const { left, right, top, bottom } = this.#area(record);
    for (let y = top; y < bottom; y++)
      this.rgb.fill(colour, (y * this.columns + left) * 3, (y * this.columns + right) * 3);
  }

  #copy(record: ScreenRecord, pixels: Uint8Array): void {
    const { left, right, top, bottom } = this.#area(record);
    const step = this.#step;
    for (let y = top; y < bottom; y++) {
      const row = (y * step - record.y) * record.width - record.x;
      if (step === 1) {
        this.rgb.set(pixels.subarray((row + left) * 3, (row + right) * 3), (y * this.columns + left) * 3);
        continue;
      }
      for (let x = left, to = (y * this.columns + left) * 3; x < right; x++, to += 3) {
        const from = (row + x * step) * 3;
        this.rgb[to] = pixels[from]!;
        this.rgb[to + 1] = pixels[from + 1]!;
        this.rgb[to + 2] = pixels[from + 2]!;
      }
    }
  }

  #index(record: ScreenRecord, bytes: Uint8Array): void {
    const colours = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
    const indices = bytes.subarray(2 + colours * 3);
    if (colours > MAX_COLOURS || indices.length !== record.width * record.height)
      throw new RangeError('a palette record does not hold its pixels');
    const { left, right, top, bottom } = this.#area(record);
    const step = this.#step;
    for (let y = top; y < bottom; y++) {
      const row = (y * step - record.y) * record.width - record.x;
      for (let x = left, to = (y * this.columns + left) * 3; x < right; x++, to += 3) {
        const colour = 2 + indices[row + x * step]! * 3;
        this.rgb[to] = bytes[colour]!;
        this.rgb[to + 1] = bytes[colour + 1]!;
        this.rgb[to + 2] = bytes[colour + 2]!;
      }
    }
  }

  /** The kept pixels that lie in a record, cut to the screen. */
  #area({ x, y, width, height }: ScreenRecord): { left: number; right: number; top: number; bottom: number } {
    const step = this.#step;
    return {
      left: Math.ceil(x / step),
      right: Math.ceil(Math.min(x + width, this.width) / step),
      top: Math.ceil(y / step),
      bottom: Math.ceil(Math.min(y + height, this.height) / step),
    };
  }
}

async function inflate(payload: Uint8Array, size: number, how: 'exactly' | 'at most'): Promise<Uint8Array> {
  const options = { maxOutputLength: Math.max(1, size) };
  const out =
    size < INFLATE_ASIDE_BYTES ? inflateRawSync(payload, options) : ((await inflateAside(payload, options)) as Buffer);
  if (how === 'exactly' && out.length !== size)
    throw new RangeError(`a screen record holds ${out.length} bytes where ${size} were expected`);
  return out;
}
