/** Level of the host → what its sandboxes can do, and what they get when nothing is asked for. */

import type { KeeperInfo } from '@sandglass/keeper';
import type { Capabilities, ImageName, Limits } from '@sandglass/protocol';

export const imageScreens = {
  base: 'none',
  desktop: 'rfb',
  browser: 'rfb',
  'code-interpreter': 'none',
} as const satisfies Record<ImageName, Capabilities['screen']>;

export function capabilitiesOf(info: KeeperInfo, image: ImageName): Capabilities {
  const rootless = info.level === 'L0';
  const instant = info.level === 'L3' || info.level === 'L2';
  return {
    isolation: rootless ? 'process' : 'container',
    freeze: rootless ? 'stop' : 'memory',
    checkpoint: { files: instant ? 'instant' : 'copy', memory: info.memoryCheckpoints },
    terminals: 'persistent',
    screen: imageScreens[image],
    egress: 'enforced',
    limits: info.limits,
    tracking: info.tracking,
  };
}

const wanted: Readonly<Record<ImageName, Limits>> = {
  base: { cpus: 2, memoryMb: 2048, diskMb: 10_240, pids: 512 },
  // Chromium alone is ten processes and some hundred threads.
  desktop: { cpus: 2, memoryMb: 4096, diskMb: 20_480, pids: 2048 },
  browser: { cpus: 2, memoryMb: 4096, diskMb: 20_480, pids: 2048 },
  'code-interpreter': { cpus: 2, memoryMb: 2048, diskMb: 10_240, pids: 512 },
};

/** Never more than the host has. */
export function defaultLimits(info: KeeperInfo, image: ImageName): Limits {
  const { cpus, memoryMb, diskMb, pids } = wanted[image];
  return {
    cpus: Math.min(cpus, info.host.cpus),
    memoryMb: Math.max(64, Math.min(memoryMb, info.host.memoryMb)),
    diskMb: Math.max(64, Math.min(diskMb, info.host.diskFreeMb)),
    pids,
  };
}
