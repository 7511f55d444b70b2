/** The log of one sandbox: one counter and one clock for its events and for the frames of all its tracks. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  AppError,
  type LogEvent,
  type NewLogEvent,
  type RecordingTrack,
  type SandboxId,
  type Segment,
} from '@sandglass/protocol';
import { Blobs, BLOBS_FOLDER } from './files/blobs.ts';
import type { SandboxLog, Track, TrackFrame, TrackFrameKind } from './log.ts';
import type { LogDatabase } from './logDatabase.ts';
import type { SegmentFiles } from './segmentFiles.ts';
import { type SegmentRow, TrackSegments } from './trackSegments.ts';

export interface LogClock {
  wallMs(): number;
  /** From any fixed point of this process, never going back. */
  monotonicUs(): number;
}

export interface SandboxLogOptions {
  readonly createdAtMs: number;
  readonly directory: string;
  readonly database: LogDatabase;
  readonly files: SegmentFiles;
  readonly clock: LogClock;
  /** A follower threw: the log goes on, somebody should know. */
  readonly onFollowerError: (error: unknown) => void;
  readonly onClose: () => void;
}

export class StoredSandboxLog implements SandboxLog {
  readonly sandbox: SandboxId;
  readonly blobs: Blobs;
  readonly #options: SandboxLogOptions;
  readonly #tracks = new Map<Track, TrackSegments>();
  readonly #eventListeners = new Set<(event: LogEvent) => void>();
  readonly #frameListeners = new Map<Track, Set<(frame: TrackFrame) => void>>();
  readonly #anyFrameListeners = new Set<(frame: TrackFrame, track: Track) => void>();
  readonly #zeroUs: number;
  #lastSeq: number;
  #lastUs: number;
  #phase: 'open' | 'closed' = 'open';

