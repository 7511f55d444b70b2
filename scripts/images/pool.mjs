/**
 * Where images and sandboxes live. `btrfs`: a sparse loop file POOL.img mounted at POOL, images are subvolumes (levels L3, L2);
 * `directory`: a plain folder owned by the sandboxes' shifted uids (L1); `rootless`: the same inside a user's own uid map (L0).
 * The keeper mounts POOL.img by the same rule: `mount -o loop,noatime POOL.img POOL` unless POOL is a mount point already.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** @typedef {'btrfs' | 'directory' | 'rootless'} PoolKind */

const gigabyte = 1024 ** 3;
/** Base, browser and desktop together, with room for one rebuild beside them. */
const leastBytes = 6 * gigabyte;
const mostBytes = 512 * gigabyte;

/** Size of the sparse file: all a sandbox pool may ever take, at most 60 % of what is free now.
 * @param {number} freeBytes @returns {number} @throws when the disk is too full for the images. */
export function poolSizeBytes(freeBytes) {
  const bytes = Math.floor((freeBytes * 0.6) / gigabyte) * gigabyte;
  if (bytes < leastBytes) {
    const needed = Math.ceil(leastBytes / 0.6 / gigabyte);
    throw new Error(
      `The disk has ${(freeBytes / gigabyte).toFixed(1)} GB free; images and sandboxes need at least ${needed} GB. Free some, or choose another place with --pool.`,
    );
  }
  return Math.min(bytes, mostBytes);
}

/** @param {string} pool @param {PoolKind} kind */
export function openPool(pool, kind) {
  mkdirSync(dirname(pool), { recursive: true, mode: 0o711 });
  mkdirSync(pool, { recursive: true });
  if (kind === 'btrfs') mountPool(pool);
  // The sandboxes' mapped root must pass through, and has no business listing. The keeper narrows it further.
  if (!existsSync(join(pool, '.owners'))) chmodSync(pool, kind === 'rootless' ? 0o700 : 0o711);
  mkdirSync(join(pool, '.owners'), { recursive: true });
}

function mountPool(pool) {
  if (isMountPoint(pool)) return;
  const image = `${pool}.img`;
  if (!existsSync(image)) {
    const { bavail, bsize } = statfsSync(dirname(pool));
    const unfinished = `${image}.new`;
    rmSync(unfinished, { force: true });
    const file = openSync(unfinished, 'w', 0o600);
    ftruncateSync(file, poolSizeBytes(bavail * bsize));
    closeSync(file);
    run('mkfs.btrfs', ['-q', '-L', 'sandglass', unfinished]);
    renameSync(unfinished, image);
  }
  run('mount', ['-o', 'loop,noatime', image, pool]);
}

export function isMountPoint(path) {
  return existsSync(path) && statSync(path).dev !== statSync(dirname(path)).dev;
}

function run(command, args) {
  const done = spawnSync(command, args, { encoding: 'utf8' });
  if (done.error) throw new Error(`${command} could not be run: ${done.error.message}`);
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${(done.stderr || done.stdout).trim()}`);
  return done.stdout;
}

/** Which kind this user can have here: tried, not guessed. @param {string} pool @returns {PoolKind} */
export function probePoolKind(pool) {
  if (process.getuid?.() !== 0) return 'rootless';
  if (isMountPoint(pool) && filesystemOf(pool) === 'btrfs') return 'btrfs';
  if (existsSync(`${pool}.img`)) return 'btrfs';
  if (existsSync(join(pool, '.images.json'))) return 'directory';
  const trial = `${pool}.trial`;
  try {
    mkdirSync(trial, { recursive: true });
    const file = openSync(`${trial}.img`, 'w', 0o600);
    ftruncateSync(file, gigabyte);
    closeSync(file);
    run('mkfs.btrfs', ['-q', `${trial}.img`]);
    run('mount', ['-o', 'loop,noatime', `${trial}.img`, trial]);
    run('umount', [trial]);
    return 'btrfs';
  } catch {
    return 'directory';
  } finally {
    rmSync(`${trial}.img`, { force: true });
    rmSync(trial, { recursive: true, force: true });
  }
}

function filesystemOf(path) {
  return spawnSync('stat', ['-f', '-c', '%T', path], { encoding: 'utf8' }).stdout.trim();
}

/** @typedef {Record<string, { digest: string, sizeBytes: number, builtAtMs: number }>} BuiltImages */

/** @param {string} pool @returns {BuiltImages} */
export function readBuilt(pool) {
  try {
    return JSON.parse(readFileSync(join(pool, '.images.json'), 'utf8'));
  } catch {
    return {};
  }
}

/** @param {string} pool @param {BuiltImages} built */
export function writeBuilt(pool, built) {
  const path = join(pool, '.images.json');
  writeFileSync(`${path}.new`, `${JSON.stringify(built, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}
