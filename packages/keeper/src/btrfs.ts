/** Btrfs by ioctl: a tenth of the time of its command-line tool, which a busy host pays for every create and checkpoint. */
import { closeSync, existsSync, lstatSync, openSync, statfsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { ioctlAside } from './native.ts';

const write = (number: number, size: number) => 0x40000000 + size * 0x10000 + 0x9400 + number;
const read = (number: number, size: number) => 0x80000000 + size * 0x10000 + 0x9400 + number;
const both = (number: number, size: number) => 0xc0000000 + size * 0x10000 + 0x9400 + number;
const SNAP_CREATE_V2 = write(23, 4096);
const SUBVOL_CREATE = write(14, 4096);
const SNAP_DESTROY = write(15, 4096);
const SUBVOL_SETFLAGS = write(26, 8);
const SYNC = 0x9408;
const TREE_SEARCH = both(17, 4096);
const INO_LOOKUP = both(18, 4096);
const SNAP_DESTROY_V2 = write(63, 4096);
const QUOTA_CTL = both(40, 16);
const QGROUP_LIMIT = read(43, 48);
const READ_ONLY = 2n;
const BY_ID = 16n;

const BTRFS = 0x9123683e;
/** The root of every subvolume has this inode number. */
const SUBVOLUME_INODE = 256;

export const isBtrfs = (path: string): boolean => existsSync(path) && statfsSync(path).type === BTRFS;

export function isSubvolume(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.ino === SUBVOLUME_INODE && isBtrfs(path);
}

async function on<T>(path: string, work: (fd: number) => Promise<T>): Promise<T> {
  const fd = openSync(path, 'r');
  try {
    return await work(fd);
  } finally {
    closeSync(fd);
  }
}

export const createSubvolume = (path: string): Promise<void> =>
  on(dirname(path), (parent) => {
    const argument = Buffer.alloc(4096);
    argument.write(basename(path), 8);
    return ioctlAside(`create subvolume ${basename(path)}`, parent, SUBVOL_CREATE, argument);
  });

/** O(1) whatever its size, but it flushes what is dirty: `syncFilesystem` first keeps it short. */
export const snapshotSubvolume = (from: string, to: string, options: { readOnly: boolean }): Promise<void> =>
  on(from, (source) =>
    on(dirname(to), (parent) => {
      const argument = Buffer.alloc(4096);
      argument.writeBigInt64LE(BigInt(source), 0);
      argument.writeBigUInt64LE(options.readOnly ? READ_ONLY : 0n, 16);
      argument.write(basename(to), 56);
      return ioctlAside(`snapshot ${basename(from)}`, parent, SNAP_CREATE_V2, argument);
    }),
  );

/** With those inside it, told by number: their names and paths are the sandbox's, and nothing there is opened. */
export const deleteSubvolume = (path: string): Promise<void> =>
  on(dirname(path), async (parent) => {
    const argument = Buffer.alloc(4096);
    argument.write(basename(path), 8);
    const destroy = () => ioctlAside(`delete subvolume ${basename(path)}`, parent, SNAP_DESTROY, argument);
    try {
      await destroy();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
      await deleteInside(parent, await on(path, subvolumeId));
      await destroy();
    }
  });

async function deleteInside(fd: number, id: bigint): Promise<void> {
  for (let inner = await findInside(fd, id); inner !== null; inner = await findInside(fd, id)) {
    await deleteInside(fd, inner);
    const argument = Buffer.alloc(4096);
    argument.writeBigUInt64LE(BY_ID, 16);
    argument.writeBigUInt64LE(inner, 56);
    await ioctlAside(`delete subvolume ${inner}`, fd, SNAP_DESTROY_V2, argument);
  }
}

export const makeWritable = (path: string): Promise<void> =>
  on(path, (fd) => ioctlAside('make writable', fd, SUBVOL_SETFLAGS, Buffer.alloc(8)));

export const syncFilesystem = (path: string): Promise<void> =>
  on(path, (fd) => ioctlAside('sync', fd, SYNC, Buffer.alloc(8)));

async function subvolumeId(fd: number): Promise<bigint> {
  const argument = Buffer.alloc(4096);
  argument.writeBigUInt64LE(256n, 8);
  await ioctlAside('subvolume id', fd, INO_LOOKUP, argument);
  return argument.readBigUInt64LE(0);
}

const ENABLE_QUOTA = 1n;
const ENABLE_SIMPLE_QUOTA = 4n;

/** Simple quotas (Linux 6.7) cost next to nothing; the older kind counts shared extents at every commit. Returns which was taken. */
export async function enableQuota(pool: string): Promise<'simple' | 'full'> {
  const enable = (kind: bigint) =>
    on(pool, (fd) => {
      const argument = Buffer.alloc(16);
      argument.writeBigUInt64LE(kind, 0);
      return ioctlAside('enable quota', fd, QUOTA_CTL, argument);
    });
  try {
    await enable(ENABLE_SIMPLE_QUOTA);
    return 'simple';
  } catch (error) {
    // EINVAL: an older kernel, or the pool has the older kind already.
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
    await enable(ENABLE_QUOTA);
    return 'full';
  }
}

const LIMIT_EXCLUSIVE = 2n;

/** No more than `sizeBytes` of data that this subvolume shares with no other. */
export const limitSubvolume = (path: string, sizeBytes: number): Promise<void> =>
  on(path, (fd) => {
    const argument = Buffer.alloc(48);
    argument.writeBigUInt64LE(LIMIT_EXCLUSIVE, 8);
    argument.writeBigUInt64LE(BigInt(sizeBytes), 24);
    return ioctlAside('limit disk', fd, QGROUP_LIMIT, argument);
  });

const ROOT_TREE = 1n;
const ROOT_REFERENCE = 156;
const QUOTA_TREE = 8n;
const QGROUP_INFO = 242;
const MAX = 0xffffffffffffffffn;

interface Search {
  readonly tree: bigint;
  readonly type: number;
  readonly object: bigint;
  /** First and last. */
  readonly offsets: readonly [bigint, bigint];
}

/** The first item of its kind, with a header of 32 bytes { transaction, object, offset, type, length }; null where there is none. */
async function findItem(fd: number, { tree, type, object, offsets }: Search): Promise<Buffer | null> {
  const argument = Buffer.alloc(4096);
  [tree, object, object, ...offsets, 0n, MAX].forEach((value, index) => {
    argument.writeBigUInt64LE(value, index * 8);
  });
  argument.writeUInt32LE(type, 56);
  argument.writeUInt32LE(type, 60);
  argument.writeUInt32LE(1, 64);
  await ioctlAside('search', fd, TREE_SEARCH, argument);
  return argument.readUInt32LE(64) === 0 ? null : argument.subarray(104);
}

async function findInside(fd: number, id: bigint): Promise<bigint | null> {
  const found = await findItem(fd, { tree: ROOT_TREE, type: ROOT_REFERENCE, object: id, offsets: [0n, MAX] });
  return found?.readBigUInt64LE(16) ?? null;
}

/** Bytes of data only this subvolume holds, from the quota tree; null where quotas are off. */
export const exclusiveBytes = (path: string): Promise<number | null> =>
  on(path, async (fd) => {
    const id = await subvolumeId(fd);
    const search = { tree: QUOTA_TREE, type: QGROUP_INFO, object: 0n, offsets: [id, id] } as const;
    const found = await findItem(fd, search).catch(() => null);
    // { generation, referenced, …compressed, exclusive, … }.
    return found && Number(found.readBigUInt64LE(32 + 24));
  });
