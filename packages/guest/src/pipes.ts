/**
 * Real pipes for programs. Node gives its children sockets, and a socket cannot be opened by name: `tee /dev/stderr`, a log
 * file `/dev/stdout` or `open('/dev/stdin')` would fail. A FIFO that is opened at both ends and then removed is a pipe. They
 * are made ahead, several at a time, on a file system that no checkpoint holds.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, fchmodSync, fchownSync, openSync, unlinkSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';

/** At the start, when others wait for the processor too; then as many as a while of commands one after another needs. */
const FIRST_BATCH = 32;
const BATCH = 128;
/** Fewer than this: more are made at the next pause between commands, since the child that makes them slows the command beside it. */
const LOW = 64;
const PAUSE_MS = 100;
/** Fewer than this: at once. */
const URGENT = 8;

export interface Pipe {
  /** Ours, never blocking. */
  readonly socket: Socket;
  /** The program's; to be closed once it has been handed on. */
  readonly fd: number;
  /** The program has ended: nothing of the pipe is needed any more. */
  readonly release: () => void;
}

/** From node's constants it is missing: a handle that counts neither as reader nor as writer. */
const O_PATH = 0x20_0000;
const FIRST_WAKE_MS = 10;
const LAST_WAKE_MS = 1000;

export class Pipes {
  readonly #parents: readonly string[];
  #directory: string | null = null;
  #names: string[] = [];
  #next = 0;
  #pause: NodeJS.Timeout | null = null;
  #making: Promise<void> | null = null;

  constructor(parents: readonly string[] = ['/dev/shm', '/run', '/tmp']) {
    this.#parents = parents;
  }

  /** Begins to make some, so that the first program need not wait. */
  prepare(): void {
    void this.#make();
  }

  /** One pipe a direction; null where the system has no FIFOs to give. `out`: from the program to us. */
  async take(
    directions: readonly ('in' | 'out')[],
    owner: { uid: number; gid: number } | null,
  ): Promise<Pipe[] | null> {
    if (this.#names.length < directions.length) await this.#make();
    if (this.#names.length < directions.length) return null;
    const pipes: Pipe[] = [];
    try {
      for (const direction of directions) pipes.push(openPipe(this.#names.pop()!, direction, owner));
      return pipes;
    } catch {
      for (const { socket, fd, release } of pipes) {
        socket.destroy();
        release();
        closeSync(fd);
      }
      return null;
    } finally {
      this.#refill();
    }
  }

  #refill(): void {
    if (this.#names.length >= LOW) return;
    if (this.#names.length < URGENT) void this.#make();
    else if (this.#pause) this.#pause.refresh();
    else {
      this.#pause = setTimeout(() => {
        this.#pause = null;
        if (this.#names.length < LOW) void this.#make();
      }, PAUSE_MS);
      this.#pause.unref();
    }
  }

  #make(): Promise<void> {
    this.#making ??= this.#makeBatch()
      .catch(() => {})
      .finally(() => {
        this.#making = null;
      });
    return this.#making;
  }

  async #makeBatch(): Promise<void> {
    const directory = await this.#home();
    const paths = Array.from({ length: this.#next === 0 ? FIRST_BATCH : BATCH }, () =>
      join(directory, String(this.#next++)),
    );
    const child = spawn('mkfifo', ['-m', '600', ...paths], { stdio: 'ignore', cwd: '/' });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code === 0) this.#names.push(...paths);
  }

  async #home(): Promise<string> {
    for (const parent of this.#directory === null ? this.#parents : []) {
      this.#directory = await mkdtemp(join(parent, '.sandglass-')).catch(() => null);
      if (this.#directory !== null) break;
    }
    if (this.#directory === null) throw new Error('no place for pipes');
    return this.#directory;
  }
}

function openPipe(path: string, direction: 'in' | 'out', owner: { uid: number; gid: number } | null): Pipe {
  const { O_RDONLY, O_WRONLY, O_RDWR, O_NONBLOCK } = constants;
  // Held at both ends for a moment, so that neither open waits for the other.
  const holder = openSync(path, O_RDWR | O_NONBLOCK);
  try {
    // The program may open it again by name: as the user it runs as.
    if (owner) fchownSync(holder, owner.uid, owner.gid);
    fchmodSync(holder, 0o600);
    const ours = openSync(path, (direction === 'out' ? O_RDONLY : O_WRONLY) | O_NONBLOCK);
    const fd = openSync(path, direction === 'out' ? O_WRONLY : O_RDONLY);
    const socket = new Socket({ fd: ours, readable: direction === 'out', writable: direction === 'in' });
    const release = direction === 'in' ? wakeAfterEnd(socket, openSync(path, O_PATH)) : () => {};
    return { socket, fd, release };
  } finally {
    closeSync(holder);
    unlinkSync(path);
  }
}

/**
 * Where a FIFO is not quite a pipe: who opens it by name (`/dev/stdin`) when its last writer has closed waits for another one. So
 * after the end a writer appears now and then for a moment, until nobody reads or the program has ended.
 */
function wakeAfterEnd(socket: Socket, handle: number): () => void {
  let timer: NodeJS.Timeout | null = null;
  let released = false;
  const release = () => {
    if (released) return;
    released = true;
    if (timer) clearTimeout(timer);
    closeSync(handle);
  };
  const wake = (waitMs: number) => {
    if (released) return;
    try {
      closeSync(openSync(`/proc/self/fd/${handle}`, constants.O_WRONLY | constants.O_NONBLOCK));
    } catch {
      release();
      return;
    }
    timer = setTimeout(() => wake(Math.min(waitMs * 2, LAST_WAKE_MS)), waitMs);
    timer.unref();
  };
  socket.once('close', () => wake(FIRST_WAKE_MS));
  return release;
}
