import { type Exit, flow, type Seq } from '@sandglass/protocol';
import { type SandboxLog, type Track, type TrackFrame, trackFrame } from '../recorder/log.ts';
import type { EndReason, Link } from './link.ts';

/** Catching up, small frames of the past are joined up to this size: one message instead of thousands. */
const JOINED_BYTES = 65_536;

export interface TrackTailOptions {
  readonly log: SandboxLog;
  readonly track: Track;
  /** The last seq the viewer has. */
  readonly after: Seq;
  readonly link: Link;
  /** Sends one frame; returns the bytes that count for flow control. */
  readonly deliver: (frame: TrackFrame) => number;
  /** Bytes that went out before the tail and will be acknowledged too: a snapshot. */
  readonly sentBytes?: number;
}

/**
 * Follows one track without losing a byte and without keeping any: what a lagging viewer has no room for is dropped here and
 * read back from the log's segments when it has acknowledged enough.
 *
 * live:   new frames are sent as they come          → behind, when the viewer or its socket has no room
 * behind: new frames are left in the log            → live, when everything up to the end of the log was sent
 * Both:   → ended, when the track's end was announced and everything before it was sent.
 */
export class TrackTail {
  readonly #options: TrackTailOptions;
  readonly #stop: () => void;
  #phase: 'live' | 'behind' | 'ended' = 'behind';
  #after: Seq;
  #sentBytes: number;
  #ackedBytes = 0;
  #end: { reason: EndReason; exit?: Exit } | null = null;

  constructor(options: TrackTailOptions) {
    this.#options = options;
    this.#after = options.after;
    this.#sentBytes = options.sentBytes ?? 0;
    this.#stop = options.log.onFrame(options.track, (frame) => this.#handleFrame(frame));
  }

  /** Sends what there is; then follows. */
  start(): void {
    this.#pump();
  }

  /** `totalBytes` the viewer has drawn since the channel was opened. More than was sent counts as all. */
  ack(totalBytes: number): void {
    this.#ackedBytes = Math.min(Math.max(this.#ackedBytes, totalBytes), this.#sentBytes);
    if (this.#phase === 'behind' && this.#unacked <= flow.lowBytes) this.#pump();
  }

  drained(): void {
    if (this.#phase === 'behind' && this.#unacked < flow.highBytes) this.#pump();
  }

  /** No frame comes any more: ends the channel once the viewer has everything. */
  finish(reason: EndReason, exit?: Exit): void {
    this.#end ??= exit === undefined ? { reason } : { reason, exit };
    this.#pump();
  }

  close(): void {
    this.#phase = 'ended';
    this.#stop();
  }

  get #unacked(): number {
    return this.#sentBytes - this.#ackedBytes;
  }

  get #hasRoom(): boolean {
    return this.#unacked < flow.highBytes && this.#options.link.writable;
  }

  #handleFrame(frame: TrackFrame): void {
    if (this.#phase !== 'live' || frame.seq <= this.#after) return;
    if (this.#hasRoom) this.#deliver(frame);
    else this.#phase = 'behind';
  }

  #pump(): void {
    if (this.#phase === 'ended') return;
    try {
      this.#read();
    } catch (error) {
      // A disk that cannot be read ends this channel, not the server.
      this.#options.link.fail(error);
    }
  }

  #read(): void {
    this.#phase = 'behind';
    for (const frame of joined(this.#options.log.frames(this.#options.track, this.#after))) {
      if (!this.#hasRoom) return;
      this.#deliver(frame);
    }
    this.#phase = 'live';
    if (this.#end === null) return;
    const { reason, ...facts } = this.#end;
    this.#options.link.end(reason, { seq: this.#after, ...facts });
  }

  #deliver(frame: TrackFrame): void {
    this.#after = frame.seq;
    this.#sentBytes += this.#options.deliver(frame);
  }
}

/** Joins neighbours of the same kind; the joined frame has the seq and time of its last part. */
function* joined(frames: Iterable<TrackFrame>): Generator<TrackFrame> {
  let parts: TrackFrame[] = [];
  let sizeBytes = 0;
  const take = (): TrackFrame => {
    const last = parts.at(-1) as TrackFrame;
    const frame = parts.length === 1 ? last : { ...last, payload: Buffer.concat(parts.map((part) => part.payload)) };
    parts = [];
    sizeBytes = 0;
    return frame;
  };
  for (const frame of frames) {
    const first = parts[0];
    if (first && (first.kind !== frame.kind || !joins(frame) || sizeBytes + frame.payload.length > JOINED_BYTES))
      yield take();
    parts.push(frame);
    sizeBytes += frame.payload.length;
  }
  if (parts.length > 0) yield take();
}

const joins = (frame: TrackFrame) =>
  frame.kind === trackFrame.output || frame.kind === trackFrame.stdout || frame.kind === trackFrame.stderr;
