/** What a file looks like from outside: stat and list. */
import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { lstat, opendir, readlink, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { FileEntry } from '@sandglass/protocol';
import type { Accounts } from '../accounts.ts';
import { GuestError, toGuestError } from '../guestError.ts';

/** A listing must fit in one message. */
const MOST_LIST_BYTES = 4 * 1024 * 1024;

export class Entries {
  readonly #accounts: Accounts;
  readonly #home: string;

  constructor(accounts: Accounts, home: string) {
    this.#accounts = accounts;
    this.#home = home;
  }

  /** Absolute, without `.` and `..`; relative paths start at home. @throws badRequest for NUL or an over-long path. */
  resolve(path: string): string {
    if (path.length === 0 || path.length > 4096) throw new GuestError('badRequest', 'A path has 1 to 4096 characters.');
    if (path.includes('\0')) throw new GuestError('badRequest', 'A path must not hold NUL.');
    return resolve(this.#home, path);
  }

  /** The entry itself: a symbolic link is described, not followed. */
  async stat(path: string): Promise<FileEntry> {
    const absolute = this.resolve(path);
    try {
      return await this.#describe(absolute, await lstat(absolute, { bigint: true }));
    } catch (error) {
      throw toGuestError(error, absolute);
    }
  }

  async list(path: string, limit: number): Promise<{ path: string; items: FileEntry[]; truncated: boolean }> {
    const absolute = this.resolve(path);
    const items: FileEntry[] = [];
    let bytes = 0;
    try {
      const directory = await opendir(absolute);
      for await (const { name } of directory) {
        if (items.length >= limit || bytes > MOST_LIST_BYTES) return { path: absolute, items, truncated: true };
        const child = join(absolute, name);
        const entry = await lstat(child, { bigint: true }).then(
          (found) => this.#describe(child, found),
          () => null, // removed while we were looking
        );
        if (!entry) continue;
        items.push(entry);
        bytes += 400 + 2 * Buffer.byteLength(entry.path);
      }
    } catch (error) {
      throw toGuestError(error, absolute);
    }
    return { path: absolute, items, truncated: false };
  }

  /** `found` describes `path`; for an open file it is what was opened. */
  async describeOpened(path: string, found: BigIntStats): Promise<FileEntry> {
    return this.#describe(path, found);
  }

  async #describe(path: string, found: BigIntStats): Promise<FileEntry> {
    const link = found.isSymbolicLink();
    const target = link ? await readlink(path).catch(() => null) : null;
    const reached = link ? await stat(path, { bigint: true }).catch(() => null) : null;
    return {
      name: basename(path) || '/',
      path,
      kind: link ? 'symlink' : found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other',
      sizeBytes: Number(found.size),
      mode: Number(found.mode & 0o7777n),
      user: this.#accounts.userName(Number(found.uid)),
      group: this.#accounts.groupName(Number(found.gid)),
      modifiedAtMs: Number(found.mtimeNs / 1_000_000n),
      // A link is read and written through, so its version is that of what it leads to.
      version: versionOf(reached ?? found),
      target,
      targetKind: !link
        ? null
        : !reached
          ? 'missing'
          : reached.isFile()
            ? 'file'
            : reached.isDirectory()
              ? 'directory'
              : 'other',
    };
  }
}

/** Opaque; changes with content and metadata. */
export function versionOf(found: BigIntStats): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = found;
  return createHash('sha1').update(`${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`).digest('base64url');
}
