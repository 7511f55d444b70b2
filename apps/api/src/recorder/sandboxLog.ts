/** The log of one sandbox: one counter and one clock for its events and for the frames of all its tracks. */
import { join } from 'node:path';
import {
  AppError,
  type Capture,
  type LogEvent,
  type NewLogEvent,
  type RecordingTrack,
  type SandboxId,
  type Segment,
} from '@sandglass/protocol';
import { BLOBS_FOLDER, Blobs } from './files/blobs.ts';
import { Followers, type Sees } from './followers.ts';
import {
  type CaptureBy,
  type LogStart,
  type SandboxLog,
  type Track,
  type TrackFrame,
  type TrackFrameKind,
  trackFrame,
} from './log.ts';
import type { LogDatabase } from './logDatabase.ts';
import {
  isHarmless,
  isProgram,
  isShown,
  KEPT_EVENTS,
  PRIVATE_MARK,
  REFUSED_WHEN_FULL,
  refusedWhenFull,
  STATE_EVENTS,
} from './logRules.ts';
import { LogTracks } from './logTracks.ts';
import { writtenInPrivate } from './privateEvents.ts';
import { ProgramOutputs } from './programOutputs.ts';
import type { Redactor } from './redaction/redactor.ts';
import { seenLog } from './seenLog.ts';
import type { SegmentFiles } from './segmentFiles.ts';
import { type DiskSpace, isNoSpace } from './space.ts';
import { UnwrittenPart } from './unwritten.ts';

export interface LogClock {
  wallMs(): number;
  /** From any fixed point of this process, never going back. */
  monotonicUs(): number;
}

export interface SandboxLogOptions {
  readonly createdAtMs: number;
  /** Of a fork. */
  readonly start: LogStart | undefined;
  readonly directory: string;
  readonly database: LogDatabase;
  readonly files: SegmentFiles;
  readonly clock: LogClock;
  readonly redactor: Redactor;
  /** Calls once after so many milliseconds; returns the way to call it off. */
  readonly after: (ms: number, call: () => void) => () => void;
  readonly space: Pick<DiskSpace, 'isFull' | 'failed'>;
  /** A follower threw: the log goes on, somebody should know. */
  readonly onFollowerError: (error: unknown) => void;
  readonly onClose: () => void;
}

export class StoredSandboxLog implements SandboxLog {
  readonly sandbox: SandboxId;
  readonly redactor: Redactor;
  readonly blobs: Blobs;
  readonly #options: SandboxLogOptions;
  readonly #tracks: LogTracks;
  readonly #followers: Followers;
  readonly #cutListeners = new Set<(beginsUs: number) => void>();
  readonly #captureListeners = new Set<() => void>();
  readonly #outputs: ProgramOutputs;
  readonly #unwritten = new UnwrittenPart();
  #capture: Capture = { phase: 'on' };
  #beginsUs: number;
  #stoppedUs = 0;
  #removed: number;
  readonly #zeroUs: number;
  #lastSeq: number;
  #lastUs: number;
  #phase: 'open' | 'closed' = 'open';

