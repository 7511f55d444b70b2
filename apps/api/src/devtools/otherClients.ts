/** Who speaks to the Chromium of a sandbox beside the server, as far as they come through it: an agent's own client may hold new tabs. */
import type { Duplex } from 'node:stream';

export class OtherClients {
  readonly #streams = new Set<Duplex>();
  readonly #listeners = new Set<() => void>();

  get any(): boolean {
    return this.#streams.size > 0;
  }

  /** There until its stream ends. */
  enter(stream: Duplex): void {
    this.#change(() => this.#streams.add(stream));
    stream.once('close', () => this.#change(() => this.#streams.delete(stream)));
  }

  /** Called when the first comes and when the last has gone. @returns stop */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #change(change: () => void): void {
    const before = this.any;
    change();
    if (this.any !== before) for (const listener of this.#listeners) listener();
  }
}
