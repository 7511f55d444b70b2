/** What was said in passing. Framework-free: `useSyncExternalStore` reads it. */
export interface News {
  readonly id: number;
  readonly tone: 'say' | 'fail';
  readonly title: string;
  readonly description: string | undefined;
  readonly atMs: number;
  /** The list has been open since. */
  readonly seen: boolean;
}

/** More than a person reads back; older ones go. */
const KEPT = 50;

export class NewsList {
  #all: readonly News[] = [];
  #nextId = 1;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The newest first. */
  get state(): readonly News[] {
    return this.#all;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  add(tone: News['tone'], title: string, description: string | undefined): void {
    const added: News = { id: this.#nextId++, tone, title, description, atMs: this.#now(), seen: false };
    this.#set([added, ...this.#all].slice(0, KEPT));
  }

  markSeen(): void {
    if (this.#all.some(({ seen }) => !seen)) this.#set(this.#all.map((each) => ({ ...each, seen: true })));
  }

  clear(): void {
    if (this.#all.length > 0) this.#set([]);
  }

  #set(next: readonly News[]): void {
    this.#all = next;
    for (const listener of [...this.#listeners]) listener();
  }
}