  constructor(sandbox: SandboxId, options: SandboxLogOptions) {
    this.sandbox = sandbox;
    this.#options = options;
    this.blobs = new Blobs(join(options.directory, BLOBS_FOLDER));
    const last = options.database.last(sandbox);
    const { start } = options;
    this.#lastSeq = Math.max(last.seq, start?.seq ?? 0);
    this.#lastUs = Math.max(last.atUs, start?.atUs ?? 0);
    const cuts = options.database.cuts(sandbox);
    this.#beginsUs = cuts.beginsUs;
    const { directory, database, files } = options;
    this.#tracks = new LogTracks({ sandbox, directory, database, files, cuts: cuts.tracks, start });
    this.#lastSeq = Math.max(this.#lastSeq, this.#tracks.lastSeq);
    this.#lastUs = Math.max(this.#lastUs, this.#tracks.lastUs);
    // Wall time goes back now and then (NTP, a restored host); the log's own past is the floor.
    const sinceCreationUs = Math.max(0, Math.round((options.clock.wallMs() - options.createdAtMs) * 1000));
    this.#zeroUs = options.clock.monotonicUs() - Math.max((start?.atUs ?? 0) + sinceCreationUs, this.#lastUs);
    this.redactor = options.redactor;
    this.#removed = options.database.removedFromEvents(sandbox);
    this.#followers = new Followers(options.onFollowerError);
    this.#outputs = new ProgramOutputs({
      sandbox,
      database: options.database,
      redactor: options.redactor,
      after: options.after,
      onError: options.onFollowerError,
      writtenBytes: (track, kind) => this.trackBytes(track, kind),
      write: (track, kind, bytes) => void this.#appendFrame(track, kind, bytes),
    });
    this.#resumePrivate();
  }

  get capture(): Capture {
    return this.#capture;
  }

  get removed(): number {
    return this.#removed + this.#outputs.removed;
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
    const { clock } = this.#options;
    const data = this.redact(event.data);
    const stamped = {
      by: null,
      ...event,
      data,
      seq: this.#lastSeq + 1,
      atUs: this.now(),
      wallMs: Math.round(clock.wallMs()),
    } as LogEvent;
    if (this.#capture.phase === 'private') return this.#appendPrivate(stamped, this.#capture.by);
    const kept = this.#write(stamped);
    this.#took(kept);
    this.#followers.tellEvent(kept, kept);
    return kept;
  }

  redact<T>(given: T): T {
    const { value, removed } = this.redactor.value(given);
    if (removed > 0) this.#countRemoved(removed);
    return value;
  }

  takePosition(): { seq: number; atUs: number } {
    this.#assertOpen();
    this.#lastUs = this.now();
    this.#lastSeq++;
    return { seq: this.#lastSeq, atUs: this.#lastUs };
  }

  appendFrame(track: Track, kind: TrackFrameKind, payload: Uint8Array): TrackFrame {
    this.#assertOpen();
    // What a program said before, it said before.
    if (isProgram(track)) this.flushOutput(track);
    return this.#appendFrame(track, kind, payload);
  }

  appendOutput(track: Track, kind: TrackFrameKind, bytes: Uint8Array): void {
    this.#assertOpen();
    this.#outputs.of(track, kind).take(bytes);
  }

  outputBytes(track: Track, kind: TrackFrameKind): number {
    return this.#outputs.of(track, kind).sourceBytes;
  }

  skipOutput(track: Track, kind: TrackFrameKind, bytes: number): void {
    this.#outputs.of(track, kind).skip(bytes);
  }

  flushOutput(track: Track): void {
    this.#outputs.flush(track);
  }

  startPrivate({ actor, token: by }: CaptureBy, { untilMs }: { untilMs: number }): void {
    this.#assertOpen();
    if (this.#capture.phase === 'private')
      throw new AppError('wrongState', 'A private moment is going on already. End it first.');
    if (this.#capture.phase === 'noSpace')
      throw new AppError('wrongState', 'The disk that holds the recordings is full. Make room on it, then try again.');
    this.#outputs.flush();
    this.append({ kind: 'recorder.stopped', actor, by, data: { reason: 'private', untilMs } });
    this.#stoppedUs = this.#lastUs;
    this.#setCapture({ phase: 'private', by, sinceMs: Math.round(this.#options.clock.wallMs()), untilMs });
  }

  endPrivate({ actor, token: by }: CaptureBy, why: string): void {
    if (this.#capture.phase !== 'private') return;
    this.#assertOpen();
    this.#outputs.flush();
    const spoke = this.#unwritten.tracks;
    this.#unwritten.clear();
    this.#setCapture({ phase: 'on' });
    this.append({
      kind: 'recorder.resumed',
      actor,
      by,
      data: { reason: 'private', sinceUs: this.#stoppedUs, why },
    });
    for (const track of spoke) {
      if (!track.startsWith('terminal:')) continue;
      this.#outputs.of(track, trackFrame.output).insert(PRIVATE_MARK.length);
      this.#appendFrame(track, trackFrame.output, PRIVATE_MARK);
    }
  }

  get beginsUs(): number {
    return this.#beginsUs;
  }

  cut(beginsUs: number): void {
    this.#assertOpen();
    if (beginsUs <= this.#beginsUs) return;
    const cuts = this.#tracks.planCut(beginsUs);
    this.#options.database.cut(this.sandbox, beginsUs, cuts, { keptKinds: KEPT_EVENTS, stateKinds: STATE_EVENTS });
    this.#beginsUs = beginsUs;
    this.#tracks.cut(cuts);
    for (const listener of [...this.#cutListeners]) this.#attempt(() => listener(beginsUs));
  }

  onCut(listener: (beginsUs: number) => void): () => void {
    this.#cutListeners.add(listener);
    return () => void this.#cutListeners.delete(listener);
  }

  seenBy(sees: Sees): SandboxLog {
    return seenLog(this, sees);
  }

  onCapture(listener: () => void): () => void {
    this.#captureListeners.add(listener);
    return () => void this.#captureListeners.delete(listener);
  }

  /** There is room again, or none any more: the store has looked. */
  checkSpace(): void {
    if (this.#phase === 'closed') return;
    const { space } = this.#options;
    if (this.#capture.phase === 'on' && space.isFull) this.#stopForSpace();
    else if (this.#capture.phase === 'noSpace' && !space.isFull) this.#resumeAfterSpace();
  }

  trackBytes(track: Track, kind: TrackFrameKind): number {
    return this.#tracks.get(track)?.payloadBytes(kind) ?? 0;
  }

  events(from: number, limit: number): LogEvent[] {
    this.#assertOpen();
    return this.eventsSeen('written', from, limit);
  }

  eventsOf(kinds: readonly LogEvent['kind'][], from: number, limit: number): LogEvent[] {
    return this.eventsSeen('written', from, limit, kinds);
  }

  lastOf(kinds: readonly LogEvent['kind'][], untilUs?: number, untilSeq?: number): LogEvent | undefined {
    return this.#options.database.lastOf(this.sandbox, kinds, untilUs, untilSeq);
  }

  going(): number[] {
    return this.#options.database.going(this.sandbox);
  }

  /** Those that wait for room are as good as written; those of a private moment are not. */
  eventsSeen(sees: Sees, from: number, limit: number, kinds?: readonly LogEvent['kind'][]): LogEvent[] {
    const written = this.#options.database.events(this.sandbox, from, limit, kinds);
    if (!this.#isSeen(sees) || this.#capture.phase === 'on') return written;
    const unwritten = this.#unwritten.events(from).filter((event) => kinds?.includes(event.kind) ?? true);
    const known = new Map([...written, ...unwritten].map((event) => [event.seq, event]));
    return [...known.values()].sort((a, b) => a.seq - b.seq).slice(0, limit);
  }

  /** As `eventsSeen`; a private frame is never older than a written one of the same program. */
  *framesSeen(sees: Sees, track: Track, after: number): Generator<TrackFrame> {
    this.#assertOpen();
    yield* this.#tracks.get(track)?.frames(after) ?? [];
    if (this.#isSeen(sees)) yield* this.#unwritten.frames(track, after);
  }

  frames(track: Track, after: number): Iterable<TrackFrame> {
    this.#assertOpen();
    return this.framesSeen('written', track, after);
  }

  findLastStart(track: Track, kind: TrackFrameKind, notAfter?: number): TrackFrame | undefined {
    this.#assertOpen();
    return this.#tracks.get(track)?.findLastStart(kind, notAfter);
  }

  segments(after: number): RecordingTrack[] {
    this.#assertOpen();
    return this.#tracks.list(after);
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

  onEvent(listener: (event: LogEvent) => void, sees: Sees = 'written'): () => void {
    return this.#followers.onEvent(listener, sees);
  }

  onFrame(track: Track, listener: (frame: TrackFrame) => void, sees: Sees = 'written'): () => void {
    return this.#followers.onFrame(track, listener, sees);
  }

  onAnyFrame(listener: (frame: TrackFrame, track: Track) => void, sees: Sees = 'written'): () => void {
    return this.#followers.onAnyFrame(listener, sees);
  }

  close(): void {
    if (this.#phase === 'closed') return;
    this.#outputs.close();
    this.#phase = 'closed';
    this.#unwritten.clear();
    this.#captureListeners.clear();
    this.#cutListeners.clear();
    this.#tracks.close();
    this.#followers.clear();
    this.#options.onClose();
  }

  #assertOpen(): void {
    if (this.#phase === 'closed') throw new AppError('gone', `The log of ${this.sandbox} is closed.`);
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.onFollowerError(error);
    }
  }

  /** A full disk hides nothing from anybody; a private moment does. */
  #isSeen(sees: Sees): boolean {
    return sees === 'all' || this.#capture.phase !== 'private' || sees === this.#capture.by;
  }

  #took({ seq, atUs }: { seq: number; atUs: number }): void {
    this.#lastSeq = seq;
    this.#lastUs = atUs;
  }

  /** Written, or kept for when there is room. @throws AppError `noSpace` for what must not happen without being written. */
  #write(event: LogEvent): LogEvent {
    try {
      this.#options.database.insertEvent(this.sandbox, event);
      return event;
    } catch (error) {
      if (!isNoSpace(error)) throw error;
      this.#stopForSpace();
      if (REFUSED_WHEN_FULL.has(event.kind)) throw refusedWhenFull(error);
      // That it stopped may have been said meanwhile.
      const kept = { ...event, seq: this.#lastSeq + 1 };
      this.#unwritten.addEvent(kept);
      return kept;
    }
  }

  #appendPrivate(event: LogEvent, by: string | null): LogEvent {
    const written = writtenInPrivate(event);
    try {
      if (written) this.#options.database.insertEvent(this.sandbox, written);
    } catch (error) {
      if (!isNoSpace(error)) throw error;
      if (REFUSED_WHEN_FULL.has(event.kind)) throw refusedWhenFull(error);
    }
    this.#took(event);
    this.#unwritten.addEvent(event);
    this.#followers.tellEvent(event, written, by);
    return event;
  }

  #appendFrame(track: Track, kind: TrackFrameKind, payload: Uint8Array): TrackFrame {
    const frame: TrackFrame = { seq: this.#lastSeq + 1, atUs: this.now(), kind, payload };
    if (this.#capture.phase === 'private' && !isHarmless(track, kind)) {
      this.#took(frame);
      // Pictures are shown from elsewhere; a state that is drawn from what was written says nothing new.
      if (!isShown(track) || kind === trackFrame.snapshot) return frame;
      this.#unwritten.addFrame(track, frame);
      this.#followers.tellFrame(track, frame, { by: this.#capture.by });
      return frame;
    }
    if (this.#capture.phase === 'noSpace') return this.#appendWithoutSpace(track, frame);
    try {
      this.#tracks.of(track).append(frame);
    } catch (error) {
      if (!isNoSpace(error)) throw error;
      this.#stopForSpace();
      return this.#appendWithoutSpace(track, { ...frame, seq: this.#lastSeq + 1 });
    }
    this.#took(frame);
    this.#followers.tellFrame(track, frame, 'everybody');
    return frame;
  }

  /** What people look at goes on; what is for later is refused, and whoever made it tries again. */
  #appendWithoutSpace(track: Track, frame: TrackFrame): TrackFrame {
    if (!isShown(track)) throw new AppError('noSpace', 'The disk that holds the recordings is full. Make room on it.');
    this.#took(frame);
    this.#unwritten.addFrame(track, frame);
    this.#followers.tellFrame(track, frame, 'everybody');
    return frame;
  }

  #countRemoved(count: number): void {
    this.#removed += count;
    try {
      this.#options.database.countRemoved(this.sandbox, count);
    } catch (error) {
      if (!isNoSpace(error)) throw error;
    }
  }

  #setCapture(capture: Capture): void {
    this.#capture = capture;
    for (const listener of [...this.#captureListeners]) this.#attempt(listener);
  }

  #stopForSpace(): void {
    // A private moment writes next to nothing; what it does write is worth an error.
    this.#options.space.failed();
    if (this.#capture.phase !== 'on') return;
    this.#stoppedUs = this.now();
    this.#setCapture({ phase: 'noSpace', sinceMs: Math.round(this.#options.clock.wallMs()) });
    this.append({ kind: 'recorder.stopped', actor: 'system', data: { reason: 'noSpace', untilMs: null } });
  }

  #resumeAfterSpace(): void {
    const { database } = this.#options;
    try {
      for (const event of this.#unwritten.events(0)) database.insertEvent(this.sandbox, event);
    } catch (error) {
      if (isNoSpace(error)) return;
      throw error;
    }
    this.#unwritten.clear();
    this.#outputs.save();
    this.#setCapture({ phase: 'on' });
    this.append({
      kind: 'recorder.resumed',
      actor: 'system',
      data: { reason: 'noSpace', sinceUs: this.#stoppedUs, why: 'there is room again' },
    });
  }

  /** A server that ended in the middle of a private moment must not record what was kept for it meanwhile. */
  #resumePrivate(): void {
    const { database } = this.#options;
    const last = database.lastOf(this.sandbox, ['recorder.stopped', 'recorder.resumed']);
    if (last?.kind !== 'recorder.stopped' || last.data.reason !== 'private') return;
    this.#stoppedUs = last.atUs;
    this.#capture = { phase: 'private', by: last.by, sinceMs: last.wallMs, untilMs: last.data.untilMs ?? last.wallMs };
  }
}
