/**
 * Which version of which file is read next. A version is read at once when its file was quiet, else as often as its size allows;
 * what is written again meanwhile is told as overwritten. A version counts only as what it was when its change was told:
 *
 * | read as                            | told as                                            |
 * |------------------------------------|----------------------------------------------------|
 * | not modified since it was told     | that version                                       |
 * | modified since                     | overwritten, and a new version of now              |
 * | changed while it was read          | overwritten, and read again                        |
 * | not there                          | looked for once more, then removed                 |
 * | of a time of its own, and changed  | overwritten: the telling of what was read may have |
 * | within HOLD_MS after it was read   | been on the way                                    |
 */
import { type FileLoss, isAppError } from '@sandglass/protocol';
import type { Clock } from '../../lib/clock.ts';
import type { Reading } from './readVersion.ts';

export interface CaptureOptions {
  readonly clock: Clock;
  readonly read: (path: string, signal: AbortSignal) => Promise<Reading>;
  readonly known: (version: number, reading: Extract<Reading, { found: 'bytes' | 'large' | 'other' }>) => void;
  readonly lost: (version: number, why: FileLoss) => void;
  /** It is another version by now than any that was told; the reading is of it, if there is one. */
  readonly changed: (path: string, reading: Extract<Reading, { found: 'bytes' | 'large' | 'other' }> | null) => void;
  readonly onError: (error: unknown) => void;
}

interface Wanted {
  path: string;
  readonly version: number;
  /** When its change was told, by the clock of the host, as the file's own time is. */
  readonly toldAtMs: number;
  readonly notBeforeMs: number;
  tries: number;
}

interface Held {
  readonly wanted: Wanted;
  readonly reading: Extract<Reading, { found: 'bytes' | 'large' | 'other' }>;
  readonly readAtMs: number;
}

/** So many questions at a time keep one thread of the guest busy at most. */
const AT_ONCE = 3;
/** Changes are told in batches of 20 ms and travel some. */
const HOLD_MS = 60;
const MOST_WANTED = 20_000;
/** A file that is written all the time is read so often that it costs this much a second. */
const BYTES_A_SECOND_AND_FILE = 32_768;
const QUIET_MS = 200;
/** All files together: a burst is taken, a flood is thinned. */
const BURST_FILES = 500;
const FILES_A_SECOND = 200;
const BURST_BYTES = 32 * 1_048_576;
const BYTES_A_SECOND = 8 * 1_048_576;
const REMEMBERED_READS = 4_096;
const LOOK_AGAIN_MS = 100;
/** One that is being written is not read again for two seconds. */
const UNKNOWN_BYTES = 65_536;
const TRY_AGAIN_MS = 2_000;

/** Files' times come in ticks of up to 4 ms. */
const TICK_MS = 5;
const RECENT_MS = 2_000;

/** A file's time is what programs say it is; one that lies just before its change was told was not made up. */
const isTrue = (modifiedAtMs: number, toldAtMs: number): boolean =>
  modifiedAtMs <= toldAtMs - TICK_MS && modifiedAtMs > toldAtMs - RECENT_MS;

export class Captures {
  readonly #options: CaptureOptions;
  readonly #wanted = new Map<string, Wanted>();
  readonly #reading = new Map<Wanted, AbortController>();
  readonly #held = new Map<string, Held>();
  readonly #lastReads = new Map<string, { readonly atMs: number; readonly sizeBytes: number }>();
  #leftFiles = BURST_FILES;
  #leftBytes = BURST_BYTES;
  #filledAtMs: number;
  /** running → waiting (the sandbox cannot be asked) → running, by itself or by `resume`; paused → running by `resume` alone */
  #phase: 'running' | 'waiting' | 'paused' | 'stopped' = 'paused';
  #cancelTimer: (() => void) | undefined;
  #cancelTry: (() => void) | undefined;

  constructor(options: CaptureOptions) {
    this.#options = options;
    this.#filledAtMs = options.clock.now();
  }

  get idle(): boolean {
    return this.#wanted.size === 0 && this.#reading.size === 0 && this.#held.size === 0;
  }

  want(path: string, version: number, toldAtMs: number): void {
    this.#supersede(path);
    if (this.#wanted.size >= MOST_WANTED) {
      this.#options.lost(version, 'tooMany');
      return;
    }
    const last = this.#lastReads.get(path);
    const pauseMs = last === undefined ? 0 : Math.max(QUIET_MS, (last.sizeBytes / BYTES_A_SECOND_AND_FILE) * 1_000);
    const notBeforeMs = last === undefined ? 0 : last.atMs + pauseMs;
    this.#wanted.set(path, { path, version, toldAtMs, notBeforeMs, tries: 0 });
    this.#pump();
  }

