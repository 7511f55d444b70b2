/** Where logs live: event rows and the segment index in one SQLite file, heavy bytes in segment files beside it. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxId } from '@sandglass/protocol';
import { BLOBS_FOLDER, Blobs } from './files/blobs.ts';
import type { HeldTrack, LogStore, TrackFrameKind } from './log.ts';
import { createLogClock } from './logClock.ts';
import { LogDatabase } from './logDatabase.ts';
import { Redactor } from './redaction/redactor.ts';
import { wellKnown } from './redaction/secretPatterns.ts';
import { type LogClock, StoredSandboxLog } from './sandboxLog.ts';
import { SegmentFiles } from './segmentFiles.ts';
import { DiskSpace, freeBytesOf } from './space.ts';

export interface LogStoreOptions {
  /** Made when missing; holds `events.db` and `<sandbox>/<track>/<n>.seg`. */
  readonly directory: string;
  readonly clock?: LogClock;
  /** Most segment files open at a time. */
  readonly maxOpenFiles?: number;
  /** What the server knows of secrets; each sandbox has a redactor of its own below it. */
  readonly redactor?: Redactor;
  /** Less free space than this on the disk, and nothing but events is written. */
  readonly floorBytes?: number;
  readonly freeBytes?: () => number;
  readonly timers?: LogTimers;
  /** A follower of a log threw. Default: ignored, the log goes on. */
  readonly onFollowerError?: (error: unknown) => void;
}

export interface LogTimers {
  /** Calls once after so many milliseconds; returns the way to call it off. */
  after(ms: number, call: () => void): () => void;
}

export interface OpenLogStore extends LogStore {
  readonly openFiles: number;
  readonly freeBytes: number;
  /** Looks whether there is room, and stops or resumes every log that is open. */
  checkSpace(): void;
}

/** A disk that fills at 100 MB/s has some seconds of the floor left. */
const CHECK_SPACE_MS = 5_000;

const systemTimers: LogTimers = {
  after(ms, call) {
    const timer = setTimeout(call, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Opens (and migrates) the store. One server at a time may have it open. @throws Error when the database is newer. */
export function openLogStore(options: LogStoreOptions): OpenLogStore {
  const { directory, clock = createLogClock(), onFollowerError = () => {} } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const database = new LogDatabase(join(directory, 'events.db'));
  const files = new SegmentFiles(options.maxOpenFiles);
  const logs = new Map<SandboxId, StoredSandboxLog>();
  const { redactor = new Redactor({ kinds: [wellKnown] }), timers = systemTimers } = options;
  const redactors = new Map<SandboxId, Redactor>();
  const space = new DiskSpace({
    floorBytes: options.floorBytes ?? 0,
    freeBytes: options.freeBytes ?? (() => freeBytesOf(directory)),
  });
  let phase: 'open' | 'closed' = 'open';
  let stopChecking = () => {};
  const checkSpace = () => {
    space.look();
    for (const log of [...logs.values()]) log.checkSpace();
  };
  const keepChecking = () => {
    stopChecking = timers.after(CHECK_SPACE_MS, () => {
      try {
        checkSpace();
      } catch (error) {
        onFollowerError(error);
      }
      keepChecking();
    });
  };
  space.look();
  keepChecking();

  /** Outlives the log's being closed and opened again. */
  function redactorOf(sandbox: SandboxId): Redactor {
    const known = redactors.get(sandbox) ?? new Redactor({ parent: redactor });
    redactors.set(sandbox, known);
    return known;
  }
  // Ids become folder names: nothing that is not an id may get here.
  const folder = (sandbox: SandboxId) => join(directory, SandboxId.parse(sandbox));

  return {
    get openFiles() {
      return files.openCount;
    },
    get freeBytes() {
      return space.freeBytes;
    },
    floorBytes: options.floorBytes ?? 0,
    checkSpace,
    open(sandbox, { createdAtMs, after: start }) {
      if (phase === 'closed') throw new Error('The log store is closed.');
      const known = logs.get(sandbox);
      if (known) return known;
      const log = new StoredSandboxLog(sandbox, {
        createdAtMs,
        start,
        directory: folder(sandbox),
        database,
        files,
        clock,
        redactor: redactorOf(sandbox),
        after: timers.after,
        space,
        onFollowerError,
        onClose: () => void logs.delete(sandbox),
      });
      logs.set(sandbox, log);
      return log;
    },
    redactor: redactorOf,
    forgetSecrets: (sandbox) => void redactors.delete(sandbox),
    otherBytes: (sandbox) => (logs.get(sandbox)?.blobs ?? new Blobs(join(folder(sandbox), BLOBS_FOLDER))).sizeBytes,
    held() {
      const held = new Map<SandboxId, { track: string; segments: HeldTrack['segments'][number][] }[]>();
      for (const { sandbox, track, starts, ...segment } of database.allSegments()) {
        const tracks = held.get(sandbox) ?? [];
        held.set(sandbox, tracks);
        if (tracks.at(-1)?.track !== track) tracks.push({ track, segments: [] });
        tracks.at(-1)?.segments.push({ ...segment, starts: starts as TrackFrameKind });
      }
      return held;
    },
    remove(sandbox) {
      logs.get(sandbox)?.close();
      rmSync(folder(sandbox), { recursive: true, force: true });
      database.remove(sandbox);
      redactors.delete(sandbox);
    },
    close() {
      if (phase === 'closed') return;
      phase = 'closed';
      stopChecking();
      for (const log of [...logs.values()]) log.close();
      files.closeAll();
      database.close();
    },
  };
}
