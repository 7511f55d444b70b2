/**
 * The records that still have a visible pixel, oldest first: drawn in order they are the picture. One mechanism for three
 * needs: what a late joiner gets, how a slow viewer catches up, and the keyframe of a segment.
 *
 * Visibility is exact: the screen is cut into tiles of 16×16 pixels, each with a bit mask per record that shows in it.
 */
import { RECORD_LOSSLESS, recordKind, type ScreenRecord } from '@sandglass/protocol';

const TILE = 16;
/** Two rows of 16 pixels a word. */
const WORDS = 8;
type Mask = Int32Array;
const FULL: Mask = new Int32Array(WORDS).fill(-1);

export interface LiveRecord {
  readonly record: ScreenRecord;
  readonly seq: number;
  readonly atUs: number;
}

interface Entry extends LiveRecord {
  /** In how many tiles a pixel of it shows. */
  tiles: number;
}

interface Layer {
  readonly entry: Entry;
  mask: Mask;
}

export class LiveSet {
  readonly width: number;
  readonly height: number;
  readonly #columns: number;
  readonly #tiles: Layer[][];
  /** In the order they were drawn. */
  readonly #entries = new Set<Entry>();
  #cursor: LiveRecord | undefined;
  #emptyTiles: number;
  #payloadBytes = 0;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#columns = Math.ceil(width / TILE);
    this.#emptyTiles = this.#columns * Math.ceil(height / TILE);
    this.#tiles = Array.from({ length: this.#emptyTiles }, () => []);
  }

  /** Every part of the screen was drawn at least in part: what is there is a picture. */
  get isComplete(): boolean {
    return this.#emptyTiles === 0;
  }

  get size(): number {
    return this.#entries.size;
  }

  get payloadBytes(): number {
    return this.#payloadBytes;
  }

  /** X does not send the pointer's shape again when the screen's size changes. */
  takeCursorOf(other: LiveSet): void {
    this.#cursor = other.#cursor;
  }

  /** X sends the pointer's shape again whenever the encodings are set. */
  isPresentCursor(record: ScreenRecord): boolean {
    if (record.kind !== recordKind.cursor || !this.#cursor) return false;
    const { x, y, width, height, payload } = this.#cursor.record;
    const isSamePlace = x === record.x && y === record.y && width === record.width && height === record.height;
    return (
      isSamePlace && payload.length === record.payload.length && payload.every((byte, i) => byte === record.payload[i])
    );
  }

  add(record: ScreenRecord, seq: number, atUs: number): void {
    if (record.kind === recordKind.cursor) {
      this.#cursor = { record, seq, atUs };
      return;
    }
    const entry: Entry = { record, seq, atUs, tiles: 0 };
    const right = Math.min(record.x + record.width, this.width);
    const bottom = Math.min(record.y + record.height, this.height);
    for (let top = record.y - (record.y % TILE); top < bottom; top += TILE) {
      for (let left = record.x - (record.x % TILE); left < right; left += TILE) {
        const layers = this.#tiles[(top / TILE) * this.#columns + left / TILE]!;
        this.#cover(layers, entry, maskOf(record.x - left, record.y - top, right - left, bottom - top));
      }
    }
    if (entry.tiles === 0) return;
    this.#entries.add(entry);
    this.#payloadBytes += record.payload.length;
  }

  /** Records newer than `seq`, in drawing order, the cursor last. 0 = the whole picture. */
  since(seq: number): LiveRecord[] {
    const out: LiveRecord[] = [];
    for (const entry of this.#entries) if (entry.seq > seq) out.push(entry);
    if (this.#cursor && this.#cursor.seq > seq) out.push(this.#cursor);
    return out;
  }

  /** Records that are not exact and have been on the screen since before `beforeUs`. */
  lossy(beforeUs: number): LiveRecord[] {
    const out: LiveRecord[] = [];
    for (const entry of this.#entries) {
      if ((entry.record.flags & RECORD_LOSSLESS) === 0 && entry.atUs < beforeUs) out.push(entry);
    }
    return out;
  }

  /** When the oldest inexact record came; undefined when the whole picture is exact. */
  get oldestLossyUs(): number | undefined {
    for (const { record, atUs } of this.#entries) if ((record.flags & RECORD_LOSSLESS) === 0) return atUs;
    return undefined;
  }

  #cover(layers: Layer[], entry: Entry, mask: Mask): void {
    if (layers.length === 0) this.#emptyTiles--;
    if (mask === FULL) {
      for (const layer of layers) this.#hide(layer.entry);
      layers.length = 0;
    } else {
      let kept = 0;
      for (const layer of layers) {
        const left = subtract(layer.mask, mask);
        if (!left) {
          this.#hide(layer.entry);
          continue;
        }
        layer.mask = left;
        layers[kept++] = layer;
      }
      layers.length = kept;
    }
    layers.push({ entry, mask });
    entry.tiles++;
  }

  #hide(entry: Entry): void {
    entry.tiles--;
    if (entry.tiles > 0 || !this.#entries.delete(entry)) return;
    this.#payloadBytes -= entry.record.payload.length;
  }
}

/**
 * The part of a tile that a rectangle (relative to the tile, within the screen) covers. A tile at the edge of the screen is
 * never FULL: bits outside of the screen could not be covered again.
 */
function maskOf(x0: number, y0: number, x1: number, y1: number): Mask {
  const [left, top, right, bottom] = [Math.max(0, x0), Math.max(0, y0), Math.min(TILE, x1), Math.min(TILE, y1)];
  if (right - left === TILE && bottom - top === TILE) return FULL;
  const row = ((1 << (right - left)) - 1) << left;
  const mask = new Int32Array(WORDS);
  for (let y = top; y < bottom; y++) mask[y >> 1]! |= y & 1 ? row << 16 : row;
  return mask;
}

/** Undefined when nothing is left. */
function subtract(mask: Mask, cover: Mask): Mask | undefined {
  const out = new Int32Array(WORDS);
  let any = 0;
  for (let i = 0; i < WORDS; i++) {
    const word = mask[i]! & ~cover[i]!;
    out[i] = word;
    any |= word;
  }
  return any === 0 ? undefined : out;
}
