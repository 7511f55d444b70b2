/** Bytes for the programs of a sandbox: each arrives once, also over a reconnection. */
import { AppError } from '@sandglass/protocol';
import { type GuestHello, SendBuffer, windowBytes } from '@sandglass/protocol/guest';

interface Input {
  readonly buffer: SendBuffer;
  endAsked: boolean;
  waiting: { readonly offset: number; resolve(): void; reject(error: AppError): void }[];
}

/** Typed text comes in small pieces; more than this in flight means that the program does not read. */
const INPUT_WINDOW_BYTES = 256 * 1024;

export interface InputSender {
  data(stream: string, offset: number, bytes: Uint8Array): boolean;
  end(stream: string, offset: number): boolean;
}

export class GuestInputs {
  readonly #sender: InputSender;
  readonly #inputs = new Map<string, Input>();

  constructor(sender: InputSender) {
    this.#sender = sender;
  }

  open(key: string, offset = 0): void {
    if (this.#inputs.has(key)) return;
    this.#inputs.set(key, { buffer: new SendBuffer(offset, INPUT_WINDOW_BYTES), endAsked: false, waiting: [] });
  }

  /** Resolves when the bytes are in the program's pipe. @throws AppError gone, tooLarge. */
  async write(key: string, bytes: Uint8Array): Promise<void> {
    const input = this.#find(key);
    if (input.endAsked) throw new AppError('wrongState', 'The input is closed.');
    if (input.buffer.size + bytes.length > windowBytes) {
      throw new AppError('rateLimited', 'The program does not read its input. Wait, then send the rest.');
    }
    input.buffer.push(bytes);
    const { end } = input.buffer;
    this.#pump(key, input);
    if (input.buffer.acked >= end) return;
    await new Promise<void>((resolve, reject) => input.waiting.push({ offset: end, resolve, reject }));
  }

  end(key: string): void {
    const input = this.#find(key);
    input.endAsked = true;
    this.#pump(key, input);
  }

  acknowledged(key: string, offset: number): void {
    const input = this.#inputs.get(key);
    if (!input?.buffer.ack(offset)) return;
    const done = input.waiting.filter((waiting) => waiting.offset <= offset);
    input.waiting = input.waiting.filter((waiting) => waiting.offset > offset);
    for (const { resolve } of done) resolve();
    this.#pump(key, input);
  }

  close(key: string): void {
    const input = this.#inputs.get(key);
    if (!input) return;
    this.#inputs.delete(key);
    for (const { reject } of input.waiting) reject(new AppError('gone', 'The program ended before it read this.'));
  }

  adopt(hello: GuestHello, starting: ReadonlySet<string> = new Set()): void {
    const there = new Map<string, number>();
    for (const { id, input } of hello.terminals) there.set(id, input);
    for (const { id, input } of hello.execs) there.set(`${id}/0`, input);
    for (const key of [...this.#inputs.keys()])
      if (!there.has(key) && !starting.has(key.split('/')[0]!)) this.close(key);
    for (const [key, offset] of there) {
      const known = this.#inputs.get(key);
      if (known && offset >= known.buffer.acked && offset <= known.buffer.end) {
        known.buffer.resume(offset);
        this.acknowledged(key, offset);
      } else {
        this.close(key);
        this.open(key, offset);
      }
    }
  }

  closeAll(): void {
    for (const key of [...this.#inputs.keys()]) this.close(key);
  }

  #find(key: string): Input {
    const input = this.#inputs.get(key);
    if (!input) throw new AppError('gone', 'It has ended, or has no input.');
    return input;
  }

  #pump(key: string, input: Input): void {
    for (;;) {
      const before = input.buffer.sent;
      const piece = input.buffer.take();
      if (!piece) break;
      if (!this.#sender.data(key, piece.offset, piece.bytes)) {
        input.buffer.resume(Math.min(before, input.buffer.acked));
        return;
      }
    }
    if (input.endAsked && input.buffer.sent === input.buffer.end) this.#sender.end(key, input.buffer.end);
  }
}
