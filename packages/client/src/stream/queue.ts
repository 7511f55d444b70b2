/** A single-reader async queue: `push` resolves when the reader has come back for more, which is what flow control waits for. */
export class Queue<T> implements AsyncIterableIterator<T> {
  readonly #items: { value: T; taken: () => void }[] = [];
  readonly #onReturn: () => void;
  #waiting: { resolve: (result: IteratorResult<T>) => void; reject: (error: unknown) => void } | null = null;
  #handedOut: (() => void) | null = null;
  #end: { error: unknown } | 'done' | null = null;

  /** `onReturn`: the reader left its loop. */
  constructor(onReturn: () => void) {
    this.#onReturn = onReturn;
  }

  push(value: T): Promise<void> {
    if (this.#end !== null) return Promise.resolve();
    return new Promise((resolve) => {
      if (this.#waiting !== null) {
        this.#handedOut = resolve;
        this.#waiting.resolve({ value, done: false });
        this.#waiting = null;
      } else this.#items.push({ value, taken: resolve });
    });
  }

  /** No more will come; what is queued is still read. */
  end(error?: unknown): void {
    if (this.#end !== null) return;
    this.#end = error === undefined ? 'done' : { error };
    if (this.#waiting === null) return;
    if (error === undefined) this.#waiting.resolve({ value: undefined, done: true });
    else this.#waiting.reject(error);
    this.#waiting = null;
  }

  next(): Promise<IteratorResult<T>> {
    this.#handedOut?.();
    this.#handedOut = null;
    const item = this.#items.shift();
    if (item !== undefined) {
      this.#handedOut = item.taken;
      return Promise.resolve({ value: item.value, done: false });
    }
    if (this.#end === 'done') return Promise.resolve({ value: undefined, done: true });
    if (this.#end !== null) {
      const { error } = this.#end;
      this.#end = 'done';
      return Promise.reject(error);
    }
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  return(): Promise<IteratorResult<T>> {
    this.#handedOut?.();
    for (const item of this.#items.splice(0)) item.taken();
    this.end();
    this.#onReturn();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
