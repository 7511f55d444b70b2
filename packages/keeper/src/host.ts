/** Chooses the level from what was proved, and describes the host to the server. */
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { isBtrfs } from './btrfs.ts';
import { BtrfsStore } from './btrfsStore.ts';
import { findCriu } from './criu.ts';
import { OverlayStore } from './overlayStore.ts';
import { mountPool, type ProbeName, probeHost } from './probe.ts';
import { RootlessRuntime } from './rootless.ts';
import { RuncRuntime } from './runc.ts';
import type { Runtime, Store } from './runtime.ts';
import type { Identity } from './server.ts';
import type { KeeperInfo, KeeperProbe, Level } from './verbs.ts';

const VERSION = '0.1.0';
const PLAIN = 'The images lie in a plain folder, not on btrfs: build them anew for instant checkpoints.';

export interface OpenLevel {
  readonly level: Level;
  readonly levelReason: string;
  readonly probes: readonly KeeperProbe[];
  readonly runtime: Runtime;
  readonly store: Store;
}

/** Levels from the best; each says by what it is kept away. */
function chooseLevel(
  probes: Readonly<Record<ProbeName, KeeperProbe>>,
  pool: string,
  most: Level,
): { level: Level; levelReason: string } {
  const lacking = (...names: ProbeName[]) => names.map((name) => probes[name]).find((probe) => !probe.ok);
  const plain = existsSync(`${pool}/img_base`) && !isBtrfs(pool);
  const obstacles: Record<Level, string | undefined> = {
    L3: plain ? PLAIN : explain(lacking('root', 'cgroups', 'containers', 'btrfs', 'criu')),
    L2: plain ? PLAIN : explain(lacking('root', 'cgroups', 'containers', 'btrfs')),
    L1: explain(lacking('root', 'cgroups', 'containers', 'overlay')),
    L0: explain(lacking('namespaces')),
  };
  const order: readonly Level[] = ['L3', 'L2', 'L1', 'L0'];
  const allowed = order.slice(order.indexOf(most));
  const level = allowed.find((candidate) => obstacles[candidate] === undefined);
  if (!level)
    return { level: 'L0', levelReason: `No sandbox can be started here. ${obstacles[allowed[0]!]} ${obstacles.L0}` };
  if (level === most && most !== 'L3') return { level, levelReason: `No better level than ${most} was asked for.` };
  return { level, levelReason: obstacles[order[order.indexOf(level) - 1]!] ?? '' };
}

const explain = (probe: KeeperProbe | undefined): string | undefined =>
  probe && [probe.detail, probe.fix].filter(Boolean).join(' ');

/**
 * @param most take no better level than this, whatever the host can do
 * @param anew try again what did not work the last time
 */
export async function openLevel(
  dataDir: string,
  pool: string,
  { most = 'L3', anew = false }: { most?: Level | undefined; anew?: boolean } = {},
): Promise<OpenLevel> {
  const keeperDir = `${dataDir}/keeper`;
  mountPool(pool);
  const criu = findCriu(pool, process.env);
  const probes = await probeHost(keeperDir, pool, { criu, anew });
  const { level, levelReason } = chooseLevel(probes, pool, most);
  const rootless = level === 'L0';
  return {
    level,
    levelReason,
    probes: Object.values(probes),
    runtime: rootless ? new RootlessRuntime() : new RuncRuntime(`${keeperDir}/runc`, level === 'L3' ? criu : null),
    store:
      rootless || level === 'L1' ? new OverlayStore(pool, dataDir, { rootless }) : await BtrfsStore.open(pool, dataDir),
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
    images: (['base', 'desktop', 'browser', 'code-interpreter'] as const).map((name) => ({
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
    memoryCheckpoints: open.runtime.dumpsMemory,
    tracking: open.store.tracked ? 'fanotify' : 'inotify',
  };
}

function imageSizes(pool: string): Record<string, { sizeBytes?: number }> {
  try {
    return JSON.parse(readFileSync(`${pool}/.images.json`, 'utf8')) as Record<string, { sizeBytes?: number }>;
  } catch {
    return {};
  }
}
