/** The operations on files. Runs as root of the sandbox, gives what it makes to `user`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { type FileHandle, link, lstat, open, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileEntry } from '@sandglass/protocol';
import type { GuestOps } from '@sandglass/protocol/guest';
import type { Accounts } from '../accounts.ts';
import { GuestError, toGuestError } from '../guestError.ts';
import { Entries } from './entries.ts';
import { PathLocks } from './pathLocks.ts';
import { makeDirectories, type Owner, PendingWrite } from './writing.ts';

export class Files {
  readonly entries: Entries;
  readonly #accounts: Accounts;
  readonly #user: string;
  readonly #locks = new PathLocks();

  constructor(accounts: Accounts, user: string) {
    this.#accounts = accounts;
    this.#user = user;
    this.entries = new Entries(accounts, accounts.find(user).home);
  }

  /** Opens an ordinary file and nothing else: opening a pipe would wait, opening a device may do something. */
  async openForReading(path: string): Promise<{ file: FileHandle; entry: FileEntry; sizeBytes: number }> {
    const absolute = this.entries.resolve(path);
    let file: FileHandle | null = null;
    try {
      checkOrdinary(await stat(absolute), absolute);
      file = await open(absolute, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
      const opened = await file.stat({ bigint: true });
      checkOrdinary(opened, absolute);
      return { file, entry: await this.entries.describeOpened(absolute, opened), sizeBytes: Number(opened.size) };
    } catch (error) {
      await file?.close().catch(() => {});
      throw toGuestError(error, absolute);
    }
  }

  beginWrite(request: GuestOps['write'][0]): Promise<PendingWrite> {
    const absolute = this.entries.resolve(request.path);
    return PendingWrite.begin(absolute, request, this.#owner());
  }

  async commitWrite(write: PendingWrite, path: string): Promise<FileEntry> {
    await this.#locks.run(write.target, () => write.commit());
    return this.entries.stat(path);
  }

  async makeDirectory(path: string): Promise<FileEntry> {
    const absolute = this.entries.resolve(path);
    try {
      await makeDirectories(absolute, this.#owner());
    } catch (error) {
      throw toGuestError(error, absolute);
    }
    return this.entries.stat(absolute);
  }

  async move({ from, to, overwrite }: GuestOps['move'][0]): Promise<FileEntry> {
    const source = this.entries.resolve(from);
    const target = this.entries.resolve(to);
    try {
      const found = await lstat(source);
      if (`${target}/`.startsWith(`${source}/`) && found.isDirectory() && target !== source) {
        throw new GuestError('unprocessable', 'A directory cannot be moved into itself.');
      }
      await this.#locks.run(target, () => moveOne(source, target, { overwrite, directory: found.isDirectory() }));
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      throw toGuestError(error, missing ? `${source} or ${dirname(target)}` : target);
    }
    return this.entries.stat(target);
  }

  async remove(path: string, recursive: boolean): Promise<void> {
    const absolute = this.entries.resolve(path);
    if (absolute === '/') throw new GuestError('unprocessable', 'The root of the sandbox cannot be removed.');
    try {
      const found = await lstat(absolute);
      if (!found.isDirectory()) await unlink(absolute);
      else if (recursive) await rm(absolute, { recursive: true, maxRetries: 3 });
      else await rmdir(absolute);
    } catch (error) {
      throw toGuestError(error, absolute);
    }
  }

  canBecome(uid: number): boolean {
    return this.#accounts.canBecome(uid);
  }

  #owner(): Owner {
    const account = this.#accounts.find(this.#user);
    return { account, give: this.#accounts.canBecome(account.uid) };
  }
}

function checkOrdinary(found: { isFile(): boolean; isDirectory(): boolean }, path: string): void {
  if (found.isDirectory()) throw new GuestError('unprocessable', `${path} is a directory.`);
  if (!found.isFile()) throw new GuestError('unprocessable', `${path} is not an ordinary file.`);
}

async function moveOne(
  source: string,
  target: string,
  kind: { overwrite: boolean; directory: boolean },
): Promise<void> {
  if (source === target) return;
  if (!kind.overwrite && (await lstat(target).catch(() => null))) {
    throw new GuestError('alreadyExists', `${target} exists already; ask to overwrite it.`);
  }
  try {
    if (kind.overwrite || kind.directory) await rename(source, target);
    else await linkThenUnlink(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await moveAcross(source, target);
  }
}

/** Unlike a rename, a link never replaces what somebody put there a moment ago. */
async function linkThenUnlink(source: string, target: string): Promise<void> {
  try {
    await link(source, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOENT' || code === 'ENOTDIR' || code === 'EXDEV') throw error;
    return rename(source, target); // links are not to be had here
  }
  await unlink(source);
}

async function moveAcross(source: string, target: string): Promise<void> {
  const child = spawn('mv', ['-T', '--', source, target], { stdio: 'ignore', cwd: '/' });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new GuestError('unprocessable', `${source} could not be moved to another file system.`);
}
