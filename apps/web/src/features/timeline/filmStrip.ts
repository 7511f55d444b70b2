/**
 * Stills of the screen for the film strip: which there are (asked for in chunks of slots that lie fixed on the clock, so that
 * panning asks for nothing twice), and their pictures, loaded when the view rests, given up when it moves on, kept within bounds.
 */
import type { Sandglass } from '@sandglass/client';
import type { SandboxId, Still } from '@sandglass/protocol';
import { spanOf, type TimelineWindow } from '@sandglass/replay';

export interface FilmSlot {
  readonly fromUs: number;
  readonly toUs: number;
  /** null: on its way, or none was kept. */
  readonly picture: ImageBitmap | null;
  /** The screen was not there yet. */
  readonly none: boolean;
}

interface Chunk {
  readonly items: readonly Still[];
  /** Until then its list is complete. */
  readonly throughUs: number;
}

export interface FilmOptions {
  readonly client: Pick<Sandglass, 'request'>;
  readonly sandbox: SandboxId;
  readonly onChange: () => void;
  readonly makePicture: (bytes: Uint8Array) => Promise<ImageBitmap>;
}

const CHUNK_SLOTS = 32;
const MAX_CHUNKS = 96;
/** 160 px wide each: 64 KB, 12 MB together. */
const MAX_PICTURES = 192;
const MAX_LOADS = 4;
/** While a hand moves nothing is asked for. */
const REST_MS = 140;
/** A live strip grows this often. */
const RENEW_US = 4_000_000;

export class FilmStrip {
  readonly #options: FilmOptions;
  readonly #chunks = new Map<string, Chunk>();
  readonly #pictures = new Map<number, ImageBitmap | null>();
  readonly #loads = new Map<string, AbortController>();
  #rest: ReturnType<typeof setTimeout> | undefined;
  #view: { slotUs: number; first: number; last: number; nowUs: number } | null = null;
  /** The sandbox's clock when it was last asked. */
  #askedUs = 0;
  #failedUntilMs = 0;
  #open = true;

  constructor(options: FilmOptions) {
    this.#options = options;
  }

  /** What to draw now. Asks for what is missing once the view rests. */
  slots(window: TimelineWindow, { slotShare, nowUs }: { slotShare: number; nowUs: number }): FilmSlot[] {
    // A power of two, so that zooming keeps every second picture.
    const slotUs = 2 ** Math.ceil(Math.log2(Math.max(1, spanOf(window) * slotShare)));
    const first = Math.max(0, Math.floor(window.fromUs / slotUs));
    const last = Math.floor(Math.min(window.toUs, nowUs) / slotUs);
    const moved =
      this.#view === null || this.#view.slotUs !== slotUs || this.#view.first !== first || this.#view.last !== last;
    this.#view = { slotUs, first, last, nowUs };
    if (moved) this.#askSoon();
    else if (this.#rest === undefined && nowUs - this.#askedUs > RENEW_US) this.#askSoon();
    const slots: FilmSlot[] = [];
    for (let slot = first; slot <= last; slot++) {
      const still = this.#stillOf(slot, slotUs);
      slots.push({
        fromUs: slot * slotUs,
        toUs: Math.min((slot + 1) * slotUs, nowUs),
        picture: still ? (this.#pictures.get(still.atUs) ?? null) : null,
        none: still === null,
      });
    }
    return slots;
  }

  close(): void {
    this.#open = false;
    clearTimeout(this.#rest);
    for (const load of this.#loads.values()) load.abort();
    for (const picture of this.#pictures.values()) picture?.close();
    this.#pictures.clear();
  }

  /** undefined: not known yet; null: there was none. The picture that shows in the middle of the slot. */
  #stillOf(slot: number, slotUs: number): Still | null | undefined {
    const chunk = this.#chunks.get(`${slotUs}:${Math.floor(slot / CHUNK_SLOTS)}`);
    if (chunk === undefined) return undefined;
    const middleUs = (slot + 0.5) * slotUs;
    return chunk.items.findLast((still) => still.atUs <= middleUs) ?? null;
  }

  #askSoon(): void {
    clearTimeout(this.#rest);
    if (!this.#open) return;
    this.#rest = setTimeout(() => {
      this.#rest = undefined;
      this.#ask();
    }, REST_MS);
  }

  #ask(): void {
    const view = this.#view;
    if (view === null || !this.#open || Date.now() < this.#failedUntilMs) return;
    this.#askedUs = view.nowUs;
    const wanted = new Set<string>();
    for (let at = Math.floor(view.first / CHUNK_SLOTS); at <= Math.floor(view.last / CHUNK_SLOTS); at++) {
      const key = `${view.slotUs}:${at}`;
      wanted.add(key);
      const chunk = this.#chunks.get(key);
      const endUs = (at + 1) * CHUNK_SLOTS * view.slotUs;
      if (chunk === undefined || chunk.throughUs < Math.min(endUs, view.nowUs - RENEW_US / 2))
        this.#load(key, (signal) => this.#loadChunk(key, at, signal));
      else touch(this.#chunks, key, chunk);
    }
    for (let slot = view.last; slot >= view.first; slot--) {
      const still = this.#stillOf(slot, view.slotUs);
      if (!still) continue;
      const key = `picture:${still.atUs}`;
      wanted.add(key);
      const picture = this.#pictures.get(still.atUs);
      if (picture !== undefined) touch(this.#pictures, still.atUs, picture);
      else if (this.#loads.size < MAX_LOADS) this.#load(key, (signal) => this.#loadPicture(still.atUs, signal));
    }
    for (const [key, load] of this.#loads) if (!wanted.has(key)) load.abort();
  }

  #load(key: string, work: (signal: AbortSignal) => Promise<void>): void {
    if (this.#loads.has(key)) return;
    const abort = new AbortController();
    this.#loads.set(key, abort);
    work(abort.signal)
      .catch(() => {
        // The strip is a convenience: it stays hatched for a while and asks again.
        if (!abort.signal.aborted) this.#failedUntilMs = Date.now() + 5_000;
      })
      .finally(() => {
        this.#loads.delete(key);
        if (!this.#open) return;
        this.#options.onChange();
        this.#ask();
      });
  }

  async #loadChunk(key: string, at: number, signal: AbortSignal): Promise<void> {
    const slotUs = Number(key.split(':')[0]);
    const { client, sandbox } = this.#options;
    const fromUs = at * CHUNK_SLOTS * slotUs;
    const toUs = fromUs + CHUNK_SLOTS * slotUs;
    const reply = await client.request('stills', {
      params: { sandbox },
      query: { fromUs, toUs, count: CHUNK_SLOTS * 2 },
      signal,
    });
    this.#chunks.set(key, { items: reply.items, throughUs: Math.min(toUs, reply.nowUs) });
    trim(this.#chunks, MAX_CHUNKS, () => {});
  }

  async #loadPicture(atUs: number, signal: AbortSignal): Promise<void> {
    const { client, sandbox, makePicture } = this.#options;
    const bytes = await client.request('still', { params: { sandbox, atUs }, signal });
    // What cannot be drawn is not asked for again.
    const picture = await makePicture(bytes).catch(() => null);
    if (!this.#open) picture?.close();
    else this.#pictures.set(atUs, picture);
    trim(this.#pictures, MAX_PICTURES, (old) => old?.close());
  }
}

/** To the end of the map: what is used last is thrown away last. */
function touch<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  map.set(key, value);
}

function trim<K, V>(map: Map<K, V>, most: number, drop: (value: V) => void): void {
  for (const [key, value] of map) {
    if (map.size <= most) return;
    map.delete(key);
    drop(value);
  }
}
