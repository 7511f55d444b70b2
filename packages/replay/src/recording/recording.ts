/** A recording as something to read at any moment: fetches the segments that the moment needs, and keeps some of them. */
import type { BlobHash, RecordingIndex, Segment, TrackName } from '@sandglass/protocol';
import { firstWhere } from './firstWhere.ts';
import type { TrackFrame, TrackFrameKind } from './frames.ts';
import { readSegment } from './segmentFormat.ts';
import type { RecordingSource } from './source.ts';

/** Some forty segments of a screen: a person who moves about a minute fetches nothing twice. */
const KEPT_BYTES = 48 * 1_048_576;

interface Kept {
  readonly sizeBytes: number;
  readonly frames: Promise<readonly TrackFrame[]>;
}

export class Recording {
  readonly #source: RecordingSource;
  readonly #tracks = new Map<TrackName, Segment[]>();
  /** In the order of their last use. */
  readonly #kept = new Map<string, Kept>();
  #keptBytes = 0;
  #index: RecordingIndex;
  /** Of the newest frame that a segment was seen to hold. What the log says of its last may be a place that nothing was written at yet. */
  #seenSeq = 0;
  #asked = 0;
  #answered = 0;

  private constructor(source: RecordingSource, index: RecordingIndex) {
    this.#source = source;
    this.#index = index;
    this.#take(index);
  }

  static async open(source: RecordingSource, signal?: AbortSignal): Promise<Recording> {
    return new Recording(source, await source.index(0, signal));
  }

  /** As it was at the last `refresh`; its `tracks` are the newest part alone, see `segments`. */
  get index(): Omit<RecordingIndex, 'tracks'> {
    return this.#index;
  }

  get tracks(): readonly TrackName[] {
    return [...this.#tracks.keys()];
  }

  segments(track: TrackName): readonly Segment[] {
    return this.#tracks.get(track) ?? [];
  }

  /** The bytes of a version of a file that the track `files` names. */
  async blob(hash: BlobHash): Promise<Uint8Array> {
    return await this.#source.blob(hash);
  }

  /** Learns what was recorded since. */
  async refresh(signal?: AbortSignal): Promise<void> {
    const mine = ++this.#asked;
    // The segment that was last is asked for again: it may have been closed, or have grown.
    const index = await this.#source.index(Math.max(0, this.#seenSeq - 1), signal);
    // By the order of asking: a server that was killed goes on from what it had written, with numbers that it had given out before.
    if (mine < this.#answered) return;
    this.#answered = mine;
    this.#index = index;
    this.#take(index);
  }

  /** The segment that the state of a track at a moment is read from: the newest that begins with `start` by then, or the first. */
  startAt(track: TrackName, atUs: number, start: TrackFrameKind): Segment | undefined {
    const segments = this.segments(track);
    const end = firstWhere(segments, ({ firstUs }) => firstUs > atUs);
    for (let i = end - 1; i >= 0; i--) if (segments[i]!.starts === start) return segments[i];
    return end === 0 ? undefined : segments[0];
  }

  /** The frames that make up a track at a moment, from its start (see `startAt`) on. */
  async framesAt(track: TrackName, atUs: number, start: TrackFrameKind): Promise<TrackFrame[]> {
    const first = this.startAt(track, atUs, start);
    return first === undefined ? [] : await this.framesBetween(track, first.firstSeq - 1, atUs);
  }

  /** Frames with seq > after, up to a moment, oldest first. */
  async framesBetween(track: TrackName, after: number, toUs: number): Promise<TrackFrame[]> {
    const segments = this.segments(track);
    const wanted = segments.slice(
      firstWhere(segments, ({ lastSeq }) => lastSeq > after),
      firstWhere(segments, ({ firstUs }) => firstUs > toUs),
    );
    const parts = await Promise.all(wanted.map((segment) => this.#read(track, segment)));
    return parts.flat().filter((frame) => frame.seq > after && frame.atUs <= toUs);
  }

  #take(index: RecordingIndex): void {
    for (const { track, segments } of index.tracks) {
      const known = this.#tracks.get(track) ?? [];
      const from = segments[0]?.number ?? Number.POSITIVE_INFINITY;
      this.#tracks.set(track, [
        ...known.slice(
          0,
          firstWhere(known, ({ number }) => number >= from),
        ),
        ...segments,
      ]);
      this.#seenSeq = Math.max(this.#seenSeq, segments.at(-1)?.lastSeq ?? 0);
    }
  }

  #read(track: TrackName, segment: Segment): Promise<readonly TrackFrame[]> {
    const key = `${track}/${segment.number}`;
    const kept = this.#kept.get(key);
    if (kept && kept.sizeBytes >= segment.sizeBytes) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept.frames;
    }
    if (kept) this.#drop(key, kept);
    // Whoever asks next waits for the same bytes: nobody's signal may end it.
    const frames = this.#source.segment(track, segment.number).then((bytes) => readSegment(bytes).frames);
    const added = { sizeBytes: segment.sizeBytes, frames };
    this.#kept.set(key, added);
    this.#keptBytes += added.sizeBytes;
    // What failed is asked for again.
    frames.catch(() => {
      if (this.#kept.get(key) === added) this.#drop(key, added);
    });
    for (const [oldest, each] of this.#kept) {
      if (this.#keptBytes <= KEPT_BYTES || each === added) break;
      this.#drop(oldest, each);
    }
    return frames;
  }

  #drop(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#keptBytes -= kept.sizeBytes;
  }
}
