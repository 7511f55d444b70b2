/** Full-text search: one index for all recordings, a reader for each that still grows. */
import type { SandboxId, SearchResult, TextSource } from '@sandglass/protocol';
import type { SandboxLog } from '../recorder/log.ts';
import { LogReader } from './logReader.ts';
import type { SearchIndex } from './searchIndex.ts';

export interface SearchService {
  find(query: {
    readonly words: string;
    /** In one recording, oldest first; else in all, newest first. */
    readonly sandbox?: SandboxId;
    readonly afterSeq?: number;
    readonly source?: TextSource;
    readonly limit: number;
  }): SearchResult;
}

/** What the sandboxes room does with it. */
export interface SearchRecorder {
  /** Reads the log, and goes on while it grows. @returns stop */
  follow(log: SandboxLog, createdAtMs: number): () => void;
  remove(sandbox: SandboxId): void;
}

export interface SearchOptions {
  readonly index: SearchIndex;
  /** A part of a log could not be added. */
  readonly onError: (sandbox: SandboxId, error: unknown) => void;
}

export function createSearch({ index, onError }: SearchOptions): SearchService & SearchRecorder & { close(): void } {
  const readers = new Map<SandboxId, LogReader>();

  const stop = (sandbox: SandboxId, reader: LogReader): void => {
    reader.stop();
    if (readers.get(sandbox) === reader) readers.delete(sandbox);
  };

  return {
    find(query) {
      const concerned = query.sandbox === undefined ? [...readers.values()] : [readers.get(query.sandbox)];
      const complete = concerned.every((reader) => reader === undefined || reader.complete);
      return { ...index.find(query), complete };
    },
    follow(log, createdAtMs) {
      readers.get(log.sandbox)?.stop();
      const report = (error: unknown) => onError(log.sandbox, error);
      const reader = new LogReader({ log, index, createdAtMs, onError: report });
      readers.set(log.sandbox, reader);
      reader.start().catch(report);
      return () => stop(log.sandbox, reader);
    },
    remove(sandbox) {
      readers.get(sandbox)?.stop();
      readers.delete(sandbox);
      index.remove(sandbox);
    },
    close() {
      for (const [sandbox, reader] of [...readers]) stop(sandbox, reader);
      index.close();
    },
  };
}
