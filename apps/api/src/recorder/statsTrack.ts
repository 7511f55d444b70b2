/** The track `stats`: what each running sandbox used, every ten seconds, whether anybody looks or not. */
import type { SandboxId, Stats } from '@sandglass/protocol';
import { decodeStats, encodeStats } from '@sandglass/replay';
import { type SandboxLog, trackFrame } from './log.ts';

/** 360 points an hour are more than a chart is wide on most screens; about 40 KB an hour on disk. */
export const STATS_EVERY_MS = 10_000;

/** What was recorded since a time, oldest first. Segments that ended before it are not read. */
export function readStats(log: SandboxLog, sinceMs: number, fromUs: number): Stats[] {
  const before = log.segmentsOf('stats', 0).findLast((segment) => segment.closed && segment.lastUs < fromUs);
  const found: Stats[] = [];
  for (const frame of log.frames('stats', before?.lastSeq ?? 0)) {
    if (frame.atUs < fromUs) continue;
    const stats = decodeStats(frame.payload);
    if (stats !== undefined && stats.atMs >= sinceMs) found.push(stats);
  }
  return found;
}

export interface StatsRecorderOptions {
  /** Those that run now. A frozen one uses nothing: its line stands still until it goes on. */
  readonly running: () => readonly SandboxId[];
  readonly stats: (sandbox: SandboxId) => Promise<Stats>;
  readonly log: (sandbox: SandboxId) => SandboxLog;
  /** Calls back every `everyMs` until the returned function is called. */
  readonly every: (everyMs: number, callback: () => void) => () => void;
}

export class StatsRecorder {
  readonly #options: StatsRecorderOptions;
  #stop: (() => void) | null = null;
  #busy = false;

  constructor(options: StatsRecorderOptions) {
    this.#options = options;
  }

  start(): void {
    this.#stop ??= this.#options.every(STATS_EVERY_MS, () => void this.sample());
  }

  close(): void {
    this.#stop?.();
    this.#stop = null;
  }

  /** One after another: a hundred sandboxes at once would be a peak that their own lines show. */
  async sample(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (const sandbox of this.#options.running()) {
      try {
        const stats = await this.#options.stats(sandbox);
        this.#options.log(sandbox).appendFrame('stats', trackFrame.stats, encodeStats(stats));
      } catch {
        // It ended or froze meanwhile: its line has a hole there, which is true.
      }
    }
    this.#busy = false;
  }
}
