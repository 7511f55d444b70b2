/**
 * Files of checkpoints and images, opened while somebody looks at them. Each is a small sandbox of its own on the host, so few
 * are open at once, and those that nobody asks are closed. They are no sandboxes of anyone: not listed, not recorded.
 */
import { AppError, type CheckpointId, type ImageName, type SandboxId } from '@sandglass/protocol';
import type { Clock } from '../lib/clock.ts';
import type { BaseFiles, Driver } from '../sandboxes/driver.ts';

export type BaseSource =
  | { readonly checkpoint: CheckpointId; readonly image: ImageName }
  | { readonly image: ImageName };

const MOST_OPEN = 4;
const IDLE_MS = 60_000;

interface Open {
  readonly key: string;
  readonly ready: Promise<BaseFiles>;
  users: number;
  lastUsedMs: number;
  cancelTimer: () => void;
}

export interface BasesOptions {
  readonly driver: Pick<Driver, 'openBase'>;
  readonly newId: () => SandboxId;
  readonly clock: Clock;
}

export class Bases {
  readonly #options: BasesOptions;
  readonly #open = new Map<string, Open>();
  #closed = false;

  constructor(options: BasesOptions) {
    this.#options = options;
  }

  /** The files of a base, until `release` is called. @throws AppError `unavailable` when too many are in use */
  async acquire(source: BaseSource): Promise<{ files: BaseFiles['files']; release: () => void }> {
    if (this.#closed) throw new AppError('unavailable', 'The server is stopping.');
    const key = 'checkpoint' in source ? source.checkpoint : source.image;
    const open = this.#open.get(key) ?? this.#start(key, source);
    open.users++;
    open.cancelTimer();
    let held = true;
    const release = () => {
      if (held) this.#release(open);
      held = false;
    };
    try {
      return { files: (await open.ready).files, release };
    } catch (error) {
      if (this.#open.get(key) === open) this.#open.delete(key);
      throw error;
    }
  }

  /** Uses it for one piece of work. */
  async use<T>(source: BaseSource, act: (files: BaseFiles['files']) => Promise<T>): Promise<T> {
    const { files, release } = await this.acquire(source);
    try {
      return await act(files);
    } finally {
      release();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#open.values()].map((open) => this.#end(open)));
  }

  #start(key: string, source: BaseSource): Open {
    if (this.#open.size >= MOST_OPEN) {
      const idle = [...this.#open.values()].filter((each) => each.users === 0);
      const oldest = idle.sort((a, b) => a.lastUsedMs - b.lastUsedMs)[0];
      if (oldest === undefined)
        throw new AppError('unavailable', 'Too many earlier moments are being looked at. Try again in a moment.');
      void this.#end(oldest);
    }
    const { driver, newId, clock } = this.#options;
    const ready = driver.openBase(newId(), source);
    ready.catch(() => {});
    const open: Open = { key, ready, users: 0, lastUsedMs: clock.now(), cancelTimer: () => {} };
    this.#open.set(key, open);
    return open;
  }

  #release(open: Open): void {
    open.users--;
    open.lastUsedMs = this.#options.clock.now();
    if (open.users > 0 || this.#open.get(open.key) !== open) return;
    open.cancelTimer = this.#options.clock.at(open.lastUsedMs + IDLE_MS, () => void this.#end(open));
  }

  async #end(open: Open): Promise<void> {
    open.cancelTimer();
    if (this.#open.get(open.key) === open) this.#open.delete(open.key);
    await open.ready.then((base) => base.close()).catch(() => {});
  }
}
