/**
 * The log port: one append-only log per sandbox, one monotonic clock, one writer. Appending is synchronous and durable against
 * a killed process when it returns; only then do followers hear of it.
 */
import type {
  ExecId,
  LogEvent,
  NewLogEvent,
  RecordingTrack,
  SandboxId,
  Segment,
  Seq,
  TerminalId,
} from '@sandglass/protocol';
import type { TrackFrame, TrackFrameKind } from '@sandglass/replay';
import type { Blobs } from './files/blobs.ts';

/** Heavy bytes; each track has its own segment files. */
export type Track = `terminal:${TerminalId}` | `exec:${ExecId}` | 'screen' | 'stills' | 'pointer' | 'stats' | 'files';

export { type TrackFrame, type TrackFrameKind, trackFrame } from '@sandglass/replay';

export interface SandboxLog {
  readonly sandbox: SandboxId;
  readonly lastSeq: Seq;
  /** When the last of it was written, on its own clock. */
  readonly lastUs: number;
  /** Versions of files that its track `files` names. */
  readonly blobs: Blobs;
  /** Microseconds since the sandbox's creation, never going back, also across server restarts. */
  now(): number;
  append(event: NewLogEvent): LogEvent;
  /**
   * Takes a position without storing anything: a screen update whose pixels the next stored state will hold. So what a
   * viewer saw at a position is what the log has up to it.
   */
  takePosition(): { readonly seq: Seq; readonly atUs: number };
  appendFrame(track: Track, kind: TrackFrameKind, payload: Uint8Array): TrackFrame;
  /** Total payload bytes of `output` (or stdout/stderr) frames of a track. */
  trackBytes(track: Track, kind: TrackFrameKind): number;
  /** Events with seq >= from, oldest first. */
  events(from: Seq, limit: number): LogEvent[];
  /** The same, of some kinds only. */
  eventsOf(kinds: readonly LogEvent['kind'][], from: Seq, limit: number): LogEvent[];
  /** Frames with seq > after, oldest first, read from the segments. */
  frames(track: Track, after: Seq): Iterable<TrackFrame>;
  /** The newest `screenKey` or `snapshot` frame (with seq <= notAfter): what a late joiner starts from. */
  findLastStart(track: Track, kind: TrackFrameKind, notAfter?: Seq): TrackFrame | undefined;
  /** Its tracks, each with the segments that hold something newer. */
  segments(after: Seq): RecordingTrack[];
  /** Of one track: those that hold something newer. */
  segmentsOf(track: Track, after: Seq): Segment[];
  segment(track: Track, number: number): Segment | undefined;
  /** Bytes of one segment as they lie on disk. @throws AppError notFound */
  segmentBytes(track: Track, segment: number, range: { offset: number; length: number }): Uint8Array;
  onEvent(listener: (event: LogEvent) => void): () => void;
  onFrame(track: Track, listener: (frame: TrackFrame) => void): () => void;
  /** Of every track. */
  onAnyFrame(listener: (frame: TrackFrame, track: Track) => void): () => void;
  close(): void;
}

export interface LogStore {
  open(sandbox: SandboxId, options: { createdAtMs: number }): SandboxLog;
  /** Removes a log whole (retention). */
  remove(sandbox: SandboxId): void;
  close(): void;
}
