import { isAppError } from '@sandglass/protocol';
import { Model } from '../../platform/store.ts';
import { joinPath } from './paths.ts';

export interface UploadItem {
  /** Below the directory it goes to, with `/` between. */
  readonly relativePath: string;
  readonly content: Blob;
}

export interface UploadTarget {
  /** Fails with conflict or alreadyExists when it is there and `overwrite` is false. */
  write(path: string, content: Blob, options: { overwrite: boolean; signal: AbortSignal }): Promise<unknown>;
}

export interface UploadFailure {
  readonly path: string;
  readonly error: unknown;
}

/** idle → sending → asking (some exist already) → sending … → done → idle. Cancelling goes to done with what was sent. */
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

interface Batch {
  readonly directory: string;
  readonly abort: AbortController;
  existing: UploadItem[];
  failures: UploadFailure[];
  sent: number;
}

/** Sends files into a directory of the sandbox. What exists is not replaced before the person says so. */
export class UploadModel extends Model<UploadState> {
  readonly #target: UploadTarget;
  #batch: Batch | null = null;

  constructor(target: UploadTarget) {
    super({ phase: 'idle' });
    this.#target = target;
  }

  async start(directory: string, items: readonly UploadItem[]): Promise<void> {
    if (this.#batch !== null || items.length === 0) return;
    this.#batch = { directory, abort: new AbortController(), existing: [], failures: [], sent: 0 };
    await this.#send(this.#batch, items, false);
  }

  /** The person's answer about what exists already. */
  async answer(choice: 'replace' | 'skip'): Promise<void> {
    const batch = this.#batch;
    if (batch === null || this.state.phase !== 'asking') return;
    const items = batch.existing;
    batch.existing = [];
    if (choice === 'replace') await this.#send(batch, items, true);
    else this.#finish(batch);
  }

  cancel(): void {
    this.#batch?.abort.abort();
    if (this.#batch !== null && this.state.phase === 'asking') this.#finish(this.#batch);
  }

  dismiss(): void {
    if (this.state.phase === 'done') this.set({ phase: 'idle' });
  }

  async #send(batch: Batch, items: readonly UploadItem[], overwrite: boolean): Promise<void> {
    const waiting = [...items];
    const totalBytes = items.reduce((sum, item) => sum + item.content.size, 0);
    let [done, sentBytes] = [0, 0];
    const report = () => this.set({ phase: 'sending', done, total: items.length, sentBytes, totalBytes });
    report();
    const work = async () => {
      for (let item = waiting.shift(); item !== undefined && !batch.abort.signal.aborted; item = waiting.shift()) {
        await this.#sendOne(batch, item, overwrite);
        done++;
        sentBytes += item.content.size;
        report();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (batch.existing.length > 0 && !batch.abort.signal.aborted)
      this.set({ phase: 'asking', existing: batch.existing.map((item) => item.relativePath) });
    else this.#finish(batch);
  }

  async #sendOne(batch: Batch, item: UploadItem, overwrite: boolean): Promise<void> {
    const path = joinPath(batch.directory, item.relativePath);
    try {
      await this.#target.write(path, item.content, { overwrite, signal: batch.abort.signal });
      batch.sent++;
    } catch (error) {
      if (batch.abort.signal.aborted) return;
      const exists = isAppError(error) && (error.code === 'conflict' || error.code === 'alreadyExists');
      if (exists && !overwrite) batch.existing.push(item);
      else batch.failures.push({ path: item.relativePath, error });
    }
  }

  #finish(batch: Batch): void {
    this.#batch = null;
    this.set({ phase: 'done', sent: batch.sent, cancelled: batch.abort.signal.aborted, failures: batch.failures });
  }
}
