/**
 * The small pictures of one screen. It hears of changes from the log and draws what the live set (written to the log before)
 * still shows of them, once for everybody who looks and for the stills.
 *
 * clean → dirty:     the log got a state of the screen
 * dirty → drawing:   it is due: half a second after the last picture while somebody looks, two after the last still while nobody does
 * drawing → clean:   the picture went to whoever looks, and into the log when a still is due; otherwise the still is owed until it is
 */

import { encodeStill, type StoredStill } from '@sandglass/replay';
import type { SandboxLog } from '../log.ts';
import { trackFrame } from '../log.ts';
import type { LiveSet } from '../screen/liveSet.ts';
import { encodeSmall } from './images.ts';
import { ThumbnailSurface } from './thumbnailSurface.ts';
import type { Turns } from './turns.ts';

export const PICTURE_EVERY_MS = 500;
export const STILL_EVERY_MS = 2_000;
/** A window is drawn in pieces: the first still of a change waits until it is whole. */
const SETTLE_MS = 300;
/** Drawing takes at most a fifth of the time, however much there is to draw. */
const REST_FACTOR = 4;
/** Some megabytes; the next picture is then drawn from the whole live set, in some 10 ms. */
const KEEP_SURFACE_MS = 15_000;

/** The screen as its thumbnail sees it. */
export interface ThumbnailSource {
  readonly log: SandboxLog;
  readonly live: () => LiveSet | undefined;
  /** Writes what is not written yet. */
  readonly flush: () => void;
}

export interface ThumbnailOptions {
  readonly turns: Turns;
  readonly nowMs: () => number;
  readonly onError: (error: unknown) => void;
}

export class ScreenThumbnail {
  readonly #source: ThumbnailSource;
  readonly #options: ThumbnailOptions;
  readonly #viewers = new Set<(picture: StoredStill) => void>();
  readonly #unlisten: () => void;
  #phase: 'clean' | 'dirty' | 'drawing' | 'ended' = 'clean';
  #changedMs = 0;
  #drawnMs = Number.NEGATIVE_INFINITY;
  #restMs = PICTURE_EVERY_MS;
  #stillMs = Number.NEGATIVE_INFINITY;
  #last: StoredStill | undefined;
  #kept: StoredStill | undefined;
  #surface: { readonly pixels: ThumbnailSurface; readonly of: LiveSet; seq: number; atUs: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #dropTimer: NodeJS.Timeout | undefined;
  /** It changed while it was drawn. */
  #again = false;
  #work: Promise<void> = Promise.resolve();

  constructor(source: ThumbnailSource, options: ThumbnailOptions) {
    this.#source = source;
    this.#options = options;
    this.#unlisten = source.log.onFrame('screen', () => this.#handleChange());
    if (source.live()) this.#handleChange();
  }

  /** The newest picture; undefined before the first. */
  get last(): StoredStill | undefined {
    return this.#last;
  }

