/** Bytes on their way into a program. What was written is acknowledged; the sender's window bounds what waits here. */
import type { Writable } from 'node:stream';
import type { Link } from './link.ts';

export class Input {
  readonly #stream: string;
  readonly #target: Writable;
  readonly #link: Link;
  #received = 0;
  #written = 0;
  #ended = false;

  constructor(stream: string, target: Writable, link: Link) {
    this.#stream = stream;
    this.#target = target;
    this.#link = link;
    // A program that closed its input takes no more: what comes is dropped, and still acknowledged.
    target.on('error', () => {});
  }

  /** Offset after the last byte taken over. */
  get received(): number {
    return this.#received;
  }

  write(offset: number, bytes: Uint8Array): void {
    const known = this.#received - offset;
    if (known < 0) return;
    if (known >= bytes.length) {
      this.#acknowledge();
      return;
    }
    const fresh = known === 0 ? bytes : bytes.subarray(known);
    this.#received += fresh.length;
    const writtenAfter = this.#received;
    const done = () => {
      this.#written = Math.max(this.#written, writtenAfter);
      this.#acknowledge();
    };
    if (this.#ended || this.#target.destroyed || this.#target.writableEnded) done();
    // Copied: a frame's bytes are only ours until the next read.
    else this.#target.write(Buffer.from(fresh), done);
  }

  /** End of file for the program, after what was written. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#target.end();
  }

  close(): void {
    this.#ended = true;
    this.#target.destroy();
  }

  #acknowledge(): void {
    this.#link.ack(this.#stream, this.#written);
  }
}
