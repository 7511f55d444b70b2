/** Which stills a log keeps, by time. Read once when somebody asks for the past, then followed. */
import { setImmediate } from 'node:timers/promises';
import type { SandboxId, Seq, Still } from '@sandglass/protocol';
import { decodeStill, type StoredStill } from '@sandglass/replay';
import { type SandboxLog, type TrackFrame, trackFrame } from '../log.ts';

const TRACK = 'stills';
/** An hour of change is 1,800 entries of some 100 bytes. */
const MAX_LOGS = 64;
/** Then others have a turn: 32 stills are some 200 KB. */
const SLICE = 32;

interface Entry extends Still {
  /** Of its frame in the track. */
  readonly frame: Seq;
}

export class StillIndex {
  readonly #entries: Entry[] = [];
  readonly #log: SandboxLog;
  #unlisten = () => {};

  private constructor(log: SandboxLog) {
    this.#log = log;
  }

  static async read(log: SandboxLog): Promise<StillIndex> {
    const index = new StillIndex(log);
    let count = 0;
    for (const frame of log.frames(TRACK, 0)) {
      if (frame.atUs >= log.beginsUs) index.#add(frame);
      if (++count % SLICE === 0) await setImmediate();
    }
    const unlisten = [log.onFrame(TRACK, (frame) => index.#add(frame)), log.onCut((beginsUs) => index.#cut(beginsUs))];
    index.#unlisten = () => {
      for (const stop of unlisten) stop();
    };
    return index;
  }

  get log(): SandboxLog {
    return this.#log;
  }

  close(): void {
    this.#unlisten();
  }

  /** Those from `fromUs` to `toUs`, with the one that was showing at `fromUs`; evenly thinned to `count`. */
  list({ fromUs, toUs, count }: { fromUs: number; toUs: number; count: number }): { items: Still[]; total: number } {
    const first = Math.max(0, this.#placeAt(fromUs));
    const end = this.#placeAt(toUs) + 1;
    const total = Math.max(0, end - first);
    const shown = Math.min(total, count);
    const items: Still[] = [];
    for (let i = 0; i < shown; i++) {
      // The last counts: it is what shows at the end.
      const at = shown === 1 ? total - 1 : Math.round((i * (total - 1)) / (shown - 1));
      const { frame: _, ...still } = this.#entries[first + at]!;
      items.push(still);
    }
    return { items, total };
  }

  /** The one that showed at a moment. `isFinal`: no later one can take its place. */
  find(atUs: number): { still: StoredStill; isFinal: boolean } | undefined {
    const place = this.#placeAt(atUs);
    const entry = this.#entries[place];
    if (!entry) return undefined;
    for (const frame of this.#log.frames(TRACK, entry.frame - 1)) {
      const isFinal = entry.atUs === atUs || place + 1 < this.#entries.length;
      return { still: decodeStill(frame.payload), isFinal };
    }
    return undefined;
  }

  /** Index of the last entry at or before; -1 when there is none. */
  #placeAt(atUs: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#entries[middle]!.atUs <= atUs) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Those that are older are gone, or will be. */
  #cut(beginsUs: number): void {
    const first = this.#entries.findIndex(({ atUs }) => atUs >= beginsUs);
    this.#entries.splice(0, first === -1 ? this.#entries.length : first);
  }

  #add({ kind, seq, payload }: TrackFrame): void {
    if (kind !== trackFrame.still) return;
    const { jpeg: _, ...still } = decodeStill(payload);
    // A picture that shows an earlier moment than the one before it comes of a clock that was put back: it cannot be found.
    if (still.atUs >= (this.#entries.at(-1)?.atUs ?? 0)) this.#entries.push({ ...still, frame: seq });
  }
}

/** The indexes of the logs that were asked for last. */
export class StillIndexes {
  readonly #known = new Map<SandboxId, Promise<StillIndex>>();

  async of(log: SandboxLog): Promise<StillIndex> {
    const known = this.#known.get(log.sandbox);
    const index = await known?.catch(() => undefined);
    if (known && index?.log === log) {
      this.#known.delete(log.sandbox);
      this.#known.set(log.sandbox, known);
      return index;
    }
    index?.close();
    const reading = StillIndex.read(log);
    this.#known.set(log.sandbox, reading);
    reading.catch(() => this.#known.get(log.sandbox) === reading && this.#known.delete(log.sandbox));
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_LOGS) break;
      this.#drop(oldest);
    }
    return await reading;
  }

  close(): void {
    for (const sandbox of [...this.#known.keys()]) this.#drop(sandbox);
  }

  #drop(sandbox: SandboxId): void {
    const known = this.#known.get(sandbox);
    this.#known.delete(sandbox);
    known?.then(
      (index) => index.close(),
      () => {},
    );
  }
}
