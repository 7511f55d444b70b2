/** One change of a path at a time, so that two writers with the same expected version cannot both succeed. */
export class PathLocks {
  readonly #tails = new Map<string, Promise<void>>();

  async run<T>(path: string, task: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(path) ?? Promise.resolve();
    const result = before.then(task);
    const tail = result.then(
      () => {},
      () => {},
    );
    this.#tails.set(path, tail);
    try {
      return await result;
    } finally {
      if (this.#tails.get(path) === tail) this.#tails.delete(path);
    }
  }
}
