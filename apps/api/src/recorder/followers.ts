/** Who follows a log: those who see what is written, and those who see all of a private moment. One that throws disturbs nobody. */
import type { LogEvent, TokenId } from '@sandglass/protocol';
import type { Track, TrackFrame } from './log.ts';

/** What is written; or a token: also what is its own private moment's; or all. */
export type Sees = 'written' | 'all' | TokenId;

type OnEvent = (event: LogEvent) => void;
type OnFrame = (frame: TrackFrame) => void;
type OnAnyFrame = (frame: TrackFrame, track: Track) => void;

export class Followers {
  readonly #onError: (error: unknown) => void;
  readonly #events = new Map<OnEvent, Sees>();
  readonly #frames = new Map<Track, Map<OnFrame, Sees>>();
  readonly #anyFrames = new Map<OnAnyFrame, Sees>();

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  onEvent(listener: OnEvent, sees: Sees): () => void {
    this.#events.set(listener, sees);
    return () => void this.#events.delete(listener);
  }

  onFrame(track: Track, listener: OnFrame, sees: Sees): () => void {
    const listeners = this.#frames.get(track) ?? new Map<OnFrame, Sees>();
    this.#frames.set(track, listeners);
    listeners.set(listener, sees);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#frames.get(track) === listeners) this.#frames.delete(track);
    };
  }

  onAnyFrame(listener: OnAnyFrame, sees: Sees): () => void {
    this.#anyFrames.set(listener, sees);
    return () => void this.#anyFrames.delete(listener);
  }

  /** `written`: as much of it as everybody may know; undefined: nothing. `by`: whose private moment it is. */
  tellEvent(whole: LogEvent, written: LogEvent | undefined, by: string | null = null): void {
    for (const [listener, sees] of [...this.#events]) {
      const event = sees === 'all' || sees === by ? whole : written;
      if (event) this.#attempt(() => listener(event));
    }
  }

  /** `of`: everybody may know it; or whose private moment it is. */
  tellFrame(track: Track, frame: TrackFrame, of: 'everybody' | { by: string | null }): void {
    const isTold = (sees: Sees) => of === 'everybody' || sees === 'all' || sees === of.by;
    for (const [listener, sees] of [...(this.#frames.get(track) ?? [])])
      if (isTold(sees)) this.#attempt(() => listener(frame));
    for (const [listener, sees] of [...this.#anyFrames]) if (isTold(sees)) this.#attempt(() => listener(frame, track));
  }

  clear(): void {
    this.#events.clear();
    this.#frames.clear();
    this.#anyFrames.clear();
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#onError(error);
    }
  }
}
