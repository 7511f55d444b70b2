/** Everything that was opened, closed in the opposite order; one that fails stops no other. */
export class Closing {
  readonly #items: { readonly what: string; readonly close: () => unknown }[] = [];
  readonly #onError: (error: unknown, what: string) => void;
  #closing: Promise<void> | undefined;

  constructor(onError: (error: unknown, what: string) => void) {
    this.#onError = onError;
  }

  add(what: string, close: () => unknown): void {
    this.#items.push({ what, close });
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    for (let item = this.#items.pop(); item; item = this.#items.pop()) {
      try {
        await item.close();
      } catch (error) {
        this.#onError(error, item.what);
      }
    }
  }
}
