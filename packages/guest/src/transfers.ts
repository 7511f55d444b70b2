/** File contents on their way in or out. A transfer ends with the connection it began on, and then leaves nothing behind. */
import type { FileEntry } from '@sandglass/protocol';
import type { GuestOps } from '@sandglass/protocol/guest';
import { maxDataBytes } from '@sandglass/protocol/guestFrame';
import type { Files } from './files/files.ts';
import { startTar } from './files/tar.ts';
import { startUnpacking } from './files/unpacking.ts';
import { startSearch } from './find.ts';
import { toGuestError } from './guestError.ts';
import type { Link, Output } from './link.ts';
import { Upload, type UploadTarget } from './upload.ts';

export class Transfers {
  readonly #link: Link;
  readonly #files: Files;
  readonly #outgoing = new Map<string, () => void>();
  readonly #incoming = new Map<string, Upload>();

  constructor(link: Link, files: Files) {
    this.#link = link;
    this.#files = files;
  }

  async startRead(request: GuestOps['read'][0]): Promise<FileEntry> {
    const { file, entry, sizeBytes } = await this.#files.openForReading(request.path);
    // Files of /proc say 0 and hold something: they are read to their end. What grows meanwhile is cut at the size we told.
    const last = sizeBytes === 0 ? Number.POSITIVE_INFINITY : sizeBytes;
    const until = Math.min(last, request.offset + (request.length ?? Number.POSITIVE_INFINITY));
    let position = request.offset;
    void this.#send(request.stream, {
      next: async () => {
        const wanted = Math.min(maxDataBytes, until - position);
        if (wanted <= 0) return null;
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(wanted), 0, wanted, position);
        position += bytesRead;
        return bytesRead === 0 ? null : buffer.subarray(0, bytesRead);
      },
      close: () => file.close(),
    });
    return entry;
  }

  async startFind(request: GuestOps['find'][0]): Promise<void> {
    void this.#send(request.stream, await startSearch(request, this.#files.entries.resolve(request.path)));
  }

  async startPack(request: GuestOps['readArchive'][0]): Promise<void> {
    const { child, done } = await startTar('pack', this.#files.entries.resolve(request.path), (uid) =>
      this.#files.canBecome(uid),
    );
    const chunks = child.stdout![Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    // Looked at when the output has been read; a rejection before that is not unhandled.
    done.catch(() => {});
    void this.#send(request.stream, {
      next: async () => {
        const { value, done: over } = await chunks.next();
        if (!over) return value;
        await done;
        return null;
      },
      close: async () => {
        child.kill('SIGKILL');
      },
    });
  }

  /** Resolves when the file is in place. */
  startWrite(request: GuestOps['write'][0]): Promise<FileEntry> {
    return this.#receive(request.stream, async () => {
      const write = await this.#files.beginWrite(request);
      return {
        write: (bytes) => write.write(bytes),
        finish: () => this.#files.commitWrite(write, request.path),
        abort: () => write.abort(),
      };
    });
  }

  startUnpack(request: GuestOps['writeArchive'][0]): Promise<FileEntry> {
    const path = this.#files.entries.resolve(request.path);
    return this.#receive(request.stream, async () => {
      const unpacking = await startUnpacking(path, (uid) => this.#files.canBecome(uid));
      return {
        write: (bytes) => unpacking.write(bytes),
        finish: async () => {
          await unpacking.finish();
          return this.#files.entries.stat(path);
        },
        abort: () => unpacking.abort(),
      };
    });
  }

  receive(stream: string, offset: number, bytes: Uint8Array): void {
    this.#incoming.get(stream)?.receive(offset, Buffer.from(bytes));
  }

  end(stream: string): void {
    this.#incoming.get(stream)?.end();
  }

  cancel(stream: string): void {
    this.#outgoing.get(stream)?.();
    this.#incoming.get(stream)?.cancel();
  }

  disconnected(): void {
    for (const stop of [...this.#outgoing.values()]) stop();
    for (const upload of [...this.#incoming.values()]) upload.cancel();
  }

  async #send(stream: string, source: { next(): Promise<Buffer | null>; close(): Promise<void> }): Promise<void> {
    const output = this.#link.createOutput(stream);
    let stopped = false;
    let wake = () => {};
    output.onDrain = () => wake();
    this.#outgoing.set(stream, () => {
      stopped = true;
      wake();
    });
    const finish = () => {
      this.#outgoing.delete(stream);
      this.#link.dropOutput(stream);
    };
    try {
      for (;;) {
        const bytes = stopped ? null : await source.next();
        if (stopped || bytes === null) break;
        if (!output.push(bytes) && !stopped) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
      if (stopped) finish();
      else this.#endWhenSent(stream, output, finish);
    } catch (error) {
      const { code, message } = toGuestError(error);
      this.#link.say({ type: 'failed', stream, code, message: message.slice(0, 1000) });
      finish();
    } finally {
      await source.close().catch(() => {});
    }
  }

  #endWhenSent(stream: string, output: Output, finish: () => void): void {
    this.#outgoing.set(stream, finish);
    output.end(() => {
      this.#link.say({ type: 'end', stream, offset: output.buffer.end });
      finish();
    });
  }

  /** Registered before its target is open: the first bytes follow the request at once and must find it. */
  /** The upload is known from the moment it is asked for: its bytes follow the request at once. */
  async #receive(stream: string, begin: () => Promise<UploadTarget>): Promise<FileEntry> {
    const upload = new Upload(begin(), (offset) => this.#link.ack(stream, offset));
    this.#incoming.set(stream, upload);
    try {
      return await upload.result;
    } finally {
      this.#incoming.delete(stream);
    }
  }
}
