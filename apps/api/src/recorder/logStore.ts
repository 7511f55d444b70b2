/** Where logs live: event rows and the segment index in one SQLite file, heavy bytes in segment files beside it. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { SandboxId } from '@sandglass/protocol';
import type { LogStore } from './log.ts';
import { LogDatabase } from './logDatabase.ts';
import { type LogClock, StoredSandboxLog } from './sandboxLog.ts';
import { SegmentFiles } from './segmentFiles.ts';

export interface LogStoreOptions {
  /** Made when missing; holds `events.db` and `<sandbox>/<track>/<n>.seg`. */
  readonly directory: string;
  readonly clock?: LogClock;
  /** Most segment files open at a time. */
  readonly maxOpenFiles?: number;
  /** A follower of a log threw. Default: ignored, the log goes on. */
  readonly onFollowerError?: (error: unknown) => void;
}

const systemClock: LogClock = { wallMs: () => Date.now(), monotonicUs: () => performance.now() * 1000 };

/** Opens (and migrates) the store. One server at a time may have it open. @throws Error when the database is newer. */
export function openLogStore(options: LogStoreOptions): LogStore & { readonly openFiles: number } {
  const { directory, clock = systemClock, onFollowerError = () => {} } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const database = new LogDatabase(join(directory, 'events.db'));
  const files = new SegmentFiles(options.maxOpenFiles);
  const logs = new Map<SandboxId, StoredSandboxLog>();
  let phase: 'open' | 'closed' = 'open';
  // Ids become folder names: nothing that is not an id may get here.
  const folder = (sandbox: SandboxId) => join(directory, SandboxId.parse(sandbox));

  return {
    get openFiles() {
      return files.openCount;
    },
    open(sandbox, { createdAtMs }) {
      if (phase === 'closed') throw new Error('The log store is closed.');
      const known = logs.get(sandbox);
      if (known) return known;
      const log = new StoredSandboxLog(sandbox, {
        createdAtMs,
        directory: folder(sandbox),
        database,
        files,
        clock,
        onFollowerError,
        onClose: () => void logs.delete(sandbox),
      });
      logs.set(sandbox, log);
      return log;
    },
    remove(sandbox) {
      logs.get(sandbox)?.close();
      rmSync(folder(sandbox), { recursive: true, force: true });
      database.remove(sandbox);
    },
    close() {
      if (phase === 'closed') return;
      phase = 'closed';
      for (const log of [...logs.values()]) log.close();
      files.closeAll();
      database.close();
    },
  };
}
