/** A sandbox's control group, on cgroup v2 and on the older split hierarchies (also when both are mounted: runc then uses the older). */
import { existsSync, readdirSync, readFileSync, rmdirSync, statfsSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Refusal } from './errors.ts';
import type { KeeperLimits } from './verbs.ts';

const TOP = '/sys/fs/cgroup';
const CGROUP2 = 0x63677270;
const PARENT = 'sandglass';
/** Mostly it takes well under a millisecond; on a machine with far more to do than processors, a process may wait long for its turn to stop. */
const FREEZE_TIMEOUT_MS = 5_000;

/** Null: this host has no usable control groups. */
export function cgroupVersion(): 1 | 2 | null {
  try {
    if (statfsSync(TOP).type === CGROUP2) return 2;
    return existsSync(`${TOP}/freezer`) && existsSync(`${TOP}/memory`) ? 1 : null;
  } catch {
    return null;
  }
}

const version = cgroupVersion();

/** As it stands in the OCI configuration. */
export const cgroupPath = (id: string): string => `/${PARENT}/${id}`;

const directory = (controller: string, id: string): string =>
  version === 2 ? `${TOP}/${PARENT}/${id}` : `${TOP}/${controller}/${PARENT}/${id}`;

const read = (controller: string, id: string, file: string): string =>
  readFileSync(`${directory(controller, id)}/${file}`, 'latin1').trim();
const write = (controller: string, id: string, file: string, value: string): void =>
  writeFileSync(`${directory(controller, id)}/${file}`, value);
const field = (text: string, name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);

export const hasCgroup = (id: string): boolean => version !== null && existsSync(directory('freezer', id));

