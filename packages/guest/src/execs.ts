/** Programs run for a call: own process group, three streams, a deadline. They outlive the server's connection. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import type { ExecId, Exit, Signal } from '@sandglass/protocol';
import type { GuestHello, GuestOps } from '@sandglass/protocol/guest';
import { startCountdown } from './countdown.ts';
import { Ending } from './ending.ts';
import { GuestError, toGuestError } from './guestError.ts';
import { Input } from './input.ts';
import type { Link, Output } from './link.ts';
import type { Pipe, Pipes } from './pipes.ts';
import { type Place, type Spawning, withChildScore } from './spawning.ts';

/** Ended ones the server has not fetched yet count too. */
const MOST_EXECS = 4096;

interface Started {
  readonly child: ChildProcess;
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly release: () => void;
}

interface Running {
  readonly id: ExecId;
  readonly pid: number;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: Input | null;
  stopDeadline: () => void;
  exit: Exit | null;
  timedOut: boolean;
  said: boolean;
}

export class Execs {
  readonly #link: Link;
  readonly #spawning: Spawning;
  readonly #pipes: Pipes;
  readonly #execs = new Map<ExecId, Running>();
  readonly #starting = new Map<ExecId, Promise<number>>();

  constructor(link: Link, spawning: Spawning, pipes: Pipes) {
    this.#link = link;
    this.#spawning = spawning;
    this.#pipes = pipes;
  }

  /** Starting the same id again is the same exec: the server repeats itself after a lost reply. */
  async start(request: GuestOps['startExec'][0]): Promise<number> {
    const { exec: id } = request;
    const known = this.#execs.get(id);
    if (known) return known.pid;
    if (this.#execs.size >= MOST_EXECS) {
      throw new GuestError('limitExceeded', `${MOST_EXECS} execs are running; end some first.`);
    }
    const starting = this.#starting.get(id) ?? this.#start(request);
    this.#starting.set(id, starting);
    try {
      return await starting;
    } finally {
      this.#starting.delete(id);
    }
  }

  async #start(request: GuestOps['startExec'][0]): Promise<number> {
    const { exec: id } = request;
    const place = this.#spawning.place(request);
    const started = await startChild(request, place, this.#pipes);
    const exec: Running = {
      id,
      pid: started.child.pid!,
      stdout: this.#link.createOutput(`${id}/1`),
      stderr: this.#link.createOutput(`${id}/2`),
      stdin: started.stdin ? new Input(`${id}/0`, started.stdin, this.#link) : null,
      stopDeadline: () => {},
      exit: null,
      timedOut: false,
      said: false,
    };
    this.#execs.set(id, exec);
    this.#follow(exec, started);
    if (request.timeoutMs !== undefined) {
      exec.stopDeadline = startCountdown(request.timeoutMs, () => {
        exec.timedOut = true;
        killGroup(exec.pid, 'SIGKILL');
      });
    }
    return exec.pid;
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

  #follow(exec: Running, { child, stdout, stderr, release }: Started): void {
    const sources = [stdout, stderr];
    const ending = new Ending({
      done: () => this.#finish(exec),
      paused: () => sources.some((source) => source.isPaused()),
    });
    let open = sources.length;
    const closed = () => {
      open -= 1;
      if (open === 0) ending.closed();
    };
    read(stdout, exec.stdout, ending, closed);
    read(stderr, exec.stderr, ending, closed);
    child.on('error', () => {});
    child.on('exit', (code, signal) => {
      exec.stopDeadline();
      release();
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

async function startChild(request: GuestOps['startExec'][0], place: Place, pipes: Pipes): Promise<Started> {
  const [file, ...args] = request.command;
  const taken = await pipes.take(request.stdin ? ['out', 'out', 'in'] : ['out', 'out'], place.ids);
  let child: ChildProcess;
  try {
    child = withChildScore(() =>
      spawn(file!, args, {
        cwd: place.cwd,
        env: place.environment,
        detached: true,
        stdio: taken
          ? [taken[2]?.fd ?? 'ignore', taken[0]!.fd, taken[1]!.fd]
          : [request.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
        ...place.ids,
      }),
    );
  } catch (error) {
    giveUp(taken);
    throw toSpawnError(error, file!);
  } finally {
    for (const { fd } of taken ?? []) closeSync(fd);
  }
  if (child.pid === undefined) {
    giveUp(taken);
    const [error] = await once(child, 'error').catch((thrown: unknown) => [thrown]);
    throw toSpawnError(error, file!);
  }
  return {
    child,
    stdin: taken ? (taken[2]?.socket ?? null) : child.stdin,
    stdout: taken ? taken[0]!.socket : child.stdout!,
    stderr: taken ? taken[1]!.socket : child.stderr!,
    release: () => taken?.[2]?.release(),
  };
}

function giveUp(pipes: readonly Pipe[] | null): void {
  for (const { socket, release } of pipes ?? []) {
    socket.destroy();
    release();
  }
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
