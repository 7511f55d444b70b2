import type { ChannelMessage, Sandglass } from '@sandglass/client';
import type { SandboxId, Stats } from '@sandglass/protocol';
import { useEffect, useState } from 'react';
import { useStream } from '../../platform/client.tsx';
import { Model, useStore } from '../../platform/store.ts';

export interface Sample {
  readonly atMs: number;
  /** Share of all the sandbox's cores, 0…1; null for the first sample. */
  readonly cpu: number | null;
  readonly receivedPerSecond: number;
  readonly sentPerSecond: number;
  readonly stats: Stats;
}

/** Two minutes at one sample a second. */
const KEPT = 120;

/** Resources of one sandbox over the last two minutes; rates come from two neighbouring samples. */
export class StatsModel extends Model<readonly Sample[]> {
  constructor() {
    super([]);
  }

  follow(stream: Pick<Sandglass['stream'], 'subscribe'>, sandbox: SandboxId): () => void {
    const channel = stream.subscribe(
      { kind: 'stats', sandbox, everyMs: 1_000 },
      { onMessage: (message) => this.handleMessage(message) },
    );
    return () => channel.close();
  }

  handleMessage(message: ChannelMessage): void {
    if (message.type === 'stats')
      this.set([...this.state, sampleOf(message.stats, this.state.at(-1)?.stats)].slice(-KEPT));
  }
}

export function sampleOf(stats: Stats, before: Stats | undefined): Sample {
  const elapsedMs = before === undefined ? 0 : stats.atMs - before.atMs;
  // A counter that went back means a restored machine, not negative work.
  if (before === undefined || elapsedMs <= 0 || stats.cpuUsec < before.cpuUsec)
    return { atMs: stats.atMs, cpu: null, receivedPerSecond: 0, sentPerSecond: 0, stats };
  const perSecond = (now: number, then: number) => (Math.max(0, now - then) * 1_000) / elapsedMs;
  return {
    atMs: stats.atMs,
    cpu: Math.min(1, (stats.cpuUsec - before.cpuUsec) / 1_000 / elapsedMs / Math.max(0.01, stats.cpus)),
    receivedPerSecond: perSecond(stats.network.receivedBytes, before.network.receivedBytes),
    sentPerSecond: perSecond(stats.network.sentBytes, before.network.sentBytes),
    stats,
  };
}

/** Follows only while `active`: a covered pane costs nothing. */
export function useStats(sandbox: SandboxId, active: boolean): readonly Sample[] {
  const stream = useStream();
  const [model] = useState(() => new StatsModel());
  useEffect(() => (active ? model.follow(stream, sandbox) : undefined), [stream, sandbox, active, model]);
  return useStore(model);
}
