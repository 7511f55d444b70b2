/** What this host can really do: each level is tried, not guessed from what is installed. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { release, userInfo } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { isBtrfs } from './btrfs.ts';
import { SHIFT } from './bundle.ts';
import { cgroupVersion } from './cgroup.ts';
import { closeFd, openPidfd } from './native.ts';
import { bootId } from './record.ts';
import { AS_MAPPED_ROOT, RootlessRuntime } from './rootless.ts';
import { RuncRuntime } from './runc.ts';
import type { Running, Runtime } from './runtime.ts';
import type { KeeperProbe } from './verbs.ts';

export type ProbeName = 'root' | 'cgroups' | 'containers' | 'btrfs' | 'overlay' | 'namespaces' | 'criu';

export async function probeHost(
  keeperDir: string,
  pool: string,
  { criu, anew }: { criu: string | null; anew: boolean },
): Promise<Readonly<Record<ProbeName, KeeperProbe>>> {
  const isRoot = process.getuid!() === 0;
  const version = cgroupVersion();
  const kept = (name: ProbeName) => `${keeperDir}/probe-${name}.json`;
  const containers = await cached(kept('containers'), ['runc'], () => probeContainers(keeperDir, isRoot));
  return {
    root: isRoot
      ? { name: 'root', ok: true, detail: 'The keeper has root.' }
      : {
          name: 'root',
          ok: false,
          detail: 'The keeper runs without root.',
          fix: 'Start it with sudo for cgroup limits, instant checkpoints and a real freeze.',
        },
    cgroups: version
      ? { name: 'cgroups', ok: true, detail: `Control groups version ${version}.` }
      : {
          name: 'cgroups',
          ok: false,
          detail: 'No control groups at /sys/fs/cgroup.',
          fix: 'Mount them, or start the host with them.',
        },
    containers,
    criu: whyNoCriu(criu, { isRoot, containers: containers.ok }) ?? (await tryCriu(keeperDir, criu!, anew)),
    btrfs: isBtrfs(pool)
      ? { name: 'btrfs', ok: true, detail: 'The pool is a btrfs file system.' }
      : await cached(kept('btrfs'), ['mkfs.btrfs'], () => probeBtrfs(keeperDir, isRoot)),
    overlay: await cached(kept('overlay'), [], () => probeOverlay(keeperDir, isRoot)),
    namespaces: await cached(kept('namespaces'), ['unshare'], () => probeNamespaces(keeperDir, isRoot)),
  };
}

/** A machine that was only too busy gets another try. */
const BAD_HOLDS_MS = 24 * 3_600_000;

/**
 * A good answer holds for this boot and these programs; a bad one is asked again each time, since someone may have fixed it,
 * unless it `rests`: then the same programs on the same kernel are asked again only the next day, or `anew`.
 */
export async function cached(
  path: string,
  programs: readonly string[],
  probe: () => Promise<KeeperProbe>,
  { rests = false, anew = false, nowMs = Date.now() } = {},
): Promise<KeeperProbe> {
  const versions = programs.map((program) => [program, versionOf(program)]);
  const key = JSON.stringify([bootId(), release(), process.version, versions]);
  try {
    const stored = JSON.parse(readFileSync(path, 'utf8')) as { key: string; atMs: number; probe: KeeperProbe };
    const holds = stored.probe.ok || (!anew && nowMs < stored.atMs + BAD_HOLDS_MS);
    if (stored.key === key && holds) return stored.probe;
  } catch {}
  const result = await probe();
  if (result.ok || rests) writeFileSync(path, JSON.stringify({ key, atMs: nowMs, probe: result }));
  return result;
}

function versionOf(program: string): string | null {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8', timeout: 5_000 });
  return status === 0 ? (stdout.split('\n')[0] ?? '') : null;
}

async function probeContainers(keeperDir: string, isRoot: boolean): Promise<KeeperProbe> {
  const name = 'containers';
  const version = versionOf('runc');
  if (!isRoot) return { name, ok: false, detail: 'runc needs root here.', fix: 'Start it with sudo.' };
  if (!version) return { name, ok: false, detail: 'runc is not installed.', fix: 'apt-get install runc' };
  try {
    await twice(() => selfTest(`${keeperDir}/selftest`, new RuncRuntime(`${keeperDir}/runc`)));
    return { name, ok: true, detail: `${version}: started, froze, thawed, listened inside and ended one.` };
  } catch (error) {
    return {
      name,
      ok: false,
      detail: `${version}: ${(error as Error).message}`,
      fix: 'Look at the message; `npm run doctor` tries again.',
    };
  }
}