  /** Pictures from now on; when there is none yet, or it is old, one comes soon. @returns stop */
  watch(viewer: (picture: StoredStill) => void): () => void {
    this.#viewers.add(viewer);
    this.#arm();
    return () => {
      if (this.#viewers.delete(viewer)) this.#arm();
    };
  }

  /** Resolves when what is due now is drawn. */
  idle(): Promise<void> {
    return this.#work;
  }

  /** Resolves when what has changed since the last still is kept; nothing is if the log is closed before. */
  async close(): Promise<void> {
    if (this.#phase === 'ended') return;
    const isDirty = this.#phase === 'dirty' || this.#again;
    this.#phase = 'ended';
    this.#unlisten();
    clearTimeout(this.#timer);
    clearTimeout(this.#dropTimer);
    this.#viewers.clear();
    await this.#work;
    if (isDirty) await this.#draw();
    this.#keep();
  }

  get #owesStill(): boolean {
    return this.#last !== undefined && !isSamePicture(this.#last, this.#kept);
  }

  #handleChange(): void {
    if (this.#phase === 'ended') return;
    if (this.#phase === 'drawing') this.#again = true;
    else if (this.#phase === 'clean') {
      this.#phase = 'dirty';
      this.#changedMs = this.#options.nowMs();
    }
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#phase === 'drawing' || this.#phase === 'ended') return;
    const stillMs = Math.max(this.#stillMs + STILL_EVERY_MS, this.#changedMs + SETTLE_MS, this.#drawnMs + this.#restMs);
    const due: number[] = [];
    if (this.#phase === 'dirty') due.push(this.#viewers.size > 0 ? this.#drawnMs + this.#restMs : stillMs);
    if (this.#owesStill) due.push(stillMs);
    if (due.length === 0) return;
    const waitMs = Math.max(0, Math.min(...due) - this.#options.nowMs());
    this.#timer = setTimeout(() => {
      this.#work = this.#handleDue();
    }, waitMs);
    this.#timer.unref();
  }

  async #handleDue(): Promise<void> {
    if (this.#phase === 'dirty') {
      this.#phase = 'drawing';
      await this.#options.turns.take(() => this.#draw());
      // Ended meanwhile: `close` saw to the rest.
      if (this.#phase !== 'drawing') return;
      this.#phase = this.#again ? 'dirty' : 'clean';
      this.#again = false;
      clearTimeout(this.#dropTimer);
      this.#dropTimer = setTimeout(() => this.#dropSurface(), KEEP_SURFACE_MS);
      this.#dropTimer.unref();
    }
    if (this.#options.nowMs() - this.#stillMs >= STILL_EVERY_MS) this.#keep();
    this.#arm();
  }

  async #draw(): Promise<void> {
    const startedMs = this.#options.nowMs();
    try {
      this.#source.flush();
      // What was just written is drawn now.
      this.#again = false;
      const live = this.#source.live();
      if (!live) return;
      if (this.#surface?.of !== live)
        this.#surface = { pixels: new ThumbnailSurface(live.width, live.height), of: live, seq: 0, atUs: 0 };
      const surface = this.#surface;
      const { pixels } = surface;
      const records = live.since(surface.seq);
      if (records.length === 0) return;
      for (const { record, seq, atUs } of records) {
        // One that cannot be drawn is left out here as in the players.
        await pixels.draw(record).catch(() => {});
        surface.seq = Math.max(surface.seq, seq);
        surface.atUs = Math.max(surface.atUs, atUs);
      }
      const { seq, atUs } = surface;
      const small = await encodeSmall(pixels.rgb, pixels, pixels);
      const picture = { seq, atUs, ...small };
      if (isSamePicture(picture, this.#last)) return;
      this.#last = picture;
      for (const viewer of [...this.#viewers]) viewer(picture);
    } catch (error) {
      this.#surface = undefined;
      this.#options.onError(error);
    } finally {
      this.#drawnMs = this.#options.nowMs();
      this.#restMs = Math.max(PICTURE_EVERY_MS, (this.#drawnMs - startedMs) * REST_FACTOR);
    }
  }

  #keep(): void {
    const picture = this.#last;
    if (!picture || !this.#owesStill) return;
    this.#stillMs = this.#options.nowMs();
    this.#kept = picture;
    try {
      this.#source.log.appendFrame('stills', trackFrame.still, encodeStill(picture));
    } catch (error) {
      // After its end the log may be closed already: the still before it is the last.
      if (this.#phase !== 'ended') this.#options.onError(error);
    }
  }

  #dropSurface(): void {
    if (this.#phase !== 'drawing') this.#surface = undefined;
  }
}

function isSamePicture(a: StoredStill, b: StoredStill | undefined): boolean {
  return b !== undefined && a.width === b.width && a.height === b.height && Buffer.compare(a.jpeg, b.jpeg) === 0;
}
