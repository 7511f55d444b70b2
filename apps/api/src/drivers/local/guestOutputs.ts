/** What programs of a sandbox say, on its way to the recorder: in order, once, acknowledged when it is durable. */
import type { ExecId, Exit, TerminalId } from '@sandglass/protocol';
import { FrameError, type GuestHello, windowBytes } from '@sandglass/protocol/guest';
import type { SandboxSink } from '../../sandboxes/driver.ts';

/** Each acknowledgement is a call of the system: of a program that prints line by line, some lines share one. */
const ACKNOWLEDGE_AFTER_MS = 25;
/** So much at once waits for none: the window must never be what a program waits for. */
const ACKNOWLEDGE_AT_BYTES = windowBytes / 4;

interface Stream {
  /** Offset after the last byte that came. */
  received: number;
  /** Everything before it is in the log. */
  durable: number;
  /** What the guest was told of it. */
  acknowledged: number;
  readonly deliver: (offset: number, bytes: Uint8Array) => void | Promise<void>;
}

interface Program {
  readonly streams: readonly string[];
  /** Runs after everything that came before it has been delivered. */
  tail: Promise<void> | null;
}

export class GuestOutputs {
  readonly #sink: () => SandboxSink | null;
  readonly #acknowledge: (stream: string, offset: number) => void;
  readonly #forget: (id: TerminalId | ExecId) => void;
  readonly #streams = new Map<string, Stream>();
  readonly #programs = new Map<TerminalId | ExecId, Program>();
  readonly #toAcknowledge = new Set<string>();
  #immediate: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #atOnce = false;

  constructor(options: {
    sink: () => SandboxSink | null;
    acknowledge: (stream: string, offset: number) => void;
    forget: (id: TerminalId | ExecId) => void;
  }) {
    this.#sink = options.sink;
    this.#acknowledge = options.acknowledge;
    this.#forget = options.forget;
  }

  /**
   * True while the sandbox is about to stand still: what its memory does not know to be recorded, a fork of it says again.
   */
  set acknowledgesAtOnce(atOnce: boolean) {
    this.#atOnce = atOnce;
    if (atOnce) this.#flush();
  }

  get terminals(): TerminalId[] {
    return [...this.#programs.keys()].filter((id): id is TerminalId => id.startsWith('trm_'));
  }

  get execs(): ExecId[] {
    return [...this.#programs.keys()].filter((id): id is ExecId => id.startsWith('exe_'));
  }

  addTerminal(id: TerminalId, received = 0): void {
    if (this.#programs.has(id)) return;
    this.#programs.set(id, { streams: [id], tail: null });
    this.#streams.set(id, {
      received,
      durable: received,
      acknowledged: received,
      deliver: (offset, bytes) => this.#sink()?.terminalData(id, offset, bytes),
    });
  }

  addExec(id: ExecId, stdout = 0, stderr = 0): void {
    if (this.#programs.has(id)) return;
    const keys = [`${id}/1`, `${id}/2`] as const;
    this.#programs.set(id, { streams: keys, tail: null });
    for (const [key, name, received] of [
      [keys[0], 'stdout', stdout],
      [keys[1], 'stderr', stderr],
    ] as const) {
      this.#streams.set(key, {
        received,
        durable: received,
        acknowledged: received,
        deliver: (offset, bytes) => this.#sink()?.execData(id, name, offset, bytes),
      });
    }
  }

