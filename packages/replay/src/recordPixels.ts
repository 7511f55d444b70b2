import { recordKind, type ScreenRecord } from '@sandglass/protocol';
import { inflateSync } from 'fflate';

/** RGBA of a record that is not a JPEG. @throws RangeError when its payload does not hold its pixels. */
export function decodeRecordPixels(record: ScreenRecord): Uint8ClampedArray<ArrayBuffer> {
  const count = record.width * record.height;
  switch (record.kind) {
    case recordKind.fill:
      return fillPixels(record.payload, count);
    case recordKind.rgb:
      return rgbPixels(inflateExactly(record.payload, count * 3), count);
    case recordKind.palette:
      return palettePixels(record.payload, count);
    case recordKind.cursor:
      return new Uint8ClampedArray(inflateExactly(record.payload, count * 4).buffer);
    default:
      throw new RangeError(`records of kind ${record.kind} are not plain pixels`);
  }
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

function fillPixels(colour: Uint8Array, count: number): Uint8ClampedArray<ArrayBuffer> {
  if (colour.length !== 3) throw new RangeError('a fill is three bytes');
  const out = new Uint32Array(count).fill(pack(colour[0]!, colour[1]!, colour[2]!));
  return new Uint8ClampedArray(out.buffer);
}

function rgbPixels(rgb: Uint8Array, count: number): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint32Array(count);
  for (let i = 0, from = 0; i < count; i++, from += 3) out[i] = pack(rgb[from]!, rgb[from + 1]!, rgb[from + 2]!);
  return new Uint8ClampedArray(out.buffer);
}

function palettePixels(payload: Uint8Array, count: number): Uint8ClampedArray<ArrayBuffer> {
  const bytes = inflate(payload, 2 + 3 * 256 + count);
  const colours = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  const indices = bytes.subarray(2 + colours * 3);
  if (indices.length !== count) throw new RangeError('a palette record does not hold its pixels');
  const palette = new Uint32Array(256);
  for (let i = 0; i < colours; i++) palette[i] = pack(bytes[2 + i * 3]!, bytes[3 + i * 3]!, bytes[4 + i * 3]!);
  const out = new Uint32Array(count);
  for (let i = 0; i < count; i++) out[i] = palette[indices[i]!]!;
  return new Uint8ClampedArray(out.buffer);
}

/** Opaque, in the byte order of every machine that has a browser or Node. */
function pack(red: number, green: number, blue: number): number {
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
}
