/**
 * Keeps the screen in the log: ten states a second while it changes, nothing while it does not. A segment starts with the
 * whole picture (the live set), so it can be played alone.
 */
import { type SandboxLog, trackFrame } from '../log.ts';
import type { LiveSet } from './liveSet.ts';
import { composeMessage } from './viewerLink.ts';

const STATE_EVERY_MS = 100;
/** Seeking reads and draws at most one segment: 1 MB is 40 ms. */
const SEGMENT_BYTES = 1_048_576;
/** Where the picture alone fills a segment, it must not be written again for every state. */
const MIN_CHANGES_BYTES = 262_144;

export class ScreenTrack {
  readonly #log: SandboxLog;
  readonly #onError: (error: unknown) => void;
  #live: LiveSet | undefined;
  #writtenSeq = 0;
  #keyBytes = 0;
  #changesBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #failure: unknown;

  /** `onError`: a state could not be written (full disk); it is tried again with the next one. */
  constructor(log: SandboxLog, onError: (error: unknown) => void) {
    this.#log = log;
    this.#onError = onError;
  }

  /** Another live set: first picture, another size, another X. Written at once, as a new segment. */
  replace(live: LiveSet): void {
    this.flush();
    this.#live = live;
    this.#attempt(() => this.#writeKey(live));
  }

  /** It is recorded again after a time in which it was not. Nothing of that time is written but what still shows. */
  restart(live: LiveSet): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#live = live;
    this.#attempt(() => this.#writeKey(live));
  }

  /** The live set has something new. */
  changed(): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => this.flush(), STATE_EVERY_MS);
    this.#timer.unref();
  }

  /** Writes what is not written yet. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const live = this.#live;
    if (!live) return;
    this.#attempt(() => {
      const records = live.since(this.#writtenSeq);
      if (records.length === 0) return;
      const { encoded, seq } = composeMessage(live, records, false);
      const changesBytes = this.#changesBytes + encoded.length;
      if (this.#keyBytes === 0 || (this.#keyBytes + changesBytes > SEGMENT_BYTES && changesBytes > MIN_CHANGES_BYTES)) {
        this.#writeKey(live);
        return;
      }
      this.#log.appendFrame('screen', trackFrame.screenUpdate, encoded);
      this.#writtenSeq = seq;
      this.#changesBytes = changesBytes;
    });
  }

  close(): void {
    this.flush();
    this.#live = undefined;
  }

  #writeKey(live: LiveSet): void {
    // Until it is written there is no segment that changes could go to.
    this.#keyBytes = 0;
    const { encoded, seq } = composeMessage(live, live.since(0), true);
    this.#log.appendFrame('screen', trackFrame.screenKey, encoded);
    this.#writtenSeq = seq;
    this.#keyBytes = encoded.length;
    this.#changesBytes = 0;
  }

  #attempt(write: () => void): void {
    try {
      // The states of the meantime are lost; that is said before the next one.
      if (this.#failure !== undefined) {
        const reason = `states were not written: ${this.#failure instanceof Error ? this.#failure.message : 'unknown'}`;
        this.#log.append({ kind: 'recorder.gap', actor: 'system', data: { track: 'screen', reason } });
        this.#failure = undefined;
      }
      write();
    } catch (error) {
      this.#failure ??= error;
      this.#onError(error);
    }
  }
}
