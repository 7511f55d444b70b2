/** The tracks of one log, opened from what is on the disk, made when something is first appended to them. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordingTrack, SandboxId } from '@sandglass/protocol';
import { BLOBS_FOLDER } from './files/blobs.ts';
import type { LogStart, Track } from './log.ts';
import type { LogDatabase, TrackCut } from './logDatabase.ts';
import type { SegmentFiles } from './segmentFiles.ts';
import { type SegmentRow, TrackSegments } from './trackSegments.ts';

export interface LogTracksOptions {
  readonly sandbox: SandboxId;
  readonly directory: string;
  readonly database: LogDatabase;
  readonly files: SegmentFiles;
  readonly cuts: ReadonlyMap<string, TrackCut>;
  readonly start: LogStart | undefined;
}

export class LogTracks {
  readonly #options: LogTracksOptions;
  readonly #tracks = new Map<Track, TrackSegments>();
  readonly lastSeq: number = 0;
  readonly lastUs: number = 0;

  constructor(options: LogTracksOptions) {
    this.#options = options;
    const { database, directory, sandbox, cuts } = options;
    const rows = database.segments(sandbox);
    const names = existsSync(directory) ? readdirSync(directory) : [];
    for (const name of names) {
      if (name === BLOBS_FOLDER) continue;
      const track = name.replace('.', ':') as Track;
      const segments = this.#open(track, rows.get(track) ?? [], cuts.get(track));
      this.lastSeq = Math.max(this.lastSeq, segments.lastSeq);
      this.lastUs = Math.max(this.lastUs, segments.lastUs);
    }
  }

  get(track: Track): TrackSegments | undefined {
    return this.#tracks.get(track);
  }

  /** Made when there is none yet. */
  of(track: Track): TrackSegments {
    return this.#tracks.get(track) ?? this.#open(track, [], undefined);
  }

  list(after: number): RecordingTrack[] {
    return [...this.#tracks].flatMap(([track, known]) => {
      const segments = known.list(after);
      return segments.length === 0 ? [] : [{ track, segments }];
    });
  }

  planCut(beginsUs: number): Map<Track, TrackCut> {
    const cuts = new Map<Track, TrackCut>();
    for (const [track, segments] of this.#tracks) {
      const cut = segments.planCut(beginsUs);
      if (cut) cuts.set(track, cut);
    }
    return cuts;
  }

  cut(cuts: ReadonlyMap<Track, TrackCut>): void {
    for (const [track, cut] of cuts) this.#tracks.get(track)?.cut(cut);
  }

  close(): void {
    for (const track of this.#tracks.values()) track.close();
  }

  #open(track: Track, rows: readonly SegmentRow[], cut: TrackCut | undefined): TrackSegments {
    const { sandbox, database, directory, files, start } = this.#options;
    const segments = new TrackSegments(join(directory, track.replace(':', '.')), {
      files,
      rows,
      track,
      cut,
      lastNumber: () => start?.lastNumber(track) ?? 0,
      save: (row) => database.saveSegment(sandbox, track, row),
    });
    this.#tracks.set(track, segments);
    return segments;
  }
}