  remove(id: TerminalId | ExecId): void {
    for (const key of this.#programs.get(id)?.streams ?? []) this.#streams.delete(key);
    this.#programs.delete(id);
  }

  /**
   * Programs of the guest we are connected to now; returns where each stream goes on. `inherited`: it came with the memory of
   * another sandbox, whose log has what was acknowledged there.
   */
  adopt(
    hello: GuestHello,
    starting: ReadonlySet<string> = new Set(),
    inherited = false,
  ): { stream: string; offset: number; shift: number }[] {
    const sink = this.#sink();
    const there = new Set<string>([...hello.terminals, ...hello.execs].map(({ id }) => id));
    for (const id of [...this.#programs.keys()]) if (!there.has(id) && !starting.has(id)) this.remove(id);
    const streams: { stream: string; offset: number; shift: number }[] = [];
    const place = (key: string, made: { acked: number; end: number }, recorded: number) => {
      const known = this.#streams.get(key);
      const have = known ? known.durable : recorded;
      // A restored memory image knows less of its own past than the log: its numbers are moved behind what was recorded.
      // In a fork it is the other way round: the part of its past that is not in this log is no gap.
      const shift = have > made.end ? have - made.end : inherited ? Math.min(0, have - made.acked) : 0;
      const offset = Math.max(have, made.acked + shift);
      streams.push({ stream: key, offset, shift });
      return offset;
    };
    for (const { id, output } of hello.terminals) {
      const offset = place(id, output, sink?.terminalOffset(id) ?? 0);
      this.remove(id);
      this.addTerminal(id, offset);
    }
    for (const { id, stdout, stderr } of hello.execs) {
      const out = place(`${id}/1`, stdout, sink?.execOffset(id, 'stdout') ?? 0);
      const err = place(`${id}/2`, stderr, sink?.execOffset(id, 'stderr') ?? 0);
      this.remove(id);
      this.addExec(id, out, err);
    }
    return streams;
  }

  /** @throws FrameError when the guest sends what it must not: a gap, or more than its window. */
  receive(key: string, offset: number, bytes: Uint8Array): void {
    const stream = this.#streams.get(key);
    if (!stream) return;
    if (offset > stream.received) throw new FrameError(`Stream ${key} has a gap.`);
    const fresh = bytes.subarray(Math.min(bytes.length, stream.received - offset));
    if (fresh.length === 0) return;
    if (stream.received + fresh.length - stream.durable > windowBytes)
      throw new FrameError(`${key} exceeds its window.`);
    const at = stream.received;
    stream.received += fresh.length;
    const after = stream.received;
    this.#inOrder(programOf(key), () => {
      const stored = stream.deliver(at, fresh);
      if (!stored) {
        this.#durable(key, stream, after);
        return;
      }
      return stored.then(() => this.#durable(key, stream, after));
    });
  }

  resized(id: TerminalId, columns: number, rows: number): Promise<void> {
    return new Promise((resolve) => {
      this.#inOrder(id, () => {
        this.#sink()?.terminalResized(id, columns, rows);
        resolve();
      });
    });
  }

  terminalExited(id: TerminalId, exit: Exit): void {
    this.#exited(id, () => this.#sink()?.terminalExited(id, exit));
  }

  execExited(id: ExecId, exit: Exit, timedOut: boolean): void {
    this.#exited(id, () => this.#sink()?.execExited(id, exit, timedOut));
  }

  #exited(id: TerminalId | ExecId, say: () => void): void {
    if (!this.#programs.has(id)) {
      this.#forget(id);
      return;
    }
    this.#inOrder(id, () => {
      if (!this.#programs.has(id)) return;
      say();
      this.remove(id);
      this.#forget(id);
    });
  }

  /** At once when nothing is under way: a short exec never waits for a turn of the event loop. */
  #inOrder(id: TerminalId | ExecId, task: () => void | Promise<void>): void {
    const program = this.#programs.get(id);
    if (program?.tail) {
      this.#chain(program, program.tail.then(task));
      return;
    }
    const result = task();
    if (result && program) this.#chain(program, result);
  }

  #chain(program: Program, work: Promise<void>): void {
    // A recorder that failed acknowledges nothing: the guest keeps the bytes, and pauses the program.
    const tail = work
      .catch(() => {})
      .then(() => {
        if (program.tail === tail) program.tail = null;
      });
    program.tail = tail;
  }

  #durable(key: string, stream: Stream, offset: number): void {
    stream.durable = Math.max(stream.durable, offset);
    this.#toAcknowledge.add(key);
    if (this.#atOnce || stream.durable - stream.acknowledged >= ACKNOWLEDGE_AT_BYTES)
      this.#immediate ??= setImmediate(this.#flush);
    else this.#timer ??= setTimeout(this.#flush, ACKNOWLEDGE_AFTER_MS).unref();
  }

  readonly #flush = (): void => {
    clearImmediate(this.#immediate);
    clearTimeout(this.#timer);
    this.#immediate = this.#timer = undefined;
    for (const key of this.#toAcknowledge) {
      const stream = this.#streams.get(key);
      if (!stream || stream.acknowledged === stream.durable) continue;
      stream.acknowledged = stream.durable;
      this.#acknowledge(key, stream.durable);
    }
    this.#toAcknowledge.clear();
  };
}

function programOf(key: string): TerminalId | ExecId {
  const slash = key.indexOf('/');
  return (slash === -1 ? key : key.slice(0, slash)) as TerminalId | ExecId;
}
