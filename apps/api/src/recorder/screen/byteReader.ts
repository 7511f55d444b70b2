/**
 * Turns chunks of a stream into the exact stretches a parser asks for. A parser is a generator that yields how many bytes it
 * needs next and gets them back; what it gets may be a view of a chunk and must be copied to be kept.
 */
export type ByteParser = Generator<number, void, Buffer>;

export class ByteReader {
  readonly #parser: ByteParser;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #need: number;
  #phase: 'reading' | 'ended' = 'reading';

  constructor(parser: ByteParser) {
    this.#parser = parser;
    this.#need = this.#step(parser.next());
  }

  get ended(): boolean {
    return this.#phase === 'ended';
  }

  /** Throws what the parser throws; bytes behind the parser's end are dropped. */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#phase === 'reading' && this.#length >= this.#need) {
      this.#need = this.#step(this.#parser.next(this.#take(this.#need)));
    }
  }

  #step(result: IteratorResult<number, void>): number {
    if (result.done) {
      this.#phase = 'ended';
      return 0;
    }
    return result.value;
  }

  #take(count: number): Buffer {
    this.#length -= count;
    const first = this.#chunks[0];
    if (!first || first.length >= count) {
      if (!first || count === 0) return Buffer.alloc(0);
      if (first.length === count) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(count);
      return first.subarray(0, count);
    }
    const out = Buffer.allocUnsafe(count);
    let filled = 0;
    while (filled < count) {
      const chunk = this.#chunks.shift()!;
      const part = Math.min(chunk.length, count - filled);
      chunk.copy(out, filled, 0, part);
      if (part < chunk.length) this.#chunks.unshift(chunk.subarray(part));
      filled += part;
    }
    return out;
  }
}
