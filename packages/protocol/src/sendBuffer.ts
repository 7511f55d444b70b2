/** What was produced and not yet acknowledged, of one stream of the guest link. Pure: whoever owns it does the sending. */
import { maxDataBytes, windowBytes } from './guestFrame.ts';

interface Block {
  offset: number;
  readonly bytes: Buffer;
  length: number;
}

const BLOCK_BYTES = 64 * 1024;
/** Most execs say little: their first block is small. */
const FIRST_BLOCK_BYTES = 4 * 1024;

/**
 * Offsets count from the stream's first byte: `acked ≤ sent ≤ end`. Bytes are copied into blocks, so that a program that
 * writes one byte at a time costs no more memory than its bytes, and a block is given up when all of it is acknowledged.
 */
export class SendBuffer {
  readonly #windowBytes: number;
  #blocks: Block[] = [];
  #acked: number;
  #sent: number;
  #end: number;

  constructor(offset = 0, window = windowBytes) {
    this.#windowBytes = window;
    this.#acked = offset;
    this.#sent = offset;
    this.#end = offset;
  }

  get acked(): number {
    return this.#acked;
  }
  get sent(): number {
    return this.#sent;
  }
  get end(): number {
    return this.#end;
  }
  /** Bytes held. */
  get size(): number {
    return this.#end - this.#acked;
  }

  push(bytes: Uint8Array): void {
    let from = 0;
    while (from < bytes.length) {
      let block = this.#blocks.at(-1);
      if (!block || block.length === block.bytes.length) {
        const left = bytes.length - from;
        const capacity = this.#blocks.length === 0 && left <= FIRST_BLOCK_BYTES ? FIRST_BLOCK_BYTES : BLOCK_BYTES;
        block = { offset: this.#end, bytes: Buffer.allocUnsafeSlow(capacity), length: 0 };
        this.#blocks.push(block);
      }
      const count = Math.min(block.bytes.length - block.length, bytes.length - from);
      block.bytes.set(bytes.subarray(from, from + count), block.length);
      block.length += count;
      this.#end += count;
      from += count;
    }
  }

  /** The next stretch to send, as far as the window allows; it counts as sent. The bytes stay valid until they are acknowledged. */
  take(limitBytes: number = maxDataBytes): { offset: number; bytes: Uint8Array } | undefined {
    const allowed = Math.min(this.#end, this.#acked + this.#windowBytes);
    if (this.#sent >= allowed) return undefined;
    const block = this.#blocks.find((b) => this.#sent < b.offset + b.length)!;
    const from = this.#sent - block.offset;
    const count = Math.min(block.length - from, allowed - this.#sent, limitBytes);
    const piece = { offset: this.#sent, bytes: block.bytes.subarray(from, from + count) };
    this.#sent += count;
    return piece;
  }

  /** Forgets everything before `offset`. @returns false when the offset was never sent: the peer lies. */
  ack(offset: number): boolean {
    if (offset > this.#sent) return false;
    if (offset <= this.#acked) return true;
    this.#acked = offset;
    while (this.#blocks.length > 0) {
      const block = this.#blocks[0]!;
      if (block.offset + block.length > offset) break;
      // The last block may be half empty: keep writing into it only while it holds bytes that are still needed.
      this.#blocks.shift();
    }
    return true;
  }

  /** After a reconnection: the peer has everything before `offset`; the rest is sent again. */
  resume(offset: number): void {
    this.#sent = Math.max(this.#sent, Math.min(offset, this.#end));
    this.ack(Math.min(offset, this.#end));
    this.#sent = this.#acked;
  }

  /** Renumbers the stream, when the peer has a longer past than this process knows (a restored memory image). */
  shift(delta: number): void {
    this.#acked += delta;
    this.#sent += delta;
    this.#end += delta;
    for (const block of this.#blocks) block.offset += delta;
  }

  /** Nobody wants the rest. */
  discard(): void {
    this.#blocks = [];
    this.#acked = this.#end;
    this.#sent = this.#end;
  }
}
