/** Everything a sandbox may leave on its host, found by its id. Root's view: without root most of it does not exist. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

const CGROUPS = '/sys/fs/cgroup';

/** Undefined where it is gone already: processes end while one looks. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

const names = (path: string): string[] => attempt(() => readdirSync(path)) ?? [];
const processes = () => names('/proc').filter((name) => /^\d+$/.test(name));

/** Host pids of a sandbox, by its control group. */
export function processesOf(id: string): number[] {
  return processes()
    .filter((pid) => attempt(() => readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.includes(`/${id}`))
    .map(Number);
}

/** Names of the network namespaces of a sandbox's processes, e.g. `net:[4026532000]`. */
export function networksOf(id: string): string[] {
  return [...new Set(processesOf(id).flatMap((pid) => attempt(() => readlinkSync(`/proc/${pid}/ns/net`)) ?? []))];
}

/** What keeps a network namespace alive: processes in it, and open descriptors of it. */
function holdersOf(network: string): string[] {
  return processes().flatMap((pid) => [
    ...(attempt(() => readlinkSync(`/proc/${pid}/ns/net`)) === network ? [`process ${pid} in ${network}`] : []),
    ...names(`/proc/${pid}/fd`).flatMap((fd) =>
      attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) === network ? [`process ${pid} holds ${network}`] : [],
    ),
  ]);
}

function cgroupsOf(id: string): string[] {
  const tops = [CGROUPS, ...names(CGROUPS).map((name) => `${CGROUPS}/${name}`)];
  return tops.map((top) => `${top}/sandglass/${id}`).filter((path) => existsSync(path));
}

export interface Traces {
  readonly dataDir: string;
  readonly pool: string;
  /** Of sandboxes and checkpoints. */
  readonly ids: readonly string[];
  /** Seen while they lived. */
  readonly networks: readonly string[];
}

/** Each thing that is left, in words; empty when there is nothing. */
export function findTraces({ dataDir, pool, ids, networks }: Traces): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const subvolumes = spawnSync('btrfs', ['subvolume', 'list', pool], { encoding: 'utf8' }).stdout ?? '';
  const folders = ['keeper/run', 'keeper/runc', 'server/local/secrets', 'server/local/warm'];
  const owned = names(`${pool}/.owners`).filter(
    (id) => attempt(() => readFileSync(`${pool}/.owners/${id}`, 'utf8'))?.trim() === dataDir,
  );
  return [
    ...ids.flatMap((id) => [
      ...mounts.filter((line) => line.includes(id)).map((line) => `mount ${line}`),
      ...cgroupsOf(id).map((path) => `cgroup ${path}`),
      ...processesOf(id).map((pid) => `process ${pid}`),
      ...(subvolumes.split('\n').some((line) => line.includes(id)) ? [`subvolume ${id}`] : []),
      ...(existsSync(`${pool}/${id}`) ? [`tree ${id}`] : []),
    ]),
    ...networks.flatMap(holdersOf),
    ...owned.map((id) => `owner of ${id}`),
    ...folders.flatMap((folder) => names(`${dataDir}/${folder}`).map((name) => `${folder}/${name}`)),
  ];
}