async function probeNamespaces(keeperDir: string, isRoot: boolean): Promise<KeeperProbe> {
  const name = 'namespaces';
  if (isRoot) return { name, ok: false, detail: 'Not tried: with root, containers are used instead.' };
  try {
    await twice(() => selfTest(`${keeperDir}/selftest`, new RootlessRuntime()));
    return { name, ok: true, detail: 'Started, stopped, resumed, listened inside and ended a sandbox without root.' };
  } catch (error) {
    const detail = (error as Error).message;
    const fix = /newuidmap|newgidmap|subuid|map-auto|subordinate/i.test(detail)
      ? `apt-get install uidmap, then (as root) usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${userInfo().username}`
      : 'Unprivileged user namespaces must be allowed (sysctl kernel.unprivileged_userns_clone=1).';
    return { name, ok: false, detail, fix };
  }
}

function whyNoCriu(
  criu: string | null,
  { isRoot, containers }: { isRoot: boolean; containers: boolean },
): KeeperProbe | null {
  const name = 'criu';
  if (!isRoot) return { name, ok: false, detail: 'Memory checkpoints need root.', fix: 'Start it with sudo.' };
  if (!containers) return { name, ok: false, detail: 'Not tried: containers do not work here.' };
  if (criu) return null;
  return {
    name,
    ok: false,
    detail: 'There is no criu, on which memory checkpoints rest.',
    fix: '`npm start` fetches one; or install one that fits this kernel (4.2 or newer for Linux 6.16 and later).',
  };
}

/** Costs most of a second, and one that does not fit this kernel does not fit it at the next start either. */
const tryCriu = (keeperDir: string, criu: string, anew: boolean): Promise<KeeperProbe> =>
  cached(`${keeperDir}/probe-criu.json`, ['runc', criu], () => probeCriu(keeperDir, criu), { rests: true, anew });

async function probeCriu(keeperDir: string, criu: string): Promise<KeeperProbe> {
  const name = 'criu';
  const fix =
    'Install a criu that fits this kernel (4.2 or newer for Linux 6.16 and later); `npm run doctor` tries it again.';
  const runtime = new RuncRuntime(`${keeperDir}/runc`, criu);
  try {
    // A listening socket is what most pairs of kernel and criu stumble over.
    const program = [
      '/usr/bin/perl',
      '-MSocket',
      '-e',
      'socket(S,2,1,0);bind(S,sockaddr_in(9,INADDR_LOOPBACK));listen(S,1);sleep 1 while 1',
    ];
    const bringBack = async (sandbox: Running, spec: Spec) => {
      const images = `${spec.runDir}/images`;
      await listening(sandbox.pid, 9);
      await runtime.freeze(sandbox);
      await runtime.dump(sandbox, spec.runDir, images);
      runtime.thaw(sandbox);
      const copy = { ...spec, id: `${spec.id}copy`, runDir: `${spec.runDir}/copy`, memoryFrom: images };
      mkdirSync(copy.runDir);
      await holding(runtime, copy, async (restored) => {
        (await runtime.connect(restored, 9)).destroy();
      });
    };
    await twice(() => selfTest(`${keeperDir}/selftest`, runtime, program, bringBack));
    return { name, ok: true, detail: `${versionOf(criu)}: wrote a sandbox's memory and brought it back as another.` };
  } catch (error) {
    return { name, ok: false, detail: `${versionOf(criu)}: ${(error as Error).message}`, fix };
  }
}

/** A machine that is too busy for a moment must not lose its level for that. */
async function twice(work: () => Promise<void>): Promise<void> {
  await work().catch(() => work());
}

const LISTENING_WITHIN_MS = 10_000;

/** A program takes its time until it listens. Asked of the kernel: a connection nobody accepts could not be written down. */
async function listening(pid: number, port: number): Promise<void> {
  const line = new RegExp(`:${port.toString(16).padStart(4, '0').toUpperCase()} [0-9A-F:]+ 0A `);
  const untilMs = performance.now() + LISTENING_WITHIN_MS;
  while (!line.test(readFileSync(`/proc/${pid}/net/tcp`, 'utf8'))) {
    if (performance.now() > untilMs) throw new Error('the program of the self-test did not start to listen');
    await setTimeout(10);
  }
}

type Spec = Parameters<Runtime['start']>[0];

async function holding(runtime: Runtime, spec: Spec, work: (sandbox: Running) => Promise<void>): Promise<void> {
  const pid = await runtime.start(spec);
  const sandbox = { id: spec.id, pid, pidfd: openPidfd(pid), netFd: openSync(`/proc/${pid}/ns/net`, 'r') };
  try {
    await work(sandbox);
  } finally {
    await runtime.end(spec.id, spec.runDir, sandbox);
    closeFd(sandbox.pidfd);
    closeSync(sandbox.netFd);
  }
}

