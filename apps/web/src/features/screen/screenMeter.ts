import { Model } from '../../platform/store.ts';

export interface ScreenRate {
  /** Pictures drawn in the last second. */
  readonly framesPerSecond: number;
  readonly bytesPerSecond: number;
  /** From a key or click of this person to the next change drawn; the middle of the last ones. Null before the first. */
  readonly responseMs: number | null;
}

const WINDOW_MS = 1_000;
const KEPT_RESPONSES = 15;
/** What moved this long after a key did not move because of it. */
const LATEST_RESPONSE_MS = 2_000;

/** How fast the picture is, as this person sees it. Counts always (it is cheap), tells once a second while somebody asks. */
export class ScreenMeter extends Model<ScreenRate> {
  readonly #nowMs: () => number;
  #frames: { readonly atMs: number; readonly bytes: number }[] = [];
  #responses: number[] = [];
  #inputAtMs: number | null = null;

  constructor(nowMs: () => number = () => performance.now()) {
    super({ framesPerSecond: 0, bytesPerSecond: 0, responseMs: null });
    this.#nowMs = nowMs;
  }

  handleBytes(bytes: number): void {
    const nowMs = this.#nowMs();
    this.#frames.push({ atMs: nowMs, bytes });
    this.#forget(nowMs);
  }

  /** A key or click went out. The first of several is the one that waits. */
  handleInput(): void {
    this.#inputAtMs ??= this.#nowMs();
  }

  handleDrawn(): void {
    if (this.#inputAtMs === null) return;
    const tookMs = this.#nowMs() - this.#inputAtMs;
    this.#inputAtMs = null;
    if (tookMs <= LATEST_RESPONSE_MS) this.#responses = [...this.#responses, tookMs].slice(-KEPT_RESPONSES);
  }

  /** Tells the numbers of now. */
  tell(): void {
    this.#forget(this.#nowMs());
    const sorted = [...this.#responses].sort((a, b) => a - b);
    this.set({
      framesPerSecond: this.#frames.length,
      bytesPerSecond: this.#frames.reduce((sum, frame) => sum + frame.bytes, 0),
      responseMs: sorted[Math.floor(sorted.length / 2)] ?? null,
    });
  }

  #forget(nowMs: number): void {
    const first = this.#frames.findIndex((frame) => frame.atMs > nowMs - WINDOW_MS);
    this.#frames = first < 0 ? [] : this.#frames.slice(first);
  }
}
