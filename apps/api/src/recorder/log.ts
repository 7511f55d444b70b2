/**
 * The log port: one append-only log per sandbox, one monotonic clock, one writer. Appending is synchronous and durable against
 * a killed process when it returns; only then do followers hear of it.
 */
import type {
  Actor,
  Capture,
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
import type { Sees } from './followers.ts';
import type { Redactor } from './redaction/redactor.ts';

/** Heavy bytes; each track has its own segment files. */
export type Track =
  | `terminal:${TerminalId}`
  | `exec:${ExecId}`
  | 'screen'
  | 'stills'
  | 'pointer'
  | 'stats'
  | 'processes'
  | 'files';

export { type TrackFrame, type TrackFrameKind, trackFrame } from '@sandglass/replay';

/** Who stops or starts the recording. */
export interface CaptureBy {
  readonly actor: Actor;
  readonly token: string | null;
}

export interface SandboxLog {
  readonly sandbox: SandboxId;
  /** Everything that is appended goes through it first. */
  readonly redactor: Redactor;
  /** How many secrets were removed. */
  readonly removed: number;
  /** A copy without secrets, for what will be cut before it is appended: half a secret is not found any more. */
  redact<T>(value: T): T;
  readonly capture: Capture;
  /**
   * The same log with what a private moment keeps from others, in memory: for the person who wants it (their token), and `all`
   * for doors, whose agents get their answers. Never for something that writes.
   */
  seenBy(sees: Sees): SandboxLog;
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
  /**
   * What a program says, without its secrets; written when it returns, but for some bytes that may be the beginning of one.
   * @throws AppError `noSpace` never: a full disk does not stop a program.
   */
  appendOutput(track: Track, kind: TrackFrameKind, bytes: Uint8Array): void;
  /** Bytes of the source that were dealt with. They differ from what was written: secrets, private moments, losses. */
  outputBytes(track: Track, kind: TrackFrameKind): number;
  /** So many bytes of the source will never come. */
  skipOutput(track: Track, kind: TrackFrameKind, bytes: number): void;
  /** Writes what is kept back: the program has ended. */
  flushOutput(track: Track): void;
  /** From now on nothing of what is done in the sandbox is written. @throws AppError `wrongState` when it is so already. */
  startPrivate(by: CaptureBy, until: { untilMs: number }): void;
  /** Nothing to do when there is none. */
  endPrivate(by: CaptureBy, why: string): void;
  onCapture(listener: () => void): () => void;
  /** From when on it is there: 0, or what came before was not kept. */
  readonly beginsUs: number;
  /** Forgets what came before a moment, as far as the rest can be read without it. */
  cut(beginsUs: number): void;
  onCut(listener: (beginsUs: number) => void): () => void;
  /** Total payload bytes of `output` (or stdout/stderr) frames of a track. */
  trackBytes(track: Track, kind: TrackFrameKind): number;
  /** Events with seq >= from, oldest first. */
  events(from: Seq, limit: number): LogEvent[];
  /** The same, of some kinds only. */
  eventsOf(kinds: readonly LogEvent['kind'][], from: Seq, limit: number): LogEvent[];
  /** The newest event of these kinds, up to a moment and a position. */
  lastOf(kinds: readonly LogEvent['kind'][], untilUs?: number, untilSeq?: Seq): LogEvent | undefined;
  /** Positions at which that began which is going on now: open calls and terminals, windows, a person's control and the like. */
  going(): Seq[];
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

/** Segments of a track, oldest first. */
export interface HeldTrack {
  readonly track: string;
  readonly segments: readonly {
    readonly starts: TrackFrameKind;
    readonly firstUs: number;
    readonly lastUs: number;
    readonly sizeBytes: number;
  }[];
}

/** What a fork's log goes on after: its own positions, clock and segments begin there. */
export interface LogStart {
  readonly seq: Seq;
  readonly atUs: number;
  /** Number of the last segment of a track before it. */
  readonly lastNumber: (track: Track) => number;
}

export interface LogStore {
  open(sandbox: SandboxId, options: { createdAtMs: number; after?: LogStart | undefined }): SandboxLog;
  /** The one of its log, before and after that is open. */
  redactor(sandbox: SandboxId): Redactor;
  /** Of one that has ended: who opens its log again adds them again. */
  forgetSecrets(sandbox: SandboxId): void;
  /** What each recording takes up on the disk, in files. */
  held(): Map<SandboxId, HeldTrack[]>;
  /** Of one, beside its tracks: versions of files. */
  otherBytes(sandbox: SandboxId): number;
  readonly freeBytes: number;
  readonly floorBytes: number;
  /** Removes a log whole (retention). */
  remove(sandbox: SandboxId): void;
  close(): void;
}
