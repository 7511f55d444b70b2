import {
  decodeScreenMessage,
  recordKind,
  type ScreenMessage,
  type ScreenRecord,
  screenMessage,
} from '@sandglass/protocol';
import { layerOf } from './recordLayer.ts';
import { decodeRecordPixels } from './recordPixels.ts';
import type { ScreenSurface } from './screenSurface.ts';

/** A pointer shape, for a layer above the picture; the hotspot is where it points. */
export interface CursorShape {
  readonly width: number;
  readonly height: number;
  readonly hotspotX: number;
  readonly hotspotY: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

export interface ScreenPlayerEvents {
  /** Everything up to this position is on the surface: acknowledge it. */
  readonly onDrawn?: (position: { seq: number; atUs: number }) => void;
  readonly onSize?: (width: number, height: number) => void;
  /** null: the pointer is hidden. */
  readonly onCursor?: (shape: CursorShape | null) => void;
  /** A record could not be drawn; the rest goes on. */
  readonly onError?: (error: unknown) => void;
}

interface Waiting<Image> {
  /** Its pixels are on the surface, or no longer wanted. */
  readonly settle: () => void;
  readonly message: ScreenMessage;
  /** By record; undefined where it is not a JPEG or could not be decoded. */
  readonly images: readonly (Promise<Image | undefined> | undefined)[];
}

/**
 * Draws screen messages, live and past alike: the same bytes, the same code. JPEGs are decoded as they arrive and drawn
 * strictly in order; a message appears whole. A live set makes what still waits before it superfluous.
 */
export class ScreenPlayer<Image> {
  readonly #surface: ScreenSurface<Image>;
  readonly #events: ScreenPlayerEvents;
  #waiting: Waiting<Image>[] = [];
  #size: { width: number; height: number } | null = null;
  #phase: 'idle' | 'drawing' | 'disposed' = 'idle';

  constructor(surface: ScreenSurface<Image>, events: ScreenPlayerEvents = {}) {
    this.#surface = surface;
    this.#events = events;
  }

  /** Of the picture; null before the first. */
  get size(): { readonly width: number; readonly height: number } | null {
    return this.#size;
  }

  /**
   * Takes one message, encoded (its bytes must not change afterwards) or decoded. Resolves when it is on the surface, or when a
   * live set or `dispose` made it superfluous. @throws RangeError when it is not a message, Error after `dispose`.
   */
  draw(given: ScreenMessage | Uint8Array): Promise<void> {
    if (this.#phase === 'disposed') throw new Error('The screen player is disposed.');
    const message = given instanceof Uint8Array ? decodeScreenMessage(given) : given;
    if (message.type === screenMessage.liveSet) this.#dropWaiting();
    const images = message.records.map((record) =>
      record.kind === recordKind.jpeg ? this.#decode(record) : undefined,
    );
    return new Promise((settle) => {
      this.#waiting.push({ message, images, settle });
      if (this.#phase === 'idle') void this.#drain();
    });
  }

  /** Nothing is drawn or reported any more. */
  dispose(): void {
    if (this.#phase === 'disposed') return;
    this.#phase = 'disposed';
    this.#dropWaiting();
  }

  /** A function, since the phase changes while `#drain` waits. */
  #isDisposed(): boolean {
    return this.#phase === 'disposed';
  }

  async #drain(): Promise<void> {
    this.#phase = 'drawing';
    while (!this.#isDisposed()) {
      const next = this.#waiting.shift();
      if (!next) break;
      // No await without a JPEG: text must not wait for a turn of the event loop.
      const images = next.images.some((image) => image)
        ? await Promise.all(next.images)
        : next.images.map(() => undefined);
      if (!this.#isDisposed()) this.#draw(next.message, images);
      for (const image of images) if (image !== undefined) this.#surface.release(image);
      next.settle();
    }
    if (!this.#isDisposed()) this.#phase = 'idle';
  }

  #draw(message: ScreenMessage, images: readonly (Image | undefined)[]): void {
    const { width, height } = message;
    if (width !== this.#size?.width || height !== this.#size.height) {
      this.#size = { width, height };
      this.#surface.resize(width, height);
      this.#events.onSize?.(width, height);
    }
    const layer = layerOf(
      message,
      (at) => images[at] !== undefined,
      (error) => this.#events.onError?.(error),
    );
    for (const [i, record] of message.records.entries()) {
      if (layer && record.kind !== recordKind.jpeg && record.kind !== recordKind.cursor) continue;
      try {
        this.#drawRecord(record, images[i]);
      } catch (error) {
        this.#events.onError?.(error);
      }
    }
    if (layer) this.#surface.layer(layer.rgba, layer.area);
    this.#events.onDrawn?.({ seq: message.seq, atUs: message.atUs });
  }

  #drawRecord(record: ScreenRecord, image: Image | undefined): void {
    if (record.kind === recordKind.cursor) this.#showCursor(record);
    else if (record.kind === recordKind.fill) {
      const [red, green, blue] = record.payload;
      if (record.payload.length !== 3) throw new RangeError('a fill is three bytes');
      this.#surface.fill(red!, green!, blue!, record);
    } else if (record.kind !== recordKind.jpeg) this.#surface.pixels(decodeRecordPixels(record), record);
    else if (image !== undefined) this.#surface.image(image, record);
  }

  #showCursor(record: ScreenRecord): void {
    if (record.width === 0 || record.height === 0) {
      this.#events.onCursor?.(null);
      return;
    }
    const { width, height, x: hotspotX, y: hotspotY } = record;
    this.#events.onCursor?.({ width, height, hotspotX, hotspotY, rgba: decodeRecordPixels(record) });
  }

  #decode(record: ScreenRecord): Promise<Image | undefined> {
    return this.#surface.decode(record.payload).catch((error: unknown) => {
      this.#events.onError?.(error);
      return undefined;
    });
  }

  #dropWaiting(): void {
    for (const { images, settle } of this.#waiting) {
      settle();
      for (const image of images)
        void image?.then((decoded) => decoded !== undefined && this.#surface.release(decoded));
    }
    this.#waiting = [];
  }
}
