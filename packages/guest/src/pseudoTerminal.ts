/**
 * A program on a pseudo-terminal, through node-pty's native part alone: its JavaScript loses the end of a program's output, twice.
 * It destroys the terminal 200 ms after the exit, read or not; and libuv takes the hang-up of the last program for the end of
 * the data when a read was short, as every read of a terminal is. So we hold the other side open ourselves, and after the
 * exit read the rest by hand, until the kernel says that there is no more.
 */
import { chownSync, closeSync, existsSync, constants as fileConstants, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { OnReadOpts } from 'node:net';
import { constants } from 'node:os';
import { ReadStream } from 'node:tty';
import { fileURLToPath } from 'node:url';
import type { Exit } from '@sandglass/protocol';
import { type Place, withChildScore } from './spawning.ts';

interface Native {
  fork(
    file: string,
    args: readonly string[],
    environment: readonly string[],
    cwd: string,
    columns: number,
    rows: number,
    uid: number,
    gid: number,
    utf8: boolean,
    helperPath: string,
    onExit: (code: number, signal: number) => void,
  ): { fd: number; pid: number; pty: string };
  resize(fd: number, columns: number, rows: number): void;
}

let native: Native | undefined;
/** Loaded at the first terminal: most sandboxes are asked to exec before anybody opens one. */
function loadNative(): Native {
  if (native) return native;
  const beside = fileURLToPath(new URL('pty.node', import.meta.url));
  const require = createRequire(import.meta.url);
  native = require(
    existsSync(beside) ? beside : `@lydell/node-pty-${process.platform}-${process.arch}/pty.node`,
  ) as Native;
  return native;
}

/** After the exit a background program may still hold the terminal: we wait for so long a silence, and no longer than this. */
const QUIET_MS = 200;
const LONGEST_MS = 2000;
const LOOK_MS = 20;
const READ_BYTES = 64 * 1024;

export interface PseudoTerminalOptions {
  readonly command: readonly string[];
  readonly place: Place;
  readonly columns: number;
  readonly rows: number;
  /** The bytes are valid during the call. Returns false when reading must pause until `resume`. */
  readonly onData: (bytes: Buffer) => boolean;
  /** Follows the last of the data. */
  readonly onEnd: (exit: Exit) => void;
}

export class PseudoTerminal {
  readonly pid: number;
  /** Takes input. */
  readonly stream: ReadStream;
  readonly #options: PseudoTerminalOptions;
  readonly #fd: number;
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  #otherSide: number | null;
  #exit: Exit | null = null;
  #exitedAtMs = 0;
  #lastDataAtMs = 0;
  #waiting = false;
  #over = false;

  /** @throws when the system gives no terminal or no process. */
  constructor(options: PseudoTerminalOptions) {
    this.#options = options;
    const { place, columns, rows } = options;
    const [file, ...args] = options.command;
    const environment = Object.entries({ ...place.environment, PWD: place.cwd }).map(
      ([key, value]) => `${key}=${value}`,
    );
    const uid = place.ids?.uid ?? -1;
    const gid = place.ids?.gid ?? -1;
    const pty = loadNative();
    const forked = withChildScore(() =>
      pty.fork(file!, args, environment, place.cwd, columns, rows, uid, gid, false, '', (code, signal) =>
        this.#exited(signal === 0 ? { code, signal: null } : { code: null, signal: signalName(signal) }),
      ),
    );
    this.pid = forked.pid;
    this.#fd = forked.fd;
    this.#otherSide = openOtherSide(forked.pty);
    if (place.ids) giveAway(forked.pty, uid, gid);
    // Read into one buffer of ours: then a pause takes effect at once, and nothing waits in the stream itself.
    const onread: OnReadOpts = {
      buffer: this.#buffer,
      callback: (count) => {
        this.#waiting = !options.onData(this.#buffer.subarray(0, count));
        return !this.#waiting;
      },
    };
    this.stream = new ReadStream(forked.fd, { onread } as object);
    this.stream.on('error', () => {});
    this.stream.resume();
  }

  /** What was read has been taken: go on. */
  resume(): void {
    if (!this.#waiting) return;
    this.#waiting = false;
    if (this.#exit) {
      this.#exitedAtMs = performance.now();
      this.#readRest();
    } else {
      this.stream.resume();
    }
  }

  resize(columns: number, rows: number): void {
    if (!this.stream.destroyed) loadNative().resize(this.#fd, columns, rows);
  }

  #exited(exit: Exit): void {
    this.#exit = exit;
    this.#exitedAtMs = performance.now();
    this.#lastDataAtMs = this.#exitedAtMs;
    this.stream.pause();
    // Full already: then `resume` goes on.
    if (!this.#waiting) this.#readRest();
  }

  #readRest(): void {
    if (this.#over) return;
    const found = this.stream.destroyed ? 'end' : readNow(this.#fd, this.#buffer);
    if (found === 'end') {
      this.#finish();
    } else if (found === 'nothing') {
      const nowMs = performance.now();
      const first = this.#otherSide !== null;
      this.#releaseOtherSide();
      // From the second look on the kernel tells whether somebody else still holds it: then there is no end, only silence.
      const silent = nowMs - this.#lastDataAtMs > QUIET_MS || nowMs - this.#exitedAtMs > LONGEST_MS;
      if (!first && silent) this.#finish();
      else setTimeout(() => this.#readRest(), first ? 0 : LOOK_MS);
    } else {
      this.#lastDataAtMs = performance.now();
      this.#waiting = !this.#options.onData(found);
      if (!this.#waiting) setImmediate(() => this.#readRest());
    }
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#releaseOtherSide();
    this.stream.destroy();
    this.#options.onEnd(this.#exit!);
  }

  #releaseOtherSide(): void {
    if (this.#otherSide !== null) closeSync(this.#otherSide);
    this.#otherSide = null;
  }
}

function openOtherSide(path: string): number | null {
  try {
    return openSync(path, fileConstants.O_RDWR | fileConstants.O_NOCTTY | fileConstants.O_NONBLOCK);
  } catch {
    return null;
  }
}

/** Programs such as tmux, gpg and script open the terminal by its name, as the user. */
function giveAway(path: string, uid: number, gid: number): void {
  try {
    chownSync(path, uid, gid);
  } catch {
    // Gone already, or a file system without owners.
  }
}

/** The terminal does not block: an empty one says EAGAIN, one that everybody has closed EIO. */
function readNow(fd: number, buffer: Buffer): Buffer | 'nothing' | 'end' {
  try {
    const count = readSync(fd, buffer);
    return count === 0 ? 'end' : buffer.subarray(0, count);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 'nothing' : 'end';
  }
}

function signalName(number: number): string {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `SIG${number}`;
}
