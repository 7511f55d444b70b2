/** Keeps the recordings within their limits: at start, and every few minutes. */
import { type SandboxId, type System, zeroMsOf } from '@sandglass/protocol';
import type { CheckpointStore } from '../checkpoints/store.ts';
import { dropUnnamed } from '../recorder/files/dropUnnamed.ts';
import type { LogStore } from '../recorder/log.ts';
import { bytesOf, type HeldRecording, planRetention, type RetentionStep } from '../recorder/retentionPlan.ts';
import type { SearchRecorder } from '../search/service.ts';
import type { SandboxEntry } from './entry.ts';
import type { SandboxRoom } from './room.ts';

export interface RetentionLimits {
  readonly days: number | null;
  readonly totalBytes: number | null;
  readonly sandboxBytes: number | null;
}

export const noLimits: RetentionLimits = { days: null, totalBytes: null, sandboxBytes: null };

export interface RetentionOptions {
  readonly room: SandboxRoom;
  readonly logs: LogStore;
  readonly search: Pick<SearchRecorder, 'remove' | 'cut'>;
  readonly checkpoints: CheckpointStore;
  readonly limits: RetentionLimits;
  /** What others keep of a sandbox: its runs, notes and rules. */
  readonly forget: (sandbox: SandboxId) => Promise<void>;
}

/** At 1 MB a second, which no desktop keeps up, the limit is passed by 600 MB until the next time. */
const EVERY_MS = 600_000;
const DAY_MS = 86_400_000;
const MB = 1_048_576;

export class Retention {
  readonly #options: RetentionOptions;
  #heldBytes = 0;
  #callOff: (() => void) | null = null;
  #phase: 'idle' | 'working' | 'closed' = 'idle';

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** What all recordings took up when it was last looked, and what there is for them. */
  summary(): NonNullable<System['recordings']> {
    const { logs, limits } = this.#options;
    const { days, totalBytes, sandboxBytes } = limits;
    const { freeBytes, floorBytes } = logs;
    return { heldBytes: this.#heldBytes, freeBytes, floorBytes, keep: { days, totalBytes, sandboxBytes } };
  }

  async start(): Promise<void> {
    await this.run();
    this.#schedule();
  }

  close(): void {
    this.#phase = 'closed';
    this.#callOff?.();
  }

  async run(): Promise<void> {
    if (this.#phase !== 'idle') return;
    this.#phase = 'working';
    const { room, limits } = this.#options;
    try {
      const { totalBytes } = limits;
      for (const step of planRetention(await this.#held(), { nowMs: room.clock.now(), totalBytes })) {
        try {
          await this.#do(step);
        } catch (error) {
          room.logger.error({ err: error, sandbox: step.sandbox }, 'a recording could not be made smaller');
        }
      }
    } finally {
      this.#heldBytes = (await this.#held()).reduce((sum, one) => sum + bytesOf(one), 0);
      if (this.#phase === 'working') this.#phase = 'idle';
    }
  }

  #schedule(): void {
    const { clock } = this.#options.room;
    this.#callOff = clock.at(clock.now() + EVERY_MS, () => {
      void this.run();
      this.#schedule();
    });
  }

  async #held(): Promise<HeldRecording[]> {
    const { room, logs, limits } = this.#options;
    const atHand = room.entries().map(({ facts }) => facts);
    const known = new Set(atHand.map(({ id }) => id));
    const ended = (await room.store.endedFacts()).filter(({ id }) => !known.has(id));
    const held = logs.held();
    return [...ended, ...atHand].map(({ id, createdAtMs, parent, endedAtMs, keep }) => {
      const days = keep.days === undefined ? limits.days : keep.days;
      const megabytes = keep.megabytes;
      return {
        sandbox: id,
        zeroMs: zeroMsOf({ createdAtMs, parent }),
        endedAtMs,
        beginsUs: 0,
        maxAgeMs: days === null ? null : days * DAY_MS,
        maxBytes: megabytes === undefined ? limits.sandboxBytes : megabytes === null ? null : megabytes * MB,
        tracks: held.get(id) ?? [],
        otherBytes: logs.otherBytes(id),
      };
    });
  }

  async #do(step: RetentionStep): Promise<void> {
    const { room, search, checkpoints } = this.#options;
    const entry = room.find(step.sandbox);
    if (!entry) return;
    const { sandbox, because } = step;
    if (step.kind === 'remove' && entry.ended && (await checkpoints.list(sandbox)).length === 0) {
      await this.#remove(entry);
      room.logger.info({ sandbox, because }, 'a recording was removed');
      return;
    }
    const { log } = entry;
    // Its checkpoints are still good to be forked: the sandbox stays in the list, with nothing left to replay.
    const beginsUs = step.kind === 'cut' ? step.beginsUs : log.lastUs;
    if (beginsUs <= log.beginsUs) return;
    log.cut(beginsUs);
    dropUnnamed(log);
    search.cut(sandbox, beginsUs);
    room.logger.info({ sandbox, because, beginsUs }, 'the beginning of a recording was removed');
  }

  async #remove(entry: SandboxEntry): Promise<void> {
    const { room, search, forget } = this.#options;
    // First what stands on it: whatever is left after a crash is dropped at the next start.
    await forget(entry.id);
    await room.store.remove(entry.id);
    search.remove(entry.id);
    room.remove(entry.id);
  }
}
