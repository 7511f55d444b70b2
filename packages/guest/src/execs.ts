/** Programs run for a call: own process group, three streams, a deadline. They outlive the server's connection. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { ExecId, Exit, Signal } from '@sandglass/protocol';
import type { GuestHello, GuestOps } from '@sandglass/protocol/guest';
import { Ending } from './ending.ts';
import { GuestError, toGuestError } from './guestError.ts';
import { Input } from './input.ts';
import type { Link, Output } from './link.ts';
import { type Place, type Spawning, withChildScore } from './spawning.ts';

/** Ended ones the server has not fetched yet count too. */
const MOST_EXECS = 4096;

interface Running {
  readonly id: ExecId;
  readonly child: ChildProcess;
  readonly pid: number;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: Input | null;
  deadline: NodeJS.Timeout | null;
  exit: Exit | null;
  timedOut: boolean;
  said: boolean;
}

export class Execs {
  readonly #link: Link;
  readonly #spawning: Spawning;
  readonly #execs = new Map<ExecId, Running>();

  constructor(link: Link, spawning: Spawning) {
    this.#link = link;
    this.#spawning = spawning;
  }

  /** Starting the same id again is the same exec: the server repeats itself after a lost reply. */
  async start(request: GuestOps['startExec'][0]): Promise<void> {
    if (this.#execs.has(request.exec)) return;
    if (this.#execs.size >= MOST_EXECS) {
      throw new GuestError('limitExceeded', `${MOST_EXECS} execs are running; end some first.`);
    }
    const place = this.#spawning.place(request);
    const child = await startChild(request, place);
    const id = request.exec;
    const exec: Running = {
      id,
      child,
      pid: child.pid!,
      stdout: this.#link.createOutput(`${id}/1`),
      stderr: this.#link.createOutput(`${id}/2`),
      stdin: child.stdin ? new Input(`${id}/0`, child.stdin, this.#link) : null,
      deadline: null,
      exit: null,
      timedOut: false,
      said: false,
    };
    this.#execs.set(id, exec);
    this.#follow(exec);
    if (request.timeoutMs !== undefined) {
      exec.deadline = setTimeout(() => {
        exec.timedOut = true;
        killGroup(exec.pid, 'SIGKILL');
      }, request.timeoutMs);
    }
  }

  signal(id: ExecId, signal: Signal): void {
    const exec = this.#execs.get(id);
    if (!exec) throw new GuestError('notFound', 'There is no such exec.');
    if (exec.exit) throw new GuestError('gone', 'The exec has ended.');
    killGroup(exec.pid, signal);
  }

  findInput(stream: string): Input | undefined {
    return this.#execs.get(stream.slice(0, -2) as ExecId)?.stdin ?? undefined;
  }

  /** The server has recorded its exit. */
  forget(id: ExecId): void {
    const exec = this.#execs.get(id);
    if (!exec?.exit) return;
    this.#execs.delete(id);
    this.#link.dropOutput(exec.stdout.key);
    this.#link.dropOutput(exec.stderr.key);
  }

  describe(): GuestHello['execs'] {
    return [...this.#execs.values()].map((exec) => ({
      id: exec.id,
      stdout: { acked: exec.stdout.buffer.acked, end: exec.stdout.buffer.end },
      stderr: { acked: exec.stderr.buffer.acked, end: exec.stderr.buffer.end },
      input: exec.stdin?.received ?? 0,
    }));
  }

  disconnected(): void {
    for (const exec of this.#execs.values()) exec.said = false;
  }

  #follow(exec: Running): void {
    const { child } = exec;
    const sources = [child.stdout!, child.stderr!];
    const ending = new Ending({
      done: () => this.#finish(exec),
      paused: () => sources.some((source) => source.isPaused()),
    });
    let open = sources.length;
    for (const [source, output] of [
      [child.stdout!, exec.stdout],
      [child.stderr!, exec.stderr],
    ] as const) {
      read(source, output, ending, () => {
        open -= 1;
        if (open === 0) ending.closed();
      });
    }
    child.on('error', () => {});
    child.on('exit', (code, signal) => {
      if (exec.deadline) clearTimeout(exec.deadline);
      exec.exit = { code, signal };
      ending.exited();
    });
  }

  #finish(exec: Running): void {
    exec.stdin?.close();
    const say = () => this.#sayExited(exec);
    exec.stdout.end(say);
    exec.stderr.end(say);
  }

  #sayExited(exec: Running): void {
    const { stdout, stderr } = exec;
    if (exec.said || !stdout.ended || !stderr.ended) return;
    if (stdout.buffer.sent < stdout.buffer.end || stderr.buffer.sent < stderr.buffer.end) return;
    exec.said = this.#link.say({
      type: 'execExited',
      exec: exec.id,
      exit: exec.exit!,
      timedOut: exec.timedOut,
      stdoutEnd: stdout.buffer.end,
      stderrEnd: stderr.buffer.end,
    });
  }
}

async function startChild(request: GuestOps['startExec'][0], place: Place): Promise<ChildProcess> {
  const [file, ...args] = request.command;
  let child: ChildProcess;
  try {
    child = withChildScore(() =>
      spawn(file!, args, {
        cwd: place.cwd,
        env: place.environment,
        detached: true,
        stdio: [request.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
        ...place.ids,
      }),
    );
  } catch (error) {
    throw toSpawnError(error, file!);
  }
  if (child.pid !== undefined) return child;
  const [error] = await once(child, 'error').catch((thrown: unknown) => [thrown]);
  throw toSpawnError(error, file!);
}

function toSpawnError(error: unknown, file: string): GuestError {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'ENOENT') return new GuestError('unprocessable', `There is no program ${file.slice(0, 256)}.`);
  if (code === 'EACCES') return new GuestError('unprocessable', `${file.slice(0, 256)} may not be run.`);
  if (code === 'ENOEXEC') return new GuestError('unprocessable', `${file.slice(0, 256)} is not a program.`);
  if (code === 'E2BIG') return new GuestError('badRequest', 'Arguments and environment are too long together.');
  return toGuestError(error, file);
}

/** Reads all of `source`; what comes after the ending is read and dropped, so that a background program is not killed by a full pipe. */
function read(source: Readable, output: Output, ending: Ending, closed: () => void): void {
  output.onDrain = () => source.resume();
  source.on('data', (bytes: Buffer) => {
    if (ending.over) return;
    ending.touch();
    if (!output.push(bytes)) source.pause();
  });
  source.on('error', () => {});
  source.on('close', closed);
}

export function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw toGuestError(error);
  }
}
