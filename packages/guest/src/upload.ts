/** One file or archive on its way in: bytes in order, then the end; or nothing of it. */
import type { FileEntry } from '@sandglass/protocol';
import { GuestError, toGuestError } from './guestError.ts';

export interface UploadTarget {
  write(bytes: Buffer): Promise<void>;
  finish(): Promise<FileEntry>;
  /** Leaves nothing behind. */
  abort(): Promise<void>;
}

export class Upload {
  /** What the request is answered with. */
  readonly result: Promise<FileEntry>;
  readonly #acknowledge: (offset: number) => void;
  readonly #target: Promise<UploadTarget>;
  /** Each step waits for the one before; after a failure none is done. */
  #tail: Promise<unknown>;
  #received = 0;
  #over = false;
  #resolve: (entry: FileEntry) => void = () => {};
  #reject: (error: GuestError) => void = () => {};

  constructor(target: Promise<UploadTarget>, acknowledge: (offset: number) => void) {
    this.#target = target;
    this.#acknowledge = acknowledge;
    this.#tail = target;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    target.catch((error: unknown) => this.#fail(error));
  }

  receive(offset: number, bytes: Buffer): void {
    if (this.#over || offset !== this.#received) return;
    this.#received += bytes.length;
    const after = this.#received;
    this.#next(async (target) => {
      await target.write(bytes);
      this.#acknowledge(after);
    });
  }

  /** All bytes came. */
  end(): void {
    this.#next(async (target) => {
      const entry = await target.finish();
      this.#over = true;
      this.#resolve(entry);
    });
  }

  /** The sender gave up, or the connection is gone. */
  cancel(): void {
    this.#fail(new GuestError('badRequest', 'The upload was broken off; nothing was changed.'));
  }

  #next(step: (target: UploadTarget) => Promise<void>): void {
    this.#tail = this.#tail.then(async () => {
      if (!this.#over) await step(await this.#target);
    });
    this.#tail.catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    // What is being written now ends first: nothing may touch the target after it was undone.
    const settled = this.#tail.catch(() => {});
    void settled
      .then(() => this.#target)
      .then((target) => target.abort())
      .catch(() => {})
      .then(() => this.#reject(toGuestError(error)));
  }
}