  /** What is at a path, and below it when it is a directory, is gone. */
  removed(path: string, directory: boolean): void {
    for (const wanted of this.#at(path, directory)) this.#drop(wanted, 'removed');
  }

  moved(path: string, to: string, directory: boolean): void {
    // Whatever was there has made room.
    for (const wanted of this.#at(to, directory)) this.#drop(wanted, 'overwritten');
    for (const wanted of this.#at(path, directory)) {
      const held = this.#held.get(wanted.path);
      const waits = this.#wanted.delete(wanted.path);
      if (held?.wanted === wanted) this.#held.delete(wanted.path);
      wanted.path = to + wanted.path.slice(path.length);
      if (waits) this.#wanted.set(wanted.path, wanted);
      if (held?.wanted === wanted) this.#held.set(wanted.path, held);
    }
  }

  resume(): void {
    if (this.#phase === 'running' || this.#phase === 'stopped') return;
    this.#phase = 'running';
    this.#pump();
  }

  /** Nothing is read until `resume`; what is known is told. */
  pause(): void {
    if (this.#phase !== 'stopped') this.#phase = 'paused';
  }

  /** `why`: what is told of those that were not read; undefined: nothing, they are read after the next start. */
  stop(why: FileLoss | undefined): void {
    this.#phase = 'stopped';
    this.#cancelTimer?.();
    this.#cancelTry?.();
    this.#release(Number.POSITIVE_INFINITY);
    this.clear(why);
  }

  clear(why: FileLoss | undefined): void {
    const all = [...this.#wanted.values(), ...this.#reading.keys(), ...[...this.#held.values()].map((h) => h.wanted)];
    for (const abort of this.#reading.values()) abort.abort();
    this.#wanted.clear();
    this.#reading.clear();
    this.#held.clear();
    if (why !== undefined) for (const { version } of all) this.#options.lost(version, why);
  }

  /** A newer version of the same file was told. */
  #supersede(path: string): void {
    const waiting = this.#wanted.get(path);
    if (waiting) this.#drop(waiting, 'overwritten');
    const held = this.#held.get(path);
    if (held) {
      if (this.#options.clock.now() - held.readAtMs >= HOLD_MS) this.#settle(held);
      else this.#drop(held.wanted, 'overwritten');
    }
    for (const wanted of [...this.#reading.keys()]) if (wanted.path === path) this.#drop(wanted, 'overwritten');
  }

  #drop(wanted: Wanted, why: FileLoss): void {
    if (this.#wanted.get(wanted.path) === wanted) this.#wanted.delete(wanted.path);
    if (this.#held.get(wanted.path)?.wanted === wanted) this.#held.delete(wanted.path);
    this.#reading.get(wanted)?.abort();
    this.#reading.delete(wanted);
    this.#options.lost(wanted.version, why);
  }

  #at(path: string, below: boolean): Wanted[] {
    const reading = [...this.#reading.keys()];
    if (!below)
      return [this.#wanted.get(path), this.#held.get(path)?.wanted, ...reading].filter(
        (wanted) => wanted !== undefined && wanted.path === path,
      ) as Wanted[];
    const held = [...this.#held.values()].map(({ wanted }) => wanted);
    return [...this.#wanted.values(), ...reading, ...held].filter(
      (wanted) => wanted.path === path || wanted.path.startsWith(`${path}/`),
    );
  }

  #pump(): void {
    if (this.#phase === 'stopped') return;
    const nowMs = this.#options.clock.now();
    this.#release(nowMs);
    this.#fill(nowMs);
    let nextMs = Number.POSITIVE_INFINITY;
    if (this.#phase === 'running')
      for (const [path, wanted] of this.#wanted) {
        if (this.#reading.size >= AT_ONCE) break;
        if (wanted.notBeforeMs > nowMs) {
          nextMs = Math.min(nextMs, wanted.notBeforeMs);
          continue;
        }
        if (this.#leftFiles < 1 || this.#leftBytes < 0) {
          nextMs = Math.min(nextMs, nowMs + LOOK_AGAIN_MS);
          break;
        }
        this.#leftFiles--;
        this.#wanted.delete(path);
        void this.#read(wanted);
      }
    for (const { readAtMs } of this.#held.values()) nextMs = Math.min(nextMs, readAtMs + HOLD_MS);
    this.#cancelTimer?.();
    this.#cancelTimer =
      nextMs === Number.POSITIVE_INFINITY ? undefined : this.#options.clock.at(nextMs, () => this.#pump());
  }

  #fill(nowMs: number): void {
    const seconds = Math.max(0, nowMs - this.#filledAtMs) / 1_000;
    this.#filledAtMs = nowMs;
    this.#leftFiles = Math.min(BURST_FILES, this.#leftFiles + seconds * FILES_A_SECOND);
    this.#leftBytes = Math.min(BURST_BYTES, this.#leftBytes + seconds * BYTES_A_SECOND);
  }

  async #read(wanted: Wanted): Promise<void> {
    const abort = new AbortController();
    this.#reading.set(wanted, abort);
    let reading: Reading | undefined;
    let failure: unknown;
    try {
      reading = await this.#options.read(wanted.path, abort.signal);
    } catch (error) {
      failure = error;
    }
    // Dropped meanwhile: what became of it was told.
    if (this.#reading.delete(wanted)) {
      if (reading !== undefined) this.#take(wanted, reading);
      else this.#failed(wanted, failure);
    }
    this.#pump();
  }

  #take(wanted: Wanted, reading: Reading): void {
    if (reading.found === 'nothing' || reading.found === 'directory') {
      this.#lookAgain(wanted);
      return;
    }
    if (reading.found === 'changed') {
      this.#readAt(wanted.path, this.#lastReads.get(wanted.path)?.sizeBytes ?? UNKNOWN_BYTES);
      this.#options.lost(wanted.version, 'overwritten');
      this.#options.changed(wanted.path, null);
      return;
    }
    const { sizeBytes = 0, modifiedAtMs = 0 } = reading.known;
    const nowMs = this.#options.clock.now();
    this.#leftBytes -= reading.found === 'other' ? 0 : sizeBytes;
    this.#readAt(wanted.path, sizeBytes);
    if (modifiedAtMs > wanted.toldAtMs) {
      this.#options.lost(wanted.version, 'overwritten');
      this.#options.changed(wanted.path, reading);
    } else if (isTrue(modifiedAtMs, wanted.toldAtMs)) this.#options.known(wanted.version, reading);
    else this.#held.set(wanted.path, { wanted, reading, readAtMs: nowMs });
  }

  #readAt(path: string, sizeBytes: number): void {
    this.#lastReads.delete(path);
    this.#lastReads.set(path, { atMs: this.#options.clock.now(), sizeBytes });
    if (this.#lastReads.size > REMEMBERED_READS) this.#lastReads.delete(this.#lastReads.keys().next().value!);
  }

  #failed(wanted: Wanted, error: unknown): void {
    const code = isAppError(error) ? error.code : undefined;
    if (code === 'wrongState' || code === 'sandboxLost' || code === 'unavailable' || code === 'gone') {
      // It stands still, or is away for a moment: so does the file.
      this.#wanted.set(wanted.path, wanted);
      this.#wait();
    } else if (code === 'notFound') this.#lookAgain(wanted);
    else {
      this.#options.lost(wanted.version, 'unreadable');
      if (!isAppError(error)) this.#options.onError(error);
    }
  }

  #wait(): void {
    if (this.#phase !== 'running') return;
    this.#phase = 'waiting';
    const { clock } = this.#options;
    this.#cancelTry?.();
    this.#cancelTry = clock.at(clock.now() + TRY_AGAIN_MS, () => {
      if (this.#phase === 'waiting') this.resume();
    });
  }

  /** Where it went may be on its way. */
  #lookAgain(wanted: Wanted): void {
    if (wanted.tries > 0) this.#options.lost(wanted.version, 'removed');
    else {
      const notBeforeMs = this.#options.clock.now() + LOOK_AGAIN_MS;
      this.#wanted.set(wanted.path, { ...wanted, notBeforeMs, tries: 1 });
    }
  }

  #release(nowMs: number): void {
    for (const [path, held] of this.#held) {
      if (nowMs - held.readAtMs < HOLD_MS) continue;
      this.#held.delete(path);
      this.#settle(held);
    }
  }

  #settle({ wanted, reading }: Held): void {
    this.#options.known(wanted.version, reading);
  }
}
