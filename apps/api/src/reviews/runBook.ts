/** Every run there is, in memory; what changes is on disk soon after, and at once where somebody waits for it. */
import { AppError, type RunId, type SandboxId } from '@sandglass/protocol';
import { Saver } from '../lib/serial.ts';
import type { ReviewStore } from './store.ts';
import type { StoredRun } from './storedRun.ts';

/** A busy agent makes many calls a second; what was not written when the server dies is counted again. */
const SAVE_AFTER_MS = 1_000;

export class RunBook {
  readonly #store: ReviewStore;
  readonly #onError: (run: StoredRun, error: unknown) => void;
  readonly #runs = new Map<RunId, StoredRun>();
  readonly #bySandbox = new Map<SandboxId, readonly RunId[]>();
  /** Of those that are being written: most runs never change again. */
  readonly #savers = new Map<RunId, Saver>();
  readonly #dirty = new Set<RunId>();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: ReviewStore, onError: (run: StoredRun, error: unknown) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  async load(): Promise<void> {
    for (const run of await this.#store.runs()) this.#put(run);
  }

  all(): StoredRun[] {
    return [...this.#runs.values()];
  }

  of(sandbox: SandboxId): StoredRun[] {
    return (this.#bySandbox.get(sandbox) ?? []).map((id) => this.#runs.get(id)!);
  }

  open(sandbox: SandboxId): StoredRun[] {
    return this.of(sandbox).filter(({ outcome }) => outcome === 'running');
  }

  /** @throws AppError notFound */
  get(sandbox: SandboxId, id: RunId): StoredRun {
    const run = this.#runs.get(id);
    if (run?.sandbox === sandbox) return run;
    throw new AppError('notFound', `Sandbox ${sandbox} has no run ${id}. List the runs to see their ids.`);
  }

  /** On disk within a second. */
  note(run: StoredRun): void {
    this.#put(run);
    this.#dirty.add(run.id);
    this.#timer ??= setTimeout(() => void this.flush(), SAVE_AFTER_MS).unref();
  }

  /** Resolves when it is on disk. */
  async save(run: StoredRun): Promise<void> {
    this.#put(run);
    this.#dirty.delete(run.id);
    await this.#write(run.id);
  }

  async remove(run: StoredRun): Promise<void> {
    this.#runs.delete(run.id);
    const left = (this.#bySandbox.get(run.sandbox) ?? []).filter((id) => id !== run.id);
    if (left.length > 0) this.#bySandbox.set(run.sandbox, left);
    else this.#bySandbox.delete(run.sandbox);
    this.#dirty.delete(run.id);
    await this.#savers.get(run.id)?.save();
    this.#savers.delete(run.id);
    await this.#store.removeRun(run.id);
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const ids = [...this.#dirty];
    this.#dirty.clear();
    await Promise.all(
      ids.map((id) =>
        this.#write(id).catch((error: unknown) => {
          const run = this.#runs.get(id);
          if (run !== undefined) this.#onError(run, error);
        }),
      ),
    );
  }

  #put(run: StoredRun): void {
    this.#runs.set(run.id, run);
    const ids = this.#bySandbox.get(run.sandbox) ?? [];
    if (!ids.includes(run.id)) this.#bySandbox.set(run.sandbox, [...ids, run.id]);
  }

  async #write(id: RunId): Promise<void> {
    const saver = this.#saver(id);
    try {
      await saver.save();
    } finally {
      if (saver.isIdle && this.#savers.get(id) === saver) this.#savers.delete(id);
    }
  }

  #saver(id: RunId): Saver {
    const known = this.#savers.get(id);
    if (known) return known;
    const saver = new Saver(async () => {
      const run = this.#runs.get(id);
      if (run !== undefined) await this.#store.saveRun(run);
    });
    this.#savers.set(id, saver);
    return saver;
  }
}
