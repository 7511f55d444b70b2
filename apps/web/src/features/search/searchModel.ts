import { type Found, MIN_SEARCH_CHARACTERS, type SearchResult } from '@sandglass/protocol';
import { Model } from '../../platform/store.ts';

/**
 * idle → searching → found | failed · any → searching (other words) | idle (none, or too few letters).
 * While it searches, what was found before stays to be seen.
 */
export interface SearchState {
  readonly phase: 'idle' | 'searching' | 'found' | 'failed';
  readonly words: string;
  readonly items: readonly Found[];
  readonly total: number;
  /** Something of the newest was not looked through yet. */
  readonly complete: boolean;
  /** The place one is at, -1 before the first. */
  readonly at: number;
  readonly error: unknown;
}

export type Find = (words: string, signal: AbortSignal) => Promise<SearchResult>;

/** A person types five letters a second; each word is asked for once. */
const PAUSE_MS = 180;

const nothing: SearchState = {
  phase: 'idle',
  words: '',
  items: [],
  total: 0,
  complete: true,
  at: -1,
  error: null,
};

/** What was looked for in one recording, and which of the places one is at. */
export class SearchModel extends Model<SearchState> {
  readonly #find: Find;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | undefined;

  constructor(find: Find) {
    super(nothing);
    this.#find = find;
  }

  look(words: string): void {
    this.#stop();
    if ([...words.trim()].length < MIN_SEARCH_CHARACTERS) {
      this.set({ ...nothing, words });
      return;
    }
    this.set({ ...this.state, phase: 'searching', words, at: -1 });
    this.#timer = setTimeout(() => void this.ask(), PAUSE_MS);
  }

  /** Now, and again after it failed. */
  async ask(): Promise<void> {
    this.#stop();
    const { words } = this.state;
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const { items, total, complete } = await this.#find(words.trim(), asking.signal);
      if (!asking.signal.aborted) this.set({ phase: 'found', words, items, total, complete, at: -1, error: null });
    } catch (error) {
      if (!asking.signal.aborted) this.set({ ...nothing, phase: 'failed', words, error });
    }
  }

  clear(): void {
    this.look('');
  }

  /** Goes to a place; beyond the last comes the first. @returns it, if there is one */
  go(to: number): Found | undefined {
    const { items } = this.state;
    if (items.length === 0) return undefined;
    const at = ((to % items.length) + items.length) % items.length;
    this.set({ ...this.state, at });
    return items[at];
  }

  /** From the moment that is shown, as if one had walked there. */
  next(atUs: number | null): Found | undefined {
    const { at, items } = this.state;
    if (at !== -1) return this.go(at + 1);
    return this.go(atUs === null ? 0 : items.findIndex((item) => item.atUs > atUs));
  }

  previous(atUs: number | null): Found | undefined {
    const { at, items } = this.state;
    if (at !== -1) return this.go(at - 1);
    return this.go(atUs === null ? items.length - 1 : items.findLastIndex((item) => item.atUs < atUs));
  }

  dispose(): void {
    this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
  }
}
