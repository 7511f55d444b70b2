import { constants } from 'node:os';
import { AppError, type Exec, type ExecId, type Exit } from '@sandglass/protocol';
import type { OpenCall } from './calls.ts';

type Stream = 'stdout' | 'stderr';

/** Finished execs a sandbox still answers for, while it lives and after; the log has them all. */
const KEPT_FINISHED = 500;
const KEPT_ENDED = 20;
/** Their commands may be long: no more than this of them is kept. */
const KEPT_BYTES = 4_194_304;

/** The beginning of each stream, for the reply to whoever waits. */
class Capture {
  readonly #maxBytes: number;
  readonly #chunks: Record<Stream, Uint8Array[]> = { stdout: [], stderr: [] };
  readonly #sizes: Record<Stream, number> = { stdout: 0, stderr: 0 };
  truncated = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(stream: Stream, bytes: Uint8Array): void {
    const room = this.#maxBytes - this.#sizes[stream];
    if (bytes.length > room) this.truncated = true;
    if (room <= 0) return;
    // A copy: the bytes may be a view of a receive buffer.
    this.#chunks[stream].push(Buffer.from(bytes.subarray(0, room)));
    this.#sizes[stream] += Math.min(room, bytes.length);
  }

  text(stream: Stream): string {
    const cut = this.#sizes[stream] >= this.#maxBytes && this.truncated;
    // A character that the limit cut in two is left out rather than shown as U+FFFD.
    return new TextDecoder().decode(Buffer.concat(this.#chunks[stream]), { stream: cut });
  }
}

interface Run {
  exec: Exec;
  /** Null when it has ended: it leads to the whole request, its reply and the gate. */
  call: OpenCall | null;
  capture: Capture | null;
  readonly settled: Promise<void>;
  readonly settle: () => void;
}

/** The execs of one sandbox. */
export class ExecRuns {
  readonly #runs = new Map<ExecId, Run>();
  readonly #finished: { readonly id: ExecId; readonly sizeBytes: number }[] = [];
  #finishedBytes = 0;
  readonly #save: (exec: Exec, call: OpenCall) => Promise<void>;
  readonly #now: () => number;

  constructor(options: { save: (exec: Exec, call: OpenCall) => Promise<void>; now: () => number }) {
    this.#save = options.save;
    this.#now = options.now;
  }

  get running(): ExecId[] {
    return [...this.#runs.values()].filter((run) => isOpen(run.exec)).map((run) => run.exec.id);
  }

  add(exec: Exec, call: OpenCall, captureBytes: number | null): void {
    let settle: () => void = () => {};
    const settled = new Promise<void>((resolve) => (settle = resolve));
    const capture = captureBytes === null ? null : new Capture(captureBytes);
    this.#runs.set(exec.id, { exec, call, capture, settled, settle });
  }

  has(id: ExecId): boolean {
    return this.#runs.has(id);
  }

  get(id: ExecId): Exec {
    return this.#run(id).exec;
  }

  started(id: ExecId, pid: number | undefined): void {
    const run = this.#runs.get(id);
    if (run && pid !== undefined) run.exec = { ...run.exec, pid };
  }

  data(id: ExecId, stream: Stream, bytes: Uint8Array): void {
    this.#runs.get(id)?.capture?.add(stream, bytes);
  }

  /** Resolves with the exec and its output when it has ended. */
  async wait(id: ExecId, signal?: AbortSignal): Promise<Exec> {
    const run = this.#run(id);
    try {
      if (signal) await untilAborted(run.settled, signal);
      else await run.settled;
      const { exec, capture } = run;
      if (!capture) return exec;
      return { ...exec, stdout: capture.text('stdout'), stderr: capture.text('stderr'), truncated: capture.truncated };
    } finally {
      // Only one waits, and the output is in the log.
      run.capture = null;
    }
  }

  exited(id: ExecId, exit: Exit, timedOut: boolean): void {
    const run = this.#runs.get(id);
    if (!run || !isOpen(run.exec)) return;
    run.exec = { ...run.exec, exit, timedOut, durationMs: this.#now() - run.exec.startedAtMs };
    const summary = describeExit(exit, timedOut);
    const editable = run.capture && editableOf(exit, run.capture);
    run.call?.ended({ summary, result: { ...exit, timedOut }, ...(editable ? { editable } : {}) });
    this.#finish(run);
  }

  /** It did not start, or its sandbox ended under it. */
  failed(id: ExecId, error: AppError): void {
    const run = this.#runs.get(id);
    if (!run || !isOpen(run.exec)) return;
    run.exec = { ...run.exec, error: error.message, durationMs: this.#now() - run.exec.startedAtMs };
    run.call?.failed(error);
    this.#finish(run);
  }

  failAll(error: AppError): void {
    for (const id of this.running) this.failed(id, error);
  }

  /** The sandbox has ended: what is left is for those who still look at it. */
  trim(): void {
    this.#forget(KEPT_ENDED);
  }

  #run(id: ExecId): Run {
    const run = this.#runs.get(id);
    if (run) return run;
    throw new AppError(
      'notFound',
      `There is no command ${id} in this sandbox that runs or ended a short while ago. The log has all of them.`,
    );
  }

  #finish(run: Run): void {
    run.settle();
    const { exec, call } = run;
    run.call = null;
    // After the reply of whoever waits: the log has it already, and a server that ends in between reads it there.
    if (call) setImmediate(() => void this.#save(exec, call).catch(() => {}));
    const sizeBytes = run.exec.command.reduce((sum, word) => sum + word.length, 512);
    this.#finished.push({ id: run.exec.id, sizeBytes });
    this.#finishedBytes += sizeBytes;
    this.#forget(KEPT_FINISHED);
  }

  #forget(most: number): void {
    while (this.#finished.length > most || (this.#finishedBytes > KEPT_BYTES && this.#finished.length > 1)) {
      const { id, sizeBytes } = this.#finished.shift()!;
      this.#finishedBytes -= sizeBytes;
      this.#runs.delete(id);
    }
  }
}

/** In the words in which a command is answered (execAnswer.ts). */
function editableOf({ code, signal }: Exit, capture: Capture): Record<string, unknown> {
  const number = signal === null ? 0 : (constants.signals[signal as NodeJS.Signals] ?? 0);
  return { code: code ?? 128 + number, stdout: capture.text('stdout'), stderr: capture.text('stderr') };
}

function isOpen(exec: Exec): boolean {
  return exec.exit === null && exec.error === null;
}

function describeExit(exit: Exit, timedOut: boolean): string {
  if (timedOut) return 'timed out';
  return exit.signal === null ? `exit ${exit.code}` : `ended by ${exit.signal}`;
}

async function untilAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let abort: () => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