export function processesIn(id: string): number[] {
  try {
    return read('freezer', id, 'cgroup.procs').split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

export function isFrozen(id: string): boolean {
  try {
    return version === 2
      ? field(read('', id, 'cgroup.events'), 'frozen') === 1
      : read('freezer', id, 'freezer.state') === 'FROZEN';
  } catch {
    return false;
  }
}

/** Resolves when every process stands still. A fork storm can leave the older freezer undecided for ever: it is thawed and asked again. */
export async function freezeCgroup(id: string): Promise<void> {
  const deadline = performance.now() + FREEZE_TIMEOUT_MS;
  let patience = 50;
  for (let attempt = 1, asked = 0; ; attempt++, asked++) {
    if (version === 2) {
      if (attempt === 1) write('', id, 'cgroup.freeze', '1');
    } else {
      // Later each time: what only waits for its turn to stop would begin anew.
      if (asked > patience) {
        write('freezer', id, 'freezer.state', 'THAWED');
        asked = 0;
        patience *= 2;
      }
      write('freezer', id, 'freezer.state', 'FROZEN');
    }
    if (isFrozen(id)) return;
    if (performance.now() > deadline) {
      thawCgroup(id);
      throw new Refusal(
        'timeout',
        `The sandbox could not be frozen within ${FREEZE_TIMEOUT_MS / 1_000} s: a process of it waits in the kernel. Retry.`,
      );
    }
    // The first tries spin.
    if (attempt > 20) await delay(1);
  }
}

export function thawCgroup(id: string): void {
  if (version === 2) write('', id, 'cgroup.freeze', '0');
  else write('freezer', id, 'freezer.state', 'THAWED');
}

export function limitCgroup(id: string, limits: KeeperLimits): void {
  // Before anything is changed. The older hierarchies would refuse it themselves, the newer one makes room by ending processes.
  if (readCgroup(id).memoryBytes > limits.memoryMb * 2 ** 20) throw usesMore(limits.memoryMb);
  const bytes = String(limits.memoryMb * 2 ** 20);
  const quota = String(Math.round(limits.cpus * 100_000));
  write('pids', id, 'pids.max', String(limits.pids));
  if (version === 2) {
    write('', id, 'cpu.max', `${quota} 100000`);
    write('', id, 'memory.max', bytes);
    return;
  }
  write('cpu', id, 'cpu.cfs_quota_us', quota);
  const swap = 'memory.memsw.limit_in_bytes';
  const swapCounted = existsSync(`${directory('memory', id)}/${swap}`);
  const grows = Number(read('memory', id, 'memory.limit_in_bytes')) < Number(bytes);
  try {
    // Memory with swap may never be below memory alone: raise it first, lower it last.
    if (swapCounted && grows) write('memory', id, swap, bytes);
    write('memory', id, 'memory.limit_in_bytes', bytes);
    if (swapCounted && !grows) write('memory', id, swap, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
    throw usesMore(limits.memoryMb);
  }
}

const usesMore = (memoryMb: number): Refusal =>
  new Refusal(
    'limitExceeded',
    `The sandbox uses more than ${memoryMb} MiB of memory now. End some of its processes first.`,
  );

/** `memoryBytes` leaves out file pages the kernel would drop at once. */
export function readCgroup(id: string): {
  cpuUsec: number;
  memoryBytes: number;
  memoryLimitBytes: number | null;
  pids: number;
} {
  const stat = read('memory', id, 'memory.stat');
  const [used, limit, idle] =
    version === 2
      ? [read('', id, 'memory.current'), read('', id, 'memory.max'), field(stat, 'inactive_file')]
      : [
          read('memory', id, 'memory.usage_in_bytes'),
          read('memory', id, 'memory.limit_in_bytes'),
          field(stat, 'total_inactive_file'),
        ];
  return {
    cpuUsec:
      version === 2
        ? field(read('', id, 'cpu.stat'), 'usage_usec')
        : Math.round(Number(read('cpuacct', id, 'cpuacct.usage')) / 1_000),
    memoryBytes: Math.max(0, Number(used) - idle),
    memoryLimitBytes: limit === 'max' || Number(limit) > 2 ** 60 ? null : Number(limit),
    pids: Number(read('pids', id, 'pids.current')),
  };
}

/** Whether the kernel ended a process of it for want of memory. */
export function hasRunOutOfMemory(id: string): boolean {
  try {
    return (
      field(version === 2 ? read('', id, 'memory.events') : read('memory', id, 'memory.oom_control'), 'oom_kill') > 0
    );
  } catch {
    return false;
  }
}

/** Ends every process in it, frozen or forking, and waits until the last has gone. */
export async function emptyCgroup(id: string): Promise<void> {
  if (!hasCgroup(id)) return;
  if (version === 2 && existsSync(`${directory('', id)}/cgroup.kill`)) write('', id, 'cgroup.kill', '1');
  for (let attempt = 0; attempt < 2_000; attempt++) {
    const left = processesIn(id);
    for (const pid of left) killIfThere(pid);
    thawCgroup(id);
    if (left.length === 0) return;
    await delay(attempt < 50 ? 1 : 10);
  }
  throw new Refusal('timeout', 'Processes of the sandbox do not end: they wait in the kernel. Retry the kill.');
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {}
}

/** Removes the (empty) group from every hierarchy, with groups made below it. */
export async function removeCgroup(id: string): Promise<void> {
  if (version === null) return;
  const tops = version === 2 ? [TOP] : readdirSync(TOP).map((controller) => `${TOP}/${controller}`);
  for (const top of tops) {
    const path = `${top}/${PARENT}/${id}`;
    // A dead process leaves its group a moment after it left the list.
    for (let attempt = 0; existsSync(path); attempt++) {
      try {
        removeTree(path);
      } catch (error) {
        if (attempt > 500) throw error;
        await delay(2);
      }
    }
  }
}

function removeTree(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) removeTree(`${path}/${entry.name}`);
  rmdirSync(path);
}

/** Ids of the sandboxes that have a group here, of whichever data directory. */
export function listCgroups(): string[] {
  try {
    return readdirSync(version === 2 ? `${TOP}/${PARENT}` : `${TOP}/freezer/${PARENT}`).filter((name) =>
      name.includes('_'),
    );
  } catch {
    return [];
  }
}
