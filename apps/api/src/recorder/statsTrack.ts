/** The track `stats`: what each running sandbox used, every ten seconds, whether anybody looks or not. */
import type { SandboxId, Stats } from '@sandglass/protocol';
import { decodeStats, encodeStats } from '@sandglass/replay';
import { type SandboxLog, trackFrame } from './log.ts';
import { Sampling, type SamplingOptions } from './sampling.ts';

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

/** A frozen one uses nothing: its line stands still until it goes on. */
export interface StatsRecorderOptions extends SamplingOptions {
  readonly stats: (sandbox: SandboxId) => Promise<Stats>;
  readonly log: (sandbox: SandboxId) => SandboxLog;
}

export class StatsRecorder extends Sampling<StatsRecorderOptions> {
  constructor(options: StatsRecorderOptions) {
    super(options, STATS_EVERY_MS);
  }

  protected override async look(sandbox: SandboxId): Promise<void> {
    const stats = await this.options.stats(sandbox);
    this.options.log(sandbox).appendFrame('stats', trackFrame.stats, encodeStats(stats));
  }
}
