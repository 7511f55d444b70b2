/**
 * When is a program's output over? When all who could write have closed it; but a program that left something running in the
 * background (`server &`) has ended too: after its exit we wait for a short silence and no longer.
 */
const QUIET_MS = 200;
const LONGEST_MS = 2000;

/** Calls `done` once, some time after `exited()`: at `closed()`, or after 200 ms of silence, or 2 s at the latest. */
export class Ending {
  readonly #done: () => void;
  readonly #paused: () => boolean;
  #closed = false;
  #exited = false;
  #over = false;
  #timer: NodeJS.Timeout | null = null;
  #exitedAtMs = 0;

  constructor(options: { done: () => void; paused: () => boolean }) {
    this.#done = options.done;
    this.#paused = options.paused;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Something was read. */
  touch(): void {
    if (this.#exited && !this.#over) this.#arm();
  }

  closed(): void {
    this.#closed = true;
    if (this.#exited) this.#finish();
  }

  exited(): void {
    this.#exited = true;
    this.#exitedAtMs = performance.now();
    if (this.#closed) this.#finish();
    else this.#arm();
  }

  #arm(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        if (this.#paused()) {
          this.#exitedAtMs = performance.now();
          this.#arm();
        } else {
          // On a busy host the silence may be ours: what waits to be read is read before this runs, and begins it anew.
          this.#timer = setTimeout(() => this.#finish(), 1);
        }
      },
      Math.min(QUIET_MS, Math.max(1, this.#exitedAtMs + LONGEST_MS - performance.now())),
    );
  }

  #finish(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#over) return;
    this.#over = true;
    this.#done();
  }
}
