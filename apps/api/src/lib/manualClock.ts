import type { Clock } from './clock.ts';

/** A clock for tests: time passes when told, and what was due is called in order. */
export class ManualClock implements Clock {
  #nowMs: number;
  #due: { atMs: number; call: () => void }[] = [];

  constructor(nowMs = 1_700_000_000_000) {
    this.#nowMs = nowMs;
  }

  now = (): number => this.#nowMs;

  at(atMs: number, call: () => void): () => void {
    const entry = { atMs, call };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((one) => one !== entry);
    };
  }

  get waiting(): number {
    return this.#due.length;
  }

  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const next = this.#due.filter((one) => one.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (!next) break;
      this.#due = this.#due.filter((one) => one !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.call();
    }
    this.#nowMs = untilMs;
  }
}
