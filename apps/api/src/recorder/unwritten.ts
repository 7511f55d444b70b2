/**
 * What a log holds in memory while nothing may be written: for those who may see it, bounded, forgotten when the recording goes
 * on. So everybody still reads the log and nothing else.
 */
import type { LogEvent } from '@sandglass/protocol';
import type { Track, TrackFrame } from './log.ts';

/** Of frames: a person's work for some minutes, apart from a program that floods its terminal. The oldest go first. */
const MAX_FRAME_BYTES = 16 * 1_048_576;
const MAX_EVENTS = 20_000;

export class UnwrittenPart {
  readonly #frames: { readonly track: Track; readonly frame: TrackFrame }[] = [];
  #frameBytes = 0;
  #events: LogEvent[] = [];

  addFrame(track: Track, frame: TrackFrame): void {
    // A copy: the payload may be a view of a receive buffer.
    this.#frames.push({ track, frame: { ...frame, payload: Uint8Array.from(frame.payload) } });
    this.#frameBytes += frame.payload.length;
    while (this.#frameBytes > MAX_FRAME_BYTES) this.#frameBytes -= this.#frames.shift()?.frame.payload.length ?? 0;
  }

  addEvent(event: LogEvent): void {
    this.#events.push(event);
    if (this.#events.length > MAX_EVENTS) this.#events.shift();
  }

  frames(track: Track, after: number): TrackFrame[] {
    return this.#frames.flatMap((one) => (one.track === track && one.frame.seq > after ? [one.frame] : []));
  }

  events(from: number): LogEvent[] {
    return this.#events.filter((event) => event.seq >= from);
  }

  /** The tracks that have something in here. */
  get tracks(): Track[] {
    return [...new Set(this.#frames.map(({ track }) => track))];
  }

  clear(): void {
    this.#frames.length = 0;
    this.#frameBytes = 0;
    this.#events = [];
  }
}