/** Runs a program of the host in a real sandbox and does to it what a keeper does. */
export async function selfTest(
  directory: string,
  runtime: Runtime,
  program: readonly string[] = ['/usr/bin/sleep', '60'],
  more: (sandbox: Running, spec: Spec) => Promise<void> = async () => {},
): Promise<void> {
  const id = `sbx_selftest${String(process.pid).replace(/./g, (digit) => 'abcdefghij'[Number(digit)]!)}`;
  const runDir = `${directory}-${process.pid}`;
  const rootfs = `${runDir}/root`;
  for (const name of ['usr', 'proc', 'sys', 'dev', 'tmp']) mkdirSync(`${rootfs}/${name}`, { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, `${rootfs}/${name}`);
  for (const name of ['upper', 'work', 'merged']) mkdirSync(`${runDir}/${name}`);
  const overlay = `userxattr,lowerdir=${rootfs},upperdir=${runDir}/upper,workdir=${runDir}/work`;
  const rootless = runtime instanceof RootlessRuntime;
  // As images are: a restore makes a folder in there as the sandbox's root.
  if (!rootless) for (const path of [rootfs, `${rootfs}/tmp`]) chownSync(path, SHIFT, SHIFT);
  const spec: Spec = {
    id,
    runDir,
    tree: rootless ? { path: `${runDir}/merged`, overlay } : { path: rootfs },
    limits: { cpus: 1, memoryMb: 64, diskMb: 16, pids: 256 },
    args: program,
    env: ['PATH=/usr/bin:/bin'],
    binds: [{ from: '/usr', to: '/usr' }],
  };
  try {
    await holding(runtime, spec, async (sandbox) => {
      await runtime.freeze(sandbox);
      runtime.thaw(sandbox);
      (await runtime.listen(sandbox, 48_099)).close();
      await more(sandbox, spec);
    });
  } finally {
    if (rootless) spawnSync(AS_MAPPED_ROOT[0]!, [...AS_MAPPED_ROOT.slice(1), 'rm', '-rf', runDir], { stdio: 'ignore' });
    rmSync(runDir, { recursive: true, force: true });
  }
}

async function probeOverlay(keeperDir: string, isRoot: boolean): Promise<KeeperProbe> {
  const name = 'overlay';
  if (!isRoot) return { name, ok: false, detail: 'Not tried: without root, each sandbox mounts its own.' };
  const directory = `${keeperDir}/selftest-overlay-${process.pid}`;
  try {
    for (const part of ['lower', 'upper', 'work', 'merged']) mkdirSync(`${directory}/${part}`, { recursive: true });
    const layers = `lowerdir=${directory}/lower,upperdir=${directory}/upper,workdir=${directory}/work`;
    const options = `index=on,nfs_export=on,${layers}`;
    execFileSync('mount', ['-t', 'overlay', '-o', options, 'overlay', `${directory}/merged`], { stdio: 'pipe' });
    execFileSync('umount', [`${directory}/merged`], { stdio: 'pipe' });
    return { name, ok: true, detail: 'An overlay could be mounted.' };
  } catch (error) {
    return {
      name,
      ok: false,
      detail: `An overlay could not be mounted: ${(error as Error).message.trim()}`,
      fix: 'The data directory must be on a disk that overlays can lie on (ext4, xfs, btrfs).',
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function probeBtrfs(keeperDir: string, isRoot: boolean): Promise<KeeperProbe> {
  const name = 'btrfs';
  if (!isRoot) return { name, ok: false, detail: 'Mounting needs root.', fix: 'Start it with sudo.' };
  if (!versionOf('mkfs.btrfs'))
    return { name, ok: false, detail: 'btrfs-progs is not installed.', fix: 'apt-get install btrfs-progs' };
  const image = `${keeperDir}/selftest-${process.pid}.img`;
  const mount = `${keeperDir}/selftest-${process.pid}.mount`;
  try {
    mkdirSync(mount);
    execFileSync('truncate', ['-s', '128M', image]);
    execFileSync('mkfs.btrfs', ['-q', image], { stdio: 'pipe' });
    execFileSync('mount', ['-o', 'loop', image, mount], { stdio: 'pipe' });
    execFileSync('umount', [mount], { stdio: 'pipe' });
    return { name, ok: true, detail: 'A btrfs file system could be made and mounted.' };
  } catch (error) {
    return {
      name,
      ok: false,
      detail: `A btrfs file system could not be made and mounted: ${(error as Error).message.trim()}`,
      fix: 'The kernel needs btrfs and a free loop device (modprobe btrfs loop).',
    };
  } finally {
    rmSync(image, { force: true });
    rmSync(mount, { recursive: true, force: true });
  }
}

/** Mounts the pool's file where the pool is, unless that has been done. */
export function mountPool(pool: string): void {
  if (process.getuid!() !== 0 || !existsSync(`${pool}.img`) || isBtrfs(pool)) return;
  mkdirSync(pool, { recursive: true });
  execFileSync('mount', ['-o', 'loop,noatime', `${pool}.img`, pool], { stdio: 'pipe' });
}
