import type { BlobHash, LogEvent, RecordingIndex, TrackName } from '@sandglass/protocol';

/** Where a recording is read from: a server, live or not, or a bundle. Nothing that draws knows which. */
export interface RecordingSource {
  /** With the segments that hold something newer than `afterSeq`. */
  index(afterSeq: number, signal?: AbortSignal): Promise<RecordingIndex>;
  /** The bytes of a segment as they are now; of one that is not closed, at least what the index said. */
  segment(track: TrackName, number: number): Promise<Uint8Array>;
  /** The bytes of a version of a file. @throws AppError or BundleError when they are not there (any more) */
  blob(hash: BlobHash): Promise<Uint8Array>;
  /** Events with seq >= from, oldest first; fewer than `limit` only at the end. */
  events(from: number, limit: number, signal?: AbortSignal): Promise<readonly LogEvent[]>;
}