  constructor(sandbox: SandboxId, options: SandboxLogOptions) {
    this.sandbox = sandbox;
    this.#options = options;
    this.blobs = new Blobs(join(options.directory, BLOBS_FOLDER));
    const last = options.database.last(sandbox);
    this.#lastSeq = last.seq;
    this.#lastUs = last.atUs;
    this.#openTracks();
    // Wall time goes back now and then (NTP, a restored host); the log's own past is the floor.
    const sinceCreationUs = Math.max(0, Math.round((options.clock.wallMs() - options.createdAtMs) * 1000));
    this.#zeroUs = options.clock.monotonicUs() - Math.max(sinceCreationUs, this.#lastUs);
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  get lastUs(): number {
    return this.#lastUs;
  }

  now(): number {
    return Math.max(this.#lastUs, Math.round(this.#options.clock.monotonicUs() - this.#zeroUs));
  }

  append(event: NewLogEvent): LogEvent {
    this.#assertOpen();
    const { database, clock } = this.#options;
    const atUs = this.now();
    const stamped = {
      by: null,
      ...event,
      seq: this.#lastSeq + 1,
      atUs,
      wallMs: Math.round(clock.wallMs()),
    } as LogEvent;
    database.insertEvent(this.sandbox, stamped);
    this.#lastSeq = stamped.seq;
    this.#lastUs = atUs;
    this.#tell(this.#eventListeners, stamped);
    return stamped;
  }

  takePosition(): { seq: number; atUs: number } {
    this.#assertOpen();
    this.#lastUs = this.now();
    this.#lastSeq++;
    return { seq: this.#lastSeq, atUs: this.#lastUs };
  }

  appendFrame(track: Track, kind: TrackFrameKind, payload: Uint8Array): TrackFrame {
    this.#assertOpen();
    const frame: TrackFrame = { seq: this.#lastSeq + 1, atUs: this.now(), kind, payload };
    this.#track(track).append(frame);
    this.#lastSeq = frame.seq;
    this.#lastUs = frame.atUs;
    const listeners = this.#frameListeners.get(track);
    if (listeners) this.#tell(listeners, frame);
    this.#tell(this.#anyFrameListeners, frame, track);
    return frame;
  }

  trackBytes(track: Track, kind: TrackFrameKind): number {
    return this.#tracks.get(track)?.payloadBytes(kind) ?? 0;
  }

  events(from: number, limit: number): LogEvent[] {
    this.#assertOpen();
    return this.#options.database.events(this.sandbox, from, limit);
  }

  eventsOf(kinds: readonly LogEvent['kind'][], from: number, limit: number): LogEvent[] {
    return this.#options.database.events(this.sandbox, from, limit, kinds);
  }

  frames(track: Track, after: number): Iterable<TrackFrame> {
    this.#assertOpen();
    return this.#tracks.get(track)?.frames(after) ?? [];
  }

  findLastStart(track: Track, kind: TrackFrameKind, notAfter?: number): TrackFrame | undefined {
    this.#assertOpen();
    return this.#tracks.get(track)?.findLastStart(kind, notAfter);
  }

  segments(after: number): RecordingTrack[] {
    this.#assertOpen();
    return [...this.#tracks].flatMap(([track, known]) => {
      const segments = known.list(after);
      return segments.length === 0 ? [] : [{ track, segments }];
    });
  }

  segmentsOf(track: Track, after: number): Segment[] {
    this.#assertOpen();
    return this.#tracks.get(track)?.list(after) ?? [];
  }

  segment(track: Track, number: number): Segment | undefined {
    this.#assertOpen();
    return this.#tracks.get(track)?.segment(number);
  }

  segmentBytes(track: Track, segment: number, range: { offset: number; length: number }): Uint8Array {
    this.#assertOpen();
    const known = this.#tracks.get(track);
    if (!known) throw new AppError('notFound', 'The recording has no such track.');
    return known.bytes(segment, range);
  }

  onEvent(listener: (event: LogEvent) => void): () => void {
    this.#eventListeners.add(listener);
    return () => void this.#eventListeners.delete(listener);
  }

  onFrame(track: Track, listener: (frame: TrackFrame) => void): () => void {
    const listeners = this.#frameListeners.get(track) ?? new Set();
    this.#frameListeners.set(track, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#frameListeners.get(track) === listeners) this.#frameListeners.delete(track);
    };
  }

  onAnyFrame(listener: (frame: TrackFrame, track: Track) => void): () => void {
    this.#anyFrameListeners.add(listener);
    return () => void this.#anyFrameListeners.delete(listener);
  }

  close(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    for (const track of this.#tracks.values()) track.close();
    this.#eventListeners.clear();
    this.#frameListeners.clear();
    this.#anyFrameListeners.clear();
    this.#options.onClose();
  }

  #assertOpen(): void {
    if (this.#phase === 'closed') throw new AppError('gone', `The log of ${this.sandbox} is closed.`);
  }

  #tell<T extends readonly unknown[]>(listeners: Set<(...values: T) => void>, ...values: T): void {
    for (const listener of [...listeners]) {
      try {
        listener(...values);
      } catch (error) {
        this.#options.onFollowerError(error);
      }
    }
  }

  #openTracks(): void {
    const { database, directory } = this.#options;
    const rows = database.segments(this.sandbox);
    const names = existsSync(directory) ? readdirSync(directory) : [];
    for (const name of names) {
      if (name === BLOBS_FOLDER) continue;
      const track = name.replace('.', ':') as Track;
      const segments = this.#track(track, rows.get(track));
      this.#lastSeq = Math.max(this.#lastSeq, segments.lastSeq);
      this.#lastUs = Math.max(this.#lastUs, segments.lastUs);
    }
  }

  #track(track: Track, rows: readonly SegmentRow[] = []): TrackSegments {
    const known = this.#tracks.get(track);
    if (known) return known;
    const { database, directory, files } = this.#options;
    const segments = new TrackSegments(join(directory, track.replace(':', '.')), {
      files,
      rows,
      save: (row) => database.saveSegment(this.sandbox, track, row),
    });
    this.#tracks.set(track, segments);
    return segments;
  }
}
