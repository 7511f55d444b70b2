/** Checkpoints: a snapshot of the files and, where the host can, of the memory that goes with them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Refusal } from './errors.ts';
import type { SandboxRecord } from './record.ts';
import type { Running, Runtime, Store } from './runtime.ts';
import type { SnapshotReply } from './verbs.ts';

const PROCESSES = 'Its processes: programs start anew.';

export interface Subject {
  readonly record: SandboxRecord;
  readonly running: Running | null;
  readonly runDir: string;
}

export class Checkpoints {
  readonly #parts: { readonly runtime: Runtime; readonly store: Store };

  constructor(parts: { readonly runtime: Runtime; readonly store: Store }) {
    this.#parts = parts;
  }

  list(): string[] {
    return this.#parts.store.trees().owned.filter((id) => id.startsWith('chk_'));
  }

  /** Freezes (unless frozen), snapshots, thaws (unless it was frozen). @param running null: it has ended, its files are left */
  async make(from: Subject, checkpoint: string, memory: boolean): Promise<SnapshotReply> {
    const { runtime, store } = this.#parts;
    const { running, record } = from;
    // Twice: what is written during the first, long one is little, so that the second, and then the stop, are short.
    await store.settle();
    await store.settle();
    const freezes = running !== null && !runtime.isFrozen(running);
    const beganMs = performance.now();
    if (freezes) await runtime.freeze(running);
    let notHeld: readonly string[];
    try {
      notHeld = memory ? await this.#dump(from, checkpoint) : [PROCESSES];
      await store.snapshot(record.id, checkpoint);
    } catch (error) {
      // Memory without its files is of no use, but only what was made here is ours to remove.
      if ((error as Refusal).code !== 'alreadyExists') this.#forgetMemory(checkpoint);
      throw error;
    } finally {
      if (freezes) runtime.thaw(running);
    }
    const stoppedMs = freezes ? performance.now() - beganMs : 0;
    return { stoppedMs, memory: notHeld.length === 0, notHeld };
  }

  /** Returns what the checkpoint will lack: nothing, or its processes, with the reason. */
  async #dump({ running, record, runDir }: Subject, checkpoint: string): Promise<readonly string[]> {
    const { runtime, store } = this.#parts;
    const directory = `${store.memoryRoot}/${checkpoint}`;
    if (!runtime.dumpsMemory) return [PROCESSES, 'Memory checkpoints are not possible on this host.'];
    if (!running) return [PROCESSES, 'The sandbox had ended.'];
    if (existsSync(directory)) throw new Refusal('alreadyExists', `There is a checkpoint ${checkpoint} already.`);
    // First: another keeper on this pool that starts meanwhile would take it for left over.
    store.own(checkpoint);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    try {
      await runtime.dump(running, runDir, `${directory}/images`);
      writeFileSync(`${directory}/guest`, record.guest);
      return [];
    } catch (error) {
      this.#forgetMemory(checkpoint);
      return [PROCESSES, `Its memory could not be written: ${(error as Error).message}`];
    }
  }

  /** @throws Refusal `notSupported` when it holds none */
  memoryOf(checkpoint: string): { images: string; guest: string } {
    const directory = `${this.#parts.store.memoryRoot}/${checkpoint}`;
    if (!existsSync(`${directory}/guest`))
      throw new Refusal('notSupported', `The checkpoint ${checkpoint} holds no memory. Start from its files alone.`);
    return { images: `${directory}/images`, guest: readFileSync(`${directory}/guest`, 'utf8') };
  }

  #forgetMemory(checkpoint: string): void {
    rmSync(`${this.#parts.store.memoryRoot}/${checkpoint}`, { recursive: true, force: true });
  }

  /** Absent is fine. */
  async remove(checkpoint: string): Promise<void> {
    // Its name goes last: as long as it is listed, the removal can be repeated.
    this.#forgetMemory(checkpoint);
    await this.#parts.store.remove(checkpoint);
  }

  /** Clears away memory written for a checkpoint that was never finished. */
  async sweep(): Promise<void> {
    const { store } = this.#parts;
    for (const id of existsSync(store.memoryRoot) ? readdirSync(store.memoryRoot) : [])
      if (!existsSync(`${dirname(store.memoryRoot)}/${id}`) && !store.isOfAnother(id)) await this.remove(id);
  }
}
