/** Looks at each running sandbox every so often, whether anybody watches or not. */
import type { SandboxId } from '@sandglass/protocol';

export interface SamplingOptions {
  /** Those that run now: a frozen one is not asked. */
  readonly running: () => readonly SandboxId[];
  /** Calls back every `everyMs` until the returned function is called. */
  readonly every: (everyMs: number, callback: () => void) => () => void;
}

export abstract class Sampling<Options extends SamplingOptions> {
  protected readonly options: Options;
  readonly #everyMs: number;
  #stop: (() => void) | null = null;
  #busy = false;

  constructor(options: Options, everyMs: number) {
    this.options = options;
    this.#everyMs = everyMs;
  }

  start(): void {
    this.#stop ??= this.options.every(this.#everyMs, () => void this.sample());
  }

  close(): void {
    this.#stop?.();
    this.#stop = null;
  }

  /** One after another: a hundred sandboxes at once would be a peak that their own lines show. */
  async sample(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    const running = this.options.running();
    this.begin(new Set(running));
    for (const sandbox of running) {
      try {
        await this.look(sandbox);
      } catch {
        // It ended or froze meanwhile, or the disk is full: what is missing then is missing, which is true.
      }
    }
    this.#busy = false;
  }

  /** Before each round: what was known of others can go. */
  protected begin(_running: ReadonlySet<SandboxId>): void {}
  protected abstract look(sandbox: SandboxId): Promise<void>;
}
