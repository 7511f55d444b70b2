/** File contents between server and guest. A transfer lives as long as the connection it began on. */
import { Readable } from 'node:stream';
import { AppError } from '@sandglass/protocol';
import { FrameError, SendBuffer, windowBytes } from '@sandglass/protocol/guest';

export interface TransferSender {
  data(stream: string, offset: number, bytes: Uint8Array): boolean;
  ack(stream: string, offset: number): void;
  end(stream: string, offset: number): boolean;
  cancel(stream: string): void;
}

/** What the guest sends of one file. Acknowledged as it is consumed, so that at most a window of it is ever in memory. */
class Download extends Readable {
  readonly #key: string;
  readonly #transfers: GuestTransfers;
  received = 0;
  #acked = 0;
  #over = false;

  constructor(key: string, transfers: GuestTransfers) {
    super({ highWaterMark: 256 * 1024 });
    this.#key = key;
    this.#transfers = transfers;
  }

  receive(offset: number, bytes: Uint8Array): void {
    if (offset !== this.received) throw new FrameError('A file came with a gap.');
    this.received += bytes.length;
    if (this.received - this.#acked > windowBytes) throw new FrameError('A file exceeds its window.');
    if (this.push(bytes)) this.#acknowledge();
  }

  finish(): void {
    this.#over = true;
    this.push(null);
  }

  fail(error: AppError): void {
    this.#over = true;
    this.destroy(error);
  }

  override _read(): void {
    this.#acknowledge();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#transfers.closeDownload(this.#key, !this.#over);
    callback(error);
  }

  #acknowledge(): void {
    if (this.#acked === this.received || this.#over) return;
    this.#acked = this.received;
    this.#transfers.acknowledge(this.#key, this.#acked);
  }
}

interface Upload {
  readonly buffer: SendBuffer;
  wake(): void;
  failure: AppError | null;
}

/** Held back while the guest writes; one window is on its way besides. */
const UPLOAD_HIGH_BYTES = windowBytes;

export class GuestTransfers {
  readonly #sender: TransferSender;
  readonly #downloads = new Map<string, Download>();
  readonly #uploads = new Map<string, Upload>();
  #next = 1;

  constructor(sender: TransferSender) {
    this.#sender = sender;
  }

  openDownload(): { key: string; content: Readable } {
    const key = `r/${this.#next++}`;
    const content = new Download(key, this);
    this.#downloads.set(key, content);
    return { key, content };
  }

  /**
   * Sends `content` as stream `key` while `answer` is under way, and returns the answer. When the content breaks off, the
   * guest is told to undo, and the content's error is thrown once it has.
   */
  async upload<T>(options: {
    readonly ask: (key: string) => Promise<T>;
    readonly content: AsyncIterable<Uint8Array>;
    readonly signal: AbortSignal;
  }): Promise<T> {
    options.signal.throwIfAborted();
    const key = `w/${this.#next++}`;
    const upload: Upload = { buffer: new SendBuffer(), wake: () => {}, failure: null };
    this.#uploads.set(key, upload);
    const stop = () => {
      upload.failure ??= new AppError('badRequest', 'The upload was broken off; nothing was changed.');
      upload.wake();
    };
    options.signal.addEventListener('abort', stop, { once: true });
    let answered = false;
    const answer = options.ask(key).finally(() => {
      answered = true;
      upload.wake();
    });
    answer.catch(() => {});
    try {
      await this.#feed(key, upload, options.content, () => answered);
      return await answer;
    } catch (error) {
      this.#sender.cancel(key);
      await answer.catch(() => {});
      throw error;
    } finally {
      options.signal.removeEventListener('abort', stop);
      this.#uploads.delete(key);
    }
  }

  receive(key: string, offset: number, bytes: Uint8Array): void {
    this.#downloads.get(key)?.receive(offset, bytes);
  }

  ended(key: string): void {
    this.#downloads.get(key)?.finish();
  }

  failed(key: string, error: AppError): void {
    this.#downloads.get(key)?.fail(error);
  }

  acknowledged(key: string, offset: number): void {
    const upload = this.#uploads.get(key);
    if (!upload?.buffer.ack(offset)) return;
    this.#pump(key, upload);
    upload.wake();
  }

  failAll(error: AppError): void {
    for (const download of [...this.#downloads.values()]) download.fail(error);
    for (const upload of this.#uploads.values()) {
      upload.failure ??= error;
      upload.wake();
    }
  }

  /** For downloads only. */
  acknowledge(key: string, offset: number): void {
    this.#sender.ack(key, offset);
  }

  /** For downloads only. */
  closeDownload(key: string, cancel: boolean): void {
    if (this.#downloads.delete(key) && cancel) this.#sender.cancel(key);
  }

  async #feed(key: string, upload: Upload, content: AsyncIterable<Uint8Array>, answered: () => boolean): Promise<void> {
    const stuck = (limitBytes: number) => upload.buffer.end - upload.buffer.sent > limitBytes;
    const waitUntil = async (ready: () => boolean) => {
      while (!ready() && !upload.failure && !answered()) {
        await new Promise<void>((resolve) => {
          upload.wake = resolve;
        });
      }
      if (upload.failure) throw upload.failure;
    };
    for await (const bytes of content) {
      for (let from = 0; from < bytes.length; from += UPLOAD_HIGH_BYTES) {
        upload.buffer.push(bytes.subarray(from, from + UPLOAD_HIGH_BYTES));
        this.#pump(key, upload);
        await waitUntil(() => !stuck(0));
        // The guest refused: its answer says why, and nobody reads the rest.
        if (answered()) return;
      }
    }
    await waitUntil(() => !stuck(0));
    if (!answered()) this.#sender.end(key, upload.buffer.end);
  }

  #pump(key: string, upload: Upload): void {
    for (let piece = upload.buffer.take(); piece; piece = upload.buffer.take()) {
      this.#sender.data(key, piece.offset, piece.bytes);
    }
  }
}
