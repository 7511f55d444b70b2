import type { Recording } from '@sandglass/replay';
import { Model } from './model.ts';
import type { PlayheadModel } from './playheadModel.ts';

/**
 * reading → shown | none | failed · each → any of them, with the next moment. While one is read, what was shown before stays.
 * live: the present is shown, and nobody asks.
 */
export type PastRead<T> =
  | { readonly phase: 'live' | 'reading' }
  | { readonly phase: 'shown'; readonly value: T }
  /** Nothing of it was recorded by then. */
  | { readonly phase: 'none' }
  | { readonly phase: 'failed'; readonly error: unknown };

/** What is read of the recording at a moment; undefined when there is nothing. */
export type ReadPast<T> = (recording: Recording, atUs: number) => Promise<T | undefined>;

type Playhead = Pick<PlayheadModel, 'state' | 'subscribe' | 'recordingAt'>;

/** Reads something at the playhead's moment, and again when that is another one. The last moment asked for wins. */
export class PastReadModel<T> extends Model<PastRead<T>> {
  readonly #playhead: Playhead;
  readonly #read: ReadPast<T>;
  #ask = 0;

  constructor(playhead: Playhead, read: ReadPast<T>) {
    super({ phase: playhead.state.head.phase === 'live' ? 'live' : 'reading' });
    this.#playhead = playhead;
    this.#read = read;
  }

  /** Reads the moment that is shown, also after it could not be read. */
  readonly retry = (): void => {
    const mine = ++this.#ask;
    this.#show(mine).catch((error) => {
      if (mine === this.#ask) this.set({ phase: 'failed', error });
    });
  };

  /** @returns stop */
  follow(): () => void {
    const unsubscribe = this.#playhead.subscribe(this.retry);
    this.retry();
    return () => {
      this.#ask++;
      unsubscribe();
    };
  }

  async #show(mine: number): Promise<void> {
    const { head } = this.#playhead.state;
    if (head.phase === 'live') return this.set({ phase: 'live' });
    if (this.state.phase !== 'shown') this.set({ phase: 'reading' });
    const recording = await this.#playhead.recordingAt(head.atUs);
    if (mine !== this.#ask) return;
    const value = await this.#read(recording, head.atUs);
    if (mine !== this.#ask) return;
    // What is the same as before is not told again: while it plays, most moments are.
    if (this.state.phase === 'shown' && this.state.value === value) return;
    this.set(value === undefined ? { phase: 'none' } : { phase: 'shown', value });
  }
}
