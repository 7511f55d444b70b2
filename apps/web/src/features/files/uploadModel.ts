import { isAppError } from '@sandglass/protocol';
import { Model } from '../../platform/store.ts';
import { joinPath } from './paths.ts';

export interface UploadItem {
  /** Below the directory it goes to, with `/` between. */
  readonly relativePath: string;
  /** Null: an empty folder. */
  readonly content: Blob | null;
}

export interface UploadTarget {
  /** Fails with conflict or alreadyExists when it is there and `overwrite` is false. */
  write(
    path: string,
    content: Blob,
    options: { overwrite: boolean; signal: AbortSignal; onSent: (sentBytes: number) => void },
  ): Promise<unknown>;
  makeFolder(path: string, signal: AbortSignal): Promise<unknown>;
}

export interface UploadFailure {
  readonly path: string;
  readonly error: unknown;
}

/**
 * idle → sending → asking (some exist already) → sending … → done → idle. Cancelling goes to done with what was sent. done →
 * sending again with what did not arrive (retry). What is added while it sends goes with it.
 */
export type UploadState =
  | { readonly phase: 'idle' }
  | {
      readonly phase: 'sending';
      readonly done: number;
      readonly total: number;
      readonly sentBytes: number;
      readonly totalBytes: number;
    }
  | { readonly phase: 'asking'; readonly existing: readonly string[] }
  | {
      readonly phase: 'done';
      readonly sent: number;
      readonly cancelled: boolean;
      readonly failures: readonly UploadFailure[];
    };

/** Enough to hide the round trips of small files, few enough to leave the line to the terminals. */
const AT_ONCE = 4;
/** Progress is drawn at most so often. */
const REPORT_MS = 100;

interface Placed extends UploadItem {
  readonly directory: string;
}

interface Batch {
  readonly abort: AbortController;
  waiting: Placed[];
  existing: Placed[];
  failed: { readonly item: Placed; readonly error: unknown }[];
  overwrite: boolean;
  sent: number;
  done: number;
  total: number;
  totalBytes: number;
  sentBytes: number;
}

/** Sends files into directories of the sandbox. What exists is not replaced before the person says so. */
export class UploadModel extends Model<UploadState> {
  readonly #target: UploadTarget;
  #batch: Batch | null = null;
  #retry: Placed[] = [];
  #reportedAtMs = 0;

  constructor(target: UploadTarget) {
    super({ phase: 'idle' });
    this.#target = target;
  }

  async start(directory: string, items: readonly UploadItem[]): Promise<void> {
    if (items.length === 0) return;
    const placed = items.map((item) => ({ ...item, directory }));
    if (this.#batch !== null && this.state.phase === 'sending') this.#add(this.#batch, placed);
    else if (this.#batch === null) await this.#run(placed, false, 0);
  }

  /** The person's answer about what exists already. */
  async answer(choice: 'replace' | 'skip'): Promise<void> {
    const batch = this.#batch;
    if (batch === null || this.state.phase !== 'asking') return;
    if (choice === 'replace') await this.#run(batch.existing, true, batch.sent, batch.failed);
    else this.#finish(batch);
  }

  /** What did not arrive, once more. */
  async retry(): Promise<void> {
    if (this.state.phase !== 'done' || this.#retry.length === 0) return;
    await this.#run(this.#retry, false, 0);
  }

  cancel(): void {
    this.#batch?.abort.abort(new DOMException('cancelled', 'AbortError'));
    if (this.#batch !== null && this.state.phase === 'asking') this.#finish(this.#batch);
  }

  dismiss(): void {
    if (this.state.phase === 'done') this.set({ phase: 'idle' });
  }

  #add(batch: Batch, items: readonly Placed[]): void {
    batch.waiting.push(...items);
    batch.total += items.length;
    batch.totalBytes += items.reduce((sum, item) => sum + (item.content?.size ?? 0), 0);
  }

  async #run(items: readonly Placed[], overwrite: boolean, sent: number, failed: Batch['failed'] = []): Promise<void> {
    const batch: Batch = {
      abort: new AbortController(),
      waiting: [],
      existing: [],
      failed,
      overwrite,
      sent,
      done: 0,
      total: 0,
      totalBytes: 0,
      sentBytes: 0,
    };
    this.#batch = batch;
    this.#add(batch, items);
    this.#report(batch, true);
    const work = async () => {
      for (let item = batch.waiting.shift(); item !== undefined && !batch.abort.signal.aborted; ) {
        await this.#sendOne(batch, item);
        batch.done++;
        this.#report(batch, false);
        item = batch.waiting.shift();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (batch.existing.length > 0 && !batch.abort.signal.aborted)
      this.set({ phase: 'asking', existing: batch.existing.map((item) => item.relativePath) });
    else this.#finish(batch);
  }

  async #sendOne(batch: Batch, item: Placed): Promise<void> {
    const path = joinPath(item.directory, item.relativePath);
    const { signal } = batch.abort;
    let counted = 0;
    const onSent = (sentBytes: number) => {
      batch.sentBytes += sentBytes - counted;
      counted = sentBytes;
      this.#report(batch, false);
    };
    try {
      if (item.content === null) await this.#target.makeFolder(path, signal);
      else await this.#target.write(path, item.content, { overwrite: batch.overwrite, signal, onSent });
      batch.sent++;
      onSent(item.content?.size ?? 0);
    } catch (error) {
      if (signal.aborted) return;
      const exists = isAppError(error) && (error.code === 'conflict' || error.code === 'alreadyExists');
      if (exists && !batch.overwrite) batch.existing.push(item);
      else batch.failed.push({ item, error });
    }
  }

  #report({ done, total, sentBytes, totalBytes }: Batch, now: boolean): void {
    const nowMs = performance.now();
    if (!now && done < total && nowMs - this.#reportedAtMs < REPORT_MS) return;
    this.#reportedAtMs = nowMs;
    this.set({ phase: 'sending', done, total, sentBytes, totalBytes });
  }

  #finish(batch: Batch): void {
    this.#batch = null;
    this.#retry = batch.failed.map(({ item }) => item);
    const failures = batch.failed.map(({ item, error }) => ({ path: item.relativePath, error }));
    this.set({ phase: 'done', sent: batch.sent, cancelled: batch.abort.signal.aborted, failures });
  }
}
