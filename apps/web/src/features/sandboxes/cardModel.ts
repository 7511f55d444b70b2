/** What one card says of its sandbox's log: the last calls and how much happened when. Holds no events, however many come. */
import type { LogEvent, SandboxId } from '@sandglass/protocol';
import { nameIn } from '../../platform/names.ts';
import { isNoise } from '../../platform/noise.ts';
import { Model } from '../../platform/store.ts';
import { type Summary, summarize } from '../../platform/summary.ts';

export interface CardState {
  /** The newest last. Calls where there are any, else what else happened. */
  readonly last: readonly Summary[];
  /** How much happened in each slice of time; by the number of the slice since the epoch. */
  readonly slices: ReadonlyMap<number, number>;
  /** Of people, by their tokens, as far as the log says them. */
  readonly names: ReadonlyMap<string, string>;
}

const LINES = 8;
export const BARS = 34;
const WINDOW_MS = 10 * 60_000;
const SLICE_MS = WINDOW_MS / BARS;
/** A card is not read faster. */
const TELL_EVERY_MS = 400;
const PAST = 150;

interface EventStream {
  subscribe(
    topic: { kind: 'events'; sandbox: SandboxId; last: number },
    handlers: {
      onOpened: (opened: { resumed: boolean }) => void;
      onMessage: (message: { type: string; event?: LogEvent }) => void;
    },
  ): { close(): void };
}

export class CardModel extends Model<CardState> {
  #calls: Summary[] = [];
  #others: Summary[] = [];
  #slices = new Map<number, number>();
  #names = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super({ last: [], slices: new Map(), names: new Map() });
  }

  /** @returns stop; what is known stays */
  follow(stream: EventStream, sandbox: SandboxId): () => void {
    const channel = stream.subscribe(
      { kind: 'events', sandbox, last: PAST },
      {
        onOpened: ({ resumed }) => {
          // Its past comes again.
          if (!resumed) this.#forget();
        },
        onMessage: ({ type, event }) => {
          if (type === 'event' && event !== undefined) this.add(event);
        },
      },
    );
    return () => {
      channel.close();
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  add(event: LogEvent): void {
    const name = nameIn(event);
    if (name !== undefined && event.by !== null) this.#names.set(event.by, name);
    const summary = summarize(event);
    if (summary) {
      const list = summary.call ? this.#calls : this.#others;
      list.push(summary);
      if (list.length > LINES) list.shift();
    }
    if (!isNoise(event)) {
      const slice = Math.floor(event.wallMs / SLICE_MS);
      this.#slices.set(slice, (this.#slices.get(slice) ?? 0) + 1);
      for (const old of this.#slices.keys()) if (old < slice - BARS) this.#slices.delete(old);
    }
    this.#timer ??= setTimeout(() => this.#tell(), TELL_EVERY_MS);
  }

  #forget(): void {
    this.#calls = [];
    this.#others = [];
    this.#slices = new Map();
    this.#names = new Map();
  }

  #tell(): void {
    this.#timer = undefined;
    const last = this.#calls.length > 0 ? this.#calls : this.#others;
    this.set({ last: [...last], slices: new Map(this.#slices), names: new Map(this.#names) });
  }
}

/** Heights 0…1 of the last ten minutes, the newest last. */
export function sparkOf(slices: CardState['slices'], nowMs: number): readonly number[] {
  const now = Math.floor(nowMs / SLICE_MS);
  const counts = Array.from({ length: BARS }, (_, i) => slices.get(now - BARS + 1 + i) ?? 0);
  const most = Math.max(1, ...counts);
  return counts.map((count) => (count === 0 ? 0 : 0.25 + 0.75 * (count / most)));
}
