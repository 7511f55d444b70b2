/** Full-text search: one index for all recordings, a reader for each that still grows. */
import type { SandboxId, SearchResult, TextSource } from '@sandglass/protocol';
import type { SandboxLog } from '../recorder/log.ts';
import { LogReader } from './logReader.ts';
import type { SearchIndex, SharedTexts } from './searchIndex.ts';

export interface SearchService {
  find(query: {
    readonly words: string;
    /** In one recording, oldest first; else in all, newest first. */
    readonly sandbox?: SandboxId;
    readonly afterSeq?: number;
    /** What that one has of others, each up to a position: told as its own. */
    readonly pasts?: readonly SharedTexts[];
    readonly source?: TextSource;
    readonly limit: number;
  }): SearchResult;
}

/** What the sandboxes room does with it. */
export interface SearchRecorder {
  /** Reads the log, and goes on while it grows. @returns what to call when it has ended; the rest is read even so */
  follow(log: SandboxLog, zeroMs: number): () => void;
  /** Reads the rest of what has ended. @param open is called only when something is missing */
  catchUp(
    ended: { readonly sandbox: SandboxId; readonly lastSeq: number; readonly zeroMs: number },
    open: () => SandboxLog | undefined,
  ): Promise<void>;
  remove(sandbox: SandboxId): void;
  /** What was said before a moment is not found any more. */
  cut(sandbox: SandboxId, beginsUs: number): void;
}

export interface SearchOptions {
  readonly index: SearchIndex;
  /** A part of a log could not be added. */
  readonly onError: (sandbox: SandboxId, error: unknown) => void;
}

export function createSearch({ index, onError }: SearchOptions): SearchService & SearchRecorder & { close(): void } {
  const readers = new Map<SandboxId, LogReader>();

  const forget = (sandbox: SandboxId, reader: LogReader): void => {
    if (readers.get(sandbox) === reader) readers.delete(sandbox);
  };

  /** Until it follows, or has read everything. */
  const read = async (log: SandboxLog, reader: LogReader): Promise<void> => {
    readers.get(log.sandbox)?.stop();
    readers.set(log.sandbox, reader);
    try {
      await reader.start();
    } catch (error) {
      onError(log.sandbox, error);
    }
    if (reader.stopped) forget(log.sandbox, reader);
  };

  const readerOf = (log: SandboxLog, zeroMs: number): LogReader =>
    new LogReader({ log, index, zeroMs, onError: (error) => onError(log.sandbox, error) });

  const idsOf = ({ sandbox, pasts = [] }: Parameters<SearchService['find']>[0]): SandboxId[] =>
    sandbox === undefined ? [] : [sandbox, ...pasts.map((past) => past.sandbox)];

  return {
    find(query) {
      const concerned =
        query.sandbox === undefined ? [...readers.values()] : idsOf(query).map((sandbox) => readers.get(sandbox));
      const complete = concerned.every((reader) => reader === undefined || reader.complete);
      return { ...index.find(query), complete };
    },
    follow(log, zeroMs) {
      const reader = readerOf(log, zeroMs);
      void read(log, reader);
      return () => {
        reader.end();
        if (reader.stopped) forget(log.sandbox, reader);
      };
    },
    async catchUp({ sandbox, lastSeq, zeroMs }, open) {
      if (readers.has(sandbox) || index.readUpTo(sandbox) >= lastSeq) return;
      const log = open();
      if (!log) return;
      const reader = readerOf(log, zeroMs);
      reader.end();
      await read(log, reader);
    },
    cut: (sandbox, beginsUs) => index.cut(sandbox, beginsUs),
    remove(sandbox) {
      readers.get(sandbox)?.stop();
      readers.delete(sandbox);
      index.remove(sandbox);
    },
    close() {
      for (const reader of readers.values()) reader.stop();
      readers.clear();
      index.close();
    },
  };
}
