/** Chooses the level from what was proved, and describes the host to the server. */
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { BtrfsStore } from './btrfsStore.ts';
import { mountPool, probeHost } from './probe.ts';
import { RuncRuntime } from './runc.ts';
import type { Runtime, Store } from './runtime.ts';
import type { Identity } from './server.ts';
import type { KeeperInfo, KeeperProbe, Level } from './verbs.ts';

const VERSION = '0.1.0';

export interface OpenLevel {
  readonly level: Level;
  readonly levelReason: string;
  readonly probes: readonly KeeperProbe[];
  readonly runtime: Runtime;
  readonly store: Store;
}

export async function openLevel(dataDir: string, pool: string): Promise<OpenLevel> {
  const keeperDir = `${dataDir}/keeper`;
  mountPool(pool);
  const probes = await probeHost(keeperDir, pool);
  const all = Object.values(probes);
  if (!probes.containers.ok || !probes.btrfs.ok) throw new Error('not on this host yet');
  return {
    level: 'L2',
    levelReason: 'Memory checkpoints need criu.',
    probes: all,
    runtime: new RuncRuntime(`${keeperDir}/runc`),
    store: await BtrfsStore.open(pool, dataDir),
  };
}

export function describeHost(open: OpenLevel, pool: string, identity: Identity): KeeperInfo {
  const sizes = imageSizes(pool);
  let place = pool;
  while (!existsSync(place)) place = dirname(place);
  const disk = statfsSync(place);
  return {
    version: VERSION,
    level: open.level,
    levelReason: open.levelReason,
    probes: open.probes,
    images: (['base', 'desktop', 'browser'] as const).map((name) => ({
      name,
      ready: existsSync(`${pool}/img_${name}`),
      sizeBytes: sizes[name]?.sizeBytes ?? null,
    })),
    host: {
      cpus: availableParallelism(),
      memoryMb: Math.floor(totalmem() / 2 ** 20),
      diskFreeMb: Math.floor((disk.bavail * disk.bsize) / 2 ** 20),
    },
    privilege: { serverUid: identity.uid, separated: identity.separated, detail: identity.detail },
    limits: { ...open.runtime.limits, disk: open.store.limitsDisk },
    memoryCheckpoints: open.runtime.dump !== undefined,
    tracking: open.store.trackable ? 'fanotify' : 'inotify',
  };
}

function imageSizes(pool: string): Record<string, { sizeBytes?: number }> {
  try {
    return JSON.parse(readFileSync(`${pool}/.images.json`, 'utf8')) as Record<string, { sizeBytes?: number }>;
  } catch {
    return {};
  }
}
