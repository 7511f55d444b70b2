/** Whole-file writes: a temporary file beside the target, then a rename, so that nobody ever sees half a file. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type BigIntStats, constants } from 'node:fs';
import { chown, type FileHandle, lstat, mkdir, open, realpath, rename, stat, statfs, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Account } from '../accounts.ts';
import { GuestError, isOverLimit, toGuestError } from '../guestError.ts';
import { withChildScore } from '../spawning.ts';
import { loadCrypto } from './crypto.ts';
import { versionOf } from './entries.ts';
import { named, native } from './native.ts';

/** The driver knows temporary files by this and keeps them out of the file track. */
export const temporaryPrefix = '.sandglass-write-';
/** And by this, after it, that there was no such file before. */
const newMark = '+';

export interface WriteOptions {
  readonly expectedVersion?: string;
  readonly mode?: number;
  readonly parents?: boolean;
  readonly sizeBytes?: number;
}

export interface Owner {
  readonly account: Pick<Account, 'uid' | 'gid'>;
  /** Whether files can be given to it. */
  readonly give: boolean;
}

/** One write in progress. Exactly one of `commit` and `abort` ends it. */
export class PendingWrite {
  readonly #target: string;
  readonly #temporary: string;
  readonly #file: FileHandle;
  readonly #options: WriteOptions;
  #over = false;
  #settled = false;

  private constructor(target: string, temporary: string, file: FileHandle, options: WriteOptions) {
    this.#target = target;
    this.#temporary = temporary;
    this.#file = file;
    this.#options = options;
  }

  /** @throws GuestError before anything has changed: conflict, notFound, noSpace, unprocessable … */
  static async begin(path: string, options: WriteOptions, owner: Owner): Promise<PendingWrite> {
    try {
      const target = await followLink(path);
      const replaced = await findTarget(target);
      checkVersion(replaced, options.expectedVersion, path);
      const directory = dirname(target);
      if (options.parents) await makeDirectories(directory, owner);
      if (options.sizeBytes !== undefined) await checkSpace(directory, options.sizeBytes);
      const temporary = join(
        directory,
        temporaryPrefix + (replaced ? '' : newMark) + loadCrypto().randomBytes(9).toString('base64url'),
      );
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
      const file = await open(native(temporary), flags, 0o600);
      const write = new PendingWrite(target, temporary, file, options);
      try {
        if (replaced && owner.give) await file.chown(Number(replaced.uid), Number(replaced.gid));
        else if (owner.give) await file.chown(owner.account.uid, owner.account.gid);
        await file.chmod(options.mode ?? (replaced ? Number(replaced.mode & 0o7777n) : 0o644));
      } catch (error) {
        await write.abort();
        throw error;
      }
      return write;
    } catch (error) {
      throw toGuestError(error, path);
    }
  }

  get target(): string {
    return this.#target;
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#writeFrom(bytes, 0);
    } catch (error) {
      throw toGuestError(error, this.#target);
    }
  }

  /** What was just removed counts against the disk's limit until the disk has written it down: that is asked for, once. */
  async #writeFrom(bytes: Uint8Array, start: number): Promise<void> {
    let from = start;
    try {
      while (from < bytes.length) from += (await this.#file.write(bytes, from)).bytesWritten;
    } catch (error) {
      if (this.#settled || !isOverLimit(error)) throw error;
      this.#settled = true;
      await settleDisk(dirname(this.#target));
      await this.#writeFrom(bytes, from);
    }
  }

  /**
   * Puts the file in place. The caller holds the path's lock. No fsync: the sandbox's disk does not survive its host's crash
   * by more than the page cache does, and a snapshot takes dirty pages along.
   */
  async commit(): Promise<void> {
    try {
      await this.#file.close();
      checkVersion(await findTarget(this.#target), this.#options.expectedVersion, this.#target);
      await rename(native(this.#temporary), native(this.#target));
      this.#over = true;
    } catch (error) {
      await this.abort();
      throw toGuestError(error, this.#target);
    }
  }

  /** Leaves nothing behind. Repeating it is not an error. */
  async abort(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    await this.#file.close().catch(() => {});
    await unlink(native(this.#temporary)).catch(() => {});
  }
}

/** A link is written through: what it leads to is replaced, the link stays. */
async function followLink(path: string): Promise<string> {
  const found = await lstat(native(path)).catch(() => null);
  if (!found?.isSymbolicLink()) return path;
  return named(await realpath(native(path), { encoding: 'buffer' }));
}

async function findTarget(path: string): Promise<BigIntStats | null> {
  const found = await stat(native(path), { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found?.isDirectory()) throw new GuestError('unprocessable', `${path} is a directory.`);
  if (found && !found.isFile()) throw new GuestError('unprocessable', `${path} is not an ordinary file.`);
  return found;
}

function checkVersion(found: BigIntStats | null, expected: string | undefined, path: string): void {
  if (expected === undefined) return;
  if (expected === 'none') {
    if (found) throw new GuestError('conflict', `${path} exists already. Read it, then write with its version.`);
  } else if (!found) {
    throw new GuestError('conflict', `${path} was removed in the meantime.`);
  } else if (versionOf(found) !== expected) {
    throw new GuestError(
      'conflict',
      `${path} changed in the meantime. Read it again, then write with its new version.`,
    );
  }
}

async function checkSpace(directory: string, sizeBytes: number): Promise<void> {
  const disk = await statfs(native(directory));
  // What is no disk (/proc, /sys) says 0; what is wrong there is for the system to say.
  if (disk.blocks === 0) return;
  const freeBytes = disk.bavail * disk.bsize;
  if (sizeBytes > freeBytes) {
    throw new GuestError('noSpace', `${sizeBytes} bytes do not fit: the disk has ${freeBytes} bytes left.`);
  }
}

/** Makes what is missing of a directory path, for `owner`; what exists is left as it is. */
export async function makeDirectories(path: string, owner: Owner): Promise<void> {
  // `first` is the topmost one made; everything below it is new too.
  const made = await mkdir(native(path), { recursive: true, mode: 0o755 });
  if (made === undefined || !owner.give) return;
  const first = named(made as string | Buffer);
  for (let each = path; each.startsWith(first); each = dirname(each)) {
    await chown(native(each), owner.account.uid, owner.account.gid);
  }
}

const SETTLE_TIMEOUT_MS = 10_000;

/** Node has no syncfs. That it cannot be started changes nothing. */
async function settleDisk(directory: string): Promise<void> {
  const child = withChildScore(() =>
    spawn('sync', ['-f', '--', directory], {
      cwd: '/',
      stdio: 'ignore',
      timeout: SETTLE_TIMEOUT_MS,
      killSignal: 'SIGKILL',
    }),
  );
  await once(child, 'close').catch(() => {});
}
