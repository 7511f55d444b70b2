/** The keeper's side of the tracker: starts it with the first sandbox, ends it with the last, starts it again when it fails. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { FromTracker, ToTracker } from './tracker.ts';
import type { KeeperNotice } from './verbs.ts';

/** A sandbox rather starts unseen than not at all. */
const ANSWER_TIMEOUT_MS = 2_000;
/** It starts in a tenth of a second: sandboxes that come one after the other shall not each pay for it. */
const LINGER_MS = 30_000;

export const TRACKER_PROGRAM = import.meta.filename.endsWith('.ts')
  ? `${import.meta.dirname}/tracker.ts`
  : `${import.meta.dirname}/tracker.mjs`;

export interface TrackingOptions {
  /** The tracker's program. */
  readonly program: string;
  readonly pool: string;
  readonly kind: 'btrfs' | 'overlay';
  readonly notify: (notice: KeeperNotice) => void;
  readonly say: (line: string) => void;
}

export class Tracking {
  readonly #options: TrackingOptions;
  readonly #ids = new Set<string>();
  readonly #waiting = new Map<string, () => void>();
  #child: ChildProcess | null = null;
  #linger: NodeJS.Timeout | null = null;

  constructor(options: TrackingOptions) {
    this.#options = options;
  }

  /** @param source the read-only tree it was just made from; null when it has run before */
  async add(id: string, source: string | null): Promise<void> {
    this.#ids.add(id);
    if (this.#linger) clearTimeout(this.#linger);
    this.#child ??= this.#start();
    await this.#ask(id, { track: { id, source } });
  }

  /** Resolves when nothing of it holds the tree any more. */
  async remove(id: string): Promise<void> {
    if (!this.#ids.delete(id)) return;
    await this.#ask(id, { untrack: id });
    if (this.#ids.size === 0) this.#linger = setTimeout(() => void this.close(), LINGER_MS).unref();
  }

  /** Resolves when the tracker has let go of the pool. */
  async close(): Promise<void> {
    this.#ids.clear();
    if (this.#linger) clearTimeout(this.#linger);
    const child = this.#child;
    this.#child = null;
    for (const id of [...this.#waiting.keys()]) this.#answered(id);
    if (!child || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  #start(): ChildProcess {
    const { program, pool, kind } = this.#options;
    const child = fork(program, [pool, kind], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // From source, in tests.
      execArgv: program.endsWith('.ts') ? ['--import', 'tsx'] : [],
    });
    child.on('error', () => {});
    child.on('message', (message: FromTracker) => {
      if ('settled' in message) this.#answered(message.settled);
      else if (this.#ids.has(message.id)) this.#options.notify(message);
    });
    child.once('exit', () => {
      if (this.#child !== child) return;
      this.#child = null;
      for (const id of [...this.#waiting.keys()]) this.#answered(id);
      this.#options.say('The file tracker ended: starting it again. Changes in between are not seen.');
      setTimeout(() => this.#again(), 500);
    });
    return child;
  }

  #again(): void {
    if (this.#child || this.#ids.size === 0) return;
    this.#child = this.#start();
    for (const id of this.#ids) {
      this.#tell({ track: { id, source: null } });
      this.#options.notify({ notice: 'files', id, changes: [], dropped: 1 });
    }
  }

  async #ask(id: string, message: ToTracker): Promise<void> {
    if (!this.#child) return;
    const answered = new Promise<void>((resolve) => this.#waiting.set(id, resolve));
    const late = setTimeout(() => this.#answered(id), ANSWER_TIMEOUT_MS);
    this.#tell(message);
    await answered;
    clearTimeout(late);
  }

  #tell(message: ToTracker): void {
    if (this.#child?.connected) this.#child.send(message, () => {});
  }

  #answered(id: string): void {
    this.#waiting.get(id)?.();
    this.#waiting.delete(id);
  }
}
