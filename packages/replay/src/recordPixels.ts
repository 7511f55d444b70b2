import { recordKind, type ScreenRecord } from '@sandglass/protocol';
import { inflateSync } from 'fflate';

/** Pixels in memory, row by row; `left` and `top` say where on the screen its corner lies. */
export interface PixelArea {
  /** RGBA, in the byte order of every machine that has a browser or Node. */
  readonly pixels: Int32Array;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** RGBA of a record that is not a JPEG. @throws RangeError when its payload does not hold its pixels. */
export function decodeRecordPixels(record: ScreenRecord): Uint8ClampedArray<ArrayBuffer> {
  const { x: left, y: top, width, height } = record;
  if (record.kind === recordKind.cursor)
    return new Uint8ClampedArray(inflateExactly(record.payload, width * height * 4).buffer);
  const pixels = new Int32Array(width * height);
  paintRecord(record, { pixels, left, top, width, height });
  return new Uint8ClampedArray(pixels.buffer);
}

/**
 * Puts a record that is neither a JPEG nor a pointer where it belongs; what lies outside of the area is left out.
 * @throws RangeError when its payload does not hold its pixels; then nothing of it was painted
 */
export function paintRecord(record: ScreenRecord, area: PixelArea): void {
  const count = record.width * record.height;
  if (record.kind === recordKind.fill) fillArea(record, colourOf(record), area);
  else if (record.kind === recordKind.rgb) paintRgb(record, inflateExactly(record.payload, count * 3), area);
  else if (record.kind === recordKind.palette) paintPalette(record, inflate(record.payload, 2 + 3 * 256 + count), area);
  else throw new RangeError(`records of kind ${record.kind} are not plain pixels`);
}

function inflateExactly(payload: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const out = inflate(payload, size);
  if (out.length !== size)
    throw new RangeError(`a screen record holds ${out.length} bytes where ${size} were expected`);
  return out;
}

function inflate(payload: Uint8Array, atMost: number): Uint8Array<ArrayBuffer> {
  try {
    // A buffer of the right size: a damaged record cannot make it grow.
    const out = inflateSync(payload, { out: new Uint8Array(atMost) });
    return out as Uint8Array<ArrayBuffer>;
  } catch {
    throw new RangeError('a screen record is damaged');
  }
}

/** Rows and columns of an area that a record reaches, counted from the area's corner. */
function reachOf(record: ScreenRecord, { left, top, width, height }: PixelArea) {
  return {
    fromX: Math.max(0, record.x - left),
    toX: Math.min(width, record.x + record.width - left),
    fromY: Math.max(0, record.y - top),
    toY: Math.min(height, record.y + record.height - top),
  };
}

function colourOf({ payload }: ScreenRecord): number {
  if (payload.length !== 3) throw new RangeError('a fill is three bytes');
  return pack(payload[0]!, payload[1]!, payload[2]!);
}

/** One value for every pixel of a record: a colour, or 0 for nothing at all. */
export function fillArea(record: ScreenRecord, value: number, area: PixelArea): void {
  const { fromX, toX, fromY, toY } = reachOf(record, area);
  if (fromX >= toX) return;
  for (let y = fromY; y < toY; y++) area.pixels.fill(value, y * area.width + fromX, y * area.width + toX);
}

function paintRgb(record: ScreenRecord, rgb: Uint8Array, area: PixelArea): void {
  const { fromX, toX, fromY, toY } = reachOf(record, area);
  const { pixels, width } = area;
  for (let y = fromY; y < toY; y++) {
    let from = ((y + area.top - record.y) * record.width + fromX + area.left - record.x) * 3;
    const end = y * width + toX;
    for (let to = y * width + fromX; to < end; to++, from += 3)
      pixels[to] = 0xff000000 | (rgb[from + 2]! << 16) | (rgb[from + 1]! << 8) | rgb[from]!;
  }
}

function paintPalette(record: ScreenRecord, bytes: Uint8Array, area: PixelArea): void {
  const colours = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  const indices = bytes.subarray(2 + colours * 3);
  if (indices.length !== record.width * record.height)
    throw new RangeError('a palette record does not hold its pixels');
  const palette = new Int32Array(256);
  for (let i = 0; i < colours; i++) palette[i] = pack(bytes[2 + i * 3]!, bytes[3 + i * 3]!, bytes[4 + i * 3]!);
  const { fromX, toX, fromY, toY } = reachOf(record, area);
  const { pixels, width } = area;
  for (let y = fromY; y < toY; y++) {
    let from = (y + area.top - record.y) * record.width + fromX + area.left - record.x;
    const end = y * width + toX;
    for (let to = y * width + fromX; to < end; to++, from++) pixels[to] = palette[indices[from]!]!;
  }
}

function pack(red: number, green: number, blue: number): number {
  return 0xff000000 | (blue << 16) | (green << 8) | red;
}
