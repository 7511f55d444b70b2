/** How much of one kind is kept of one page: so many at once, so many a second after that; what is too much is counted. Pure but for its clock. */

export interface PaceOptions {
  readonly burst: number;
  readonly perSecond: number;
  readonly nowMs: () => number;
}

export class Pace {
  readonly #options: PaceOptions;
  #left: number;
  #atMs: number;
  #missed = 0;

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#left = options.burst;
    this.#atMs = options.nowMs();
  }

  /** Whether there is room for one now, without taking it. */
  get hasRoom(): boolean {
    this.#refill();
    return this.#left >= 1;
  }

  /** True: keep it. False: it is counted. */
  take(): boolean {
    if (!this.hasRoom) {
      this.#missed++;
      return false;
    }
    this.#left--;
    return true;
  }

  miss(): void {
    this.#missed++;
  }

  /** How many were too much since this was asked last. */
  takeMissed(): number {
    const missed = this.#missed;
    this.#missed = 0;
    return missed;
  }

  #refill(): void {
    const { burst, perSecond, nowMs } = this.#options;
    const now = nowMs();
    this.#left = Math.min(burst, this.#left + (Math.max(0, now - this.#atMs) / 1_000) * perSecond);
    this.#atMs = now;
  }
}
