import { Model } from '../../platform/store.ts';

export interface DownloadItem {
  readonly path: string;
  /** As the browser is to call it. */
  readonly name: string;
  /** Not known for a folder before it is packed. */
  readonly sizeBytes: number | null;
}

export interface DownloadSource {
  open(item: DownloadItem, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  /** Gives it to the browser, which asks where to put it or not, as its person set it. */
  save(name: string, content: Blob): void;
  /** The browser's own download: for what is too large to be gathered here. It shows how far it is, and can go on later. */
  handOver(item: DownloadItem): void;
}

/** idle → receiving → done → idle; cancelling and failing end in done too. */
export type DownloadState =
  | { readonly phase: 'idle' }
  | {
      readonly phase: 'receiving';
      readonly name: string;
      readonly done: number;
      readonly total: number;
      readonly receivedBytes: number;
      /** Of all of them; null when one is a folder. */
      readonly totalBytes: number | null;
    }
  | {
      readonly phase: 'done';
      readonly saved: number;
      readonly handedOver: number;
      readonly cancelled: boolean;
      readonly failures: readonly { readonly path: string; readonly error: unknown }[];
    };

/** Beyond this it is not gathered in the page. */
const MOST_BYTES = 256 * 1024 * 1024;
const REPORT_MS = 100;

/** Brings files and folders out, one after the other, with how far it is. */
export class DownloadModel extends Model<DownloadState> {
  readonly #source: DownloadSource;
  #abort: AbortController | null = null;
  #again: readonly DownloadItem[] = [];

  constructor(source: DownloadSource) {
    super({ phase: 'idle' });
    this.#source = source;
  }

  async start(items: readonly DownloadItem[]): Promise<void> {
    if (this.#abort !== null || items.length === 0) return;
    const abort = new AbortController();
    this.#abort = abort;
    const totalBytes = items.some((item) => item.sizeBytes === null)
      ? null
      : items.reduce((sum, item) => sum + (item.sizeBytes ?? 0), 0);
    const failures: { path: string; item: DownloadItem; error: unknown }[] = [];
    let [saved, handedOver, before] = [0, 0, 0];
    for (const [done, item] of items.entries()) {
      if (abort.signal.aborted) break;
      const report = (bytes: number) =>
        this.set({
          phase: 'receiving',
          name: item.name,
          done,
          total: items.length,
          receivedBytes: before + bytes,
          totalBytes,
        });
      report(0);
      try {
        const content = await this.#receive(item, abort, report);
        if (content === null) handedOver++;
        else {
          this.#source.save(item.name, content);
          saved++;
          before += content.size;
        }
      } catch (error) {
        if (!abort.signal.aborted) failures.push({ path: item.path, item, error });
      }
    }
    this.#abort = null;
    this.#again = failures.map(({ item }) => item);
    this.set({ phase: 'done', saved, handedOver, cancelled: abort.signal.aborted, failures });
  }

  cancel(): void {
    this.#abort?.abort(new DOMException('cancelled', 'AbortError'));
  }

  async retry(): Promise<void> {
    await this.start(this.#again);
  }

  dismiss(): void {
    if (this.state.phase === 'done') this.set({ phase: 'idle' });
  }

  /** Null: it was handed over. */
  async #receive(item: DownloadItem, abort: AbortController, report: (bytes: number) => void): Promise<Blob | null> {
    if ((item.sizeBytes ?? 0) > MOST_BYTES) {
      this.#source.handOver(item);
      return null;
    }
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let [bytes, reportedAtMs] = [0, 0];
    const reader = (await this.#source.open(item, abort.signal)).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return new Blob(parts);
      parts.push(value as Uint8Array<ArrayBuffer>);
      bytes += value.length;
      if (bytes > MOST_BYTES) {
        await reader.cancel();
        this.#source.handOver(item);
        return null;
      }
      if (performance.now() - reportedAtMs < REPORT_MS) continue;
      reportedAtMs = performance.now();
      report(bytes);
    }
  }
}
