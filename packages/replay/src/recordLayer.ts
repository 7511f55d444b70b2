/** Many records as one picture: a canvas takes one of a megabyte in less time than a hundred scraps. */
import { recordKind, type ScreenMessage, type ScreenRecord } from '@sandglass/protocol';
import { fillArea, type PixelArea, paintRecord } from './recordPixels.ts';
import type { SurfaceArea } from './screenSurface.ts';

/** Fewer are drawn one by one: what comes live is small, and a picture of all of them would be mostly empty. */
const MIN_RECORDS = 24;
/** 64 MB of memory; a larger screen is drawn record by record. */
const MOST_PIXELS = 16_777_216;

export interface RecordLayer {
  readonly area: SurfaceArea;
  /** Alpha is 0 where nothing of it is to be seen. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/**
 * Everything that is no JPEG, with holes where JPEGs lie on top: drawn over the JPEGs, which come in their own order first, it is the
 * same picture. Undefined where it does not pay.
 * @param isDrawn whether the JPEG at that place could be decoded; else what is beneath it stays
 */
export function layerOf(
  message: ScreenMessage,
  isDrawn: (at: number) => boolean,
  onError: (error: unknown) => void,
): RecordLayer | undefined {
  const { records, width, height } = message;
  const plain = records.filter(({ kind }) => isPlain(kind));
  if (plain.length < MIN_RECORDS || width * height > MOST_PIXELS) return undefined;
  const area = boundsOf(plain, message);
  if (area.width <= 0 || area.height <= 0) return undefined;
  const into: PixelArea = {
    pixels: new Int32Array(area.width * area.height),
    ...{ left: area.x, top: area.y, width: area.width, height: area.height },
  };
  for (const [at, record] of records.entries()) {
    try {
      if (isPlain(record.kind)) paintRecord(record, into);
      else if (record.kind === recordKind.jpeg && isDrawn(at)) fillArea(record, 0, into);
    } catch (error) {
      onError(error);
    }
  }
  return { area, rgba: new Uint8ClampedArray(into.pixels.buffer as ArrayBuffer) };
}

const isPlain = (kind: number): boolean => kind !== recordKind.jpeg && kind !== recordKind.cursor;

/** Cut to the screen. */
function boundsOf(records: readonly ScreenRecord[], { width, height }: ScreenMessage): SurfaceArea {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (const record of records) {
    left = Math.min(left, record.x);
    top = Math.min(top, record.y);
    right = Math.max(right, record.x + record.width);
    bottom = Math.max(bottom, record.y + record.height);
  }
  return { x: left, y: top, width: Math.min(right, width) - left, height: Math.min(bottom, height) - top };
}
