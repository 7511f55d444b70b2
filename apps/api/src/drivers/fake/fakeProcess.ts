/** What every fake program has: a pid, input, ordered output that survives the loss of its reader, and an exit. */
import type { Exit, Signal } from '@sandglass/protocol';
import type { SandboxSink } from '../../sandboxes/driver.ts';

type Delivery = (sink: SandboxSink) => void | Promise<void>;

/** Deliveries in order; each is forgotten only after a sink took it, so a new sink gets what the old one did not. */
export class Outbox {
  #queue: Delivery[] = [];
  #sink: SandboxSink | undefined;
  #pumping = false;

  attach(sink: SandboxSink | undefined): void {
    this.#sink = sink;
    void this.#pump();
  }

  push(delivery: Delivery): void {
    this.#queue.push(delivery);
    void this.#pump();
  }

  get waiting(): number {
    return this.#queue.length;
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#sink && this.#queue.length > 0) {
        const sink = this.#sink;
        await this.#queue[0]!(sink);
        if (sink === this.#sink) this.#queue.shift();
      }
    } catch {
      // A sink that throws has closed: what is left waits for the next one.
      this.#sink = undefined;
    } finally {
      this.#pumping = false;
    }
    if (this.#sink && this.#queue.length > 0) void this.#pump();
  }
}

/** Bytes written to a program; read once. */
export class InputPipe {
  #chunks: Uint8Array[] = [];
  #closed = false;
  #wake: () => void = () => {};

  write(bytes: Uint8Array): void {
    if (this.#closed) return;
    this.#chunks.push(bytes);
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  async *read(signal: AbortSignal): AsyncIterable<Uint8Array> {
    const wake = () => this.#wake();
    signal.addEventListener('abort', wake);
    try {
      for (;;) {
        signal.throwIfAborted();
        const chunk = this.#chunks.shift();
        if (chunk) yield chunk;
        else if (this.#closed) return;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }
}

const ENDING: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGKILL', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'];

export class FakeProcess {
  readonly pid: number;
  readonly command: readonly string[];
  readonly user: string;
  readonly startedAtMs: number;
  readonly input = new InputPipe();
  readonly outbox = new Outbox();
  readonly #abort = new AbortController();
  #endedBy: Signal | undefined;

  constructor(options: { pid: number; command: readonly string[]; user: string; startedAtMs: number }) {
    this.pid = options.pid;
    this.command = options.command;
    this.user = options.user;
    this.startedAtMs = options.startedAtMs;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  kill(signal: Signal): void {
    if (!ENDING.includes(signal)) return;
    this.#endedBy ??= signal;
    this.#abort.abort();
  }

  /** Runs `program` to its end; a program that was killed ends by that signal. */
  async run(program: (signal: AbortSignal) => Promise<number>): Promise<Exit> {
    try {
      const code = await program(this.signal);
      return this.#endedBy ? { code: null, signal: this.#endedBy } : { code, signal: null };
    } catch {
      return this.#endedBy ? { code: null, signal: this.#endedBy } : { code: 1, signal: null };
    }
  }
}
