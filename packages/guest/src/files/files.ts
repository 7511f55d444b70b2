/** The operations on files. Runs as root of the sandbox, gives what it makes to `user`. */
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileEntry, FileFailure, TrashItem } from '@sandglass/protocol';
import type { GuestOps } from '@sandglass/protocol/guest';
import type { Accounts } from '../accounts.ts';
import { GuestError, toGuestError } from '../guestError.ts';
import { Entries } from './entries.ts';
import { moveEntry, removeTree } from './moving.ts';
import { native } from './native.ts';
import { PathLocks } from './pathLocks.ts';
import { Trash } from './trash.ts';
import { makeDirectories, type Owner, PendingWrite } from './writing.ts';

export class Files {
  readonly entries: Entries;
  readonly #accounts: Accounts;
  readonly #user: string;
  readonly #locks = new PathLocks();
  readonly #trash: Trash;

  constructor(accounts: Accounts, user: string) {
    this.#accounts = accounts;
    this.#user = user;
    const { home } = accounts.find(user);
    this.entries = new Entries(accounts, home);
    this.#trash = new Trash(home, () => this.#owner());
  }

  /** Opens an ordinary file and nothing else: opening a pipe would wait, opening a device may do something. */
  async openForReading(path: string): Promise<{ file: FileHandle; entry: FileEntry; sizeBytes: number }> {
    const absolute = this.entries.resolve(path);
    let file: FileHandle | null = null;
    try {
      checkOrdinary(await stat(native(absolute)), absolute);
      file = await open(native(absolute), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
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
    return PendingWrite.begin(absolute, request, this.#owner(request.user));
  }

  async commitWrite(write: PendingWrite, path: string): Promise<FileEntry> {
    await this.#locks.run(write.target, () => write.commit());
    return this.entries.stat(path);
  }

  async makeDirectory(path: string, user?: string): Promise<FileEntry> {
    const absolute = this.entries.resolve(path);
    try {
      await makeDirectories(absolute, this.#owner(user));
    } catch (error) {
      throw toGuestError(error, absolute);
    }
    return this.entries.stat(absolute);
  }

  async move({ from, to, overwrite }: GuestOps['move'][0]): Promise<FileEntry> {
    const source = this.entries.resolve(from);
    const target = this.entries.resolve(to);
    try {
      const found = await lstat(native(source));
      if (`${target}/`.startsWith(`${source}/`) && found.isDirectory() && target !== source) {
        throw new GuestError('unprocessable', 'A directory cannot be moved into itself.');
      }
      await this.#locks.run(target, () => moveEntry(source, target, { overwrite, directory: found.isDirectory() }));
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
      const found = await lstat(native(absolute));
      if (!found.isDirectory()) await unlink(native(absolute));
      else if (recursive) await removeTree(absolute);
      else await rmdir(native(absolute));
    } catch (error) {
      throw toGuestError(error, absolute);
    }
  }

  /** What can go goes; the rest is told. */
  async trash(paths: readonly string[], copy: boolean): Promise<GuestOps['trash'][1]> {
    const done = await each(paths, (path) => this.#trash.put(this.entries.resolve(path), copy));
    await this.#trash.trim().catch(() => {});
    return done;
  }

  listTrash(): Promise<TrashItem[]> {
    return this.#trash.list();
  }

  restoreTrash(ids: readonly string[], overwrite: boolean): Promise<GuestOps['restoreTrash'][1]> {
    return each(ids, async (id) => this.entries.stat(await this.#trash.restore(id, overwrite)));
  }

  async emptyTrash(): Promise<void> {
    await this.#trash.empty();
  }

  canBecome(uid: number): boolean {
    return this.#accounts.canBecome(uid);
  }

  #owner(user = this.#user): Owner {
    const account = this.#accounts.find(user);
    return { account, give: this.#accounts.canBecome(account.uid) };
  }
}

/** One after the other; a failure does not keep the others. */
async function each<T>(
  subjects: readonly string[],
  act: (subject: string) => Promise<T>,
): Promise<{ items: T[]; failed: FileFailure[] }> {
  const items: T[] = [];
  const failed: FileFailure[] = [];
  for (const subject of subjects) {
    try {
      items.push(await act(subject));
    } catch (error) {
      const { code, message } = toGuestError(error, subject);
      failed.push({ path: subject, code, message: message.slice(0, 1000) });
    }
  }
  return { items, failed };
}

function checkOrdinary(found: { isFile(): boolean; isDirectory(): boolean }, path: string): void {
  if (found.isDirectory()) throw new GuestError('unprocessable', `${path} is a directory.`);
  if (!found.isFile()) throw new GuestError('unprocessable', `${path} is not an ordinary file.`);
}
