/** What a file looks like from outside: stat and list. */

import type { BigIntStats } from 'node:fs';
import { lstat, readlink, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { FileEntry, FileListing } from '@sandglass/protocol';
import type { Accounts } from '../accounts.ts';
import { GuestError, toGuestError } from '../guestError.ts';
import { loadCrypto } from './crypto.ts';
import { indexAfter, Listing } from './listing.ts';
import { named, native } from './native.ts';

/** A listing must fit in one message. */
const MOST_LIST_BYTES = 4 * 1024 * 1024;
/** As many as there are threads for files, and some waiting. */
const AT_ONCE = 16;

export class Entries {
  readonly #accounts: Accounts;
  readonly #home: string;
  readonly #listing = new Listing();

  constructor(accounts: Accounts, home: string) {
    this.#accounts = accounts;
    this.#home = home;
  }

  /** Absolute, without `.` and `..`; relative paths start at home, unless told. @throws badRequest for NUL or an over-long path. */
  resolve(path: string, from = this.#home): string {
    if (path.length === 0 || path.length > 4096) throw new GuestError('badRequest', 'A path has 1 to 4096 characters.');
    if (path.includes('\0')) throw new GuestError('badRequest', 'A path must not hold NUL.');
    return resolve(from, path);
  }

  /** The entry itself: a symbolic link is described, not followed. */
  async stat(path: string, from?: string): Promise<FileEntry> {
    const absolute = this.resolve(path, from);
    try {
      return await this.#describe(absolute, await lstat(native(absolute), { bigint: true }));
    } catch (error) {
      throw toGuestError(error, absolute);
    }
  }

  async list(path: string, limit: number, after?: string): Promise<FileListing> {
    const absolute = this.resolve(path);
    try {
      const names = await this.#listing.names(absolute);
      const items: FileEntry[] = [];
      let bytes = 0;
      let at = indexAfter(names, after);
      while (at < names.length && items.length < limit && bytes < MOST_LIST_BYTES) {
        const many = names.slice(at, at + Math.min(AT_ONCE, limit - items.length));
        at += many.length;
        for (const entry of await Promise.all(many.map((name) => this.#look(join(absolute, name.slice(1)))))) {
          if (!entry) continue;
          items.push(entry);
          bytes += 400 + 2 * Buffer.byteLength(entry.path);
        }
      }
      const next = at < names.length ? (names[at - 1] ?? null) : null;
      return { path: absolute, items, truncated: next !== null, next, total: names.length };
    } catch (error) {
      throw toGuestError(error, absolute);
    }
  }

  /** Null for what was removed meanwhile. */
  async #look(path: string): Promise<FileEntry | null> {
    const found = await lstat(native(path), { bigint: true }).catch(() => null);
    return found && this.#describe(path, found);
  }

  /** `found` describes `path`; for an open file it is what was opened. */
  async describeOpened(path: string, found: BigIntStats): Promise<FileEntry> {
    return this.#describe(path, found);
  }

  async #describe(path: string, found: BigIntStats): Promise<FileEntry> {
    const link = found.isSymbolicLink();
    const target = link ? await readlink(native(path), { encoding: 'buffer' }).then(named, () => null) : null;
    const reached = link ? await stat(native(path), { bigint: true }).catch(() => null) : null;
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
  return loadCrypto().createHash('sha1').update(`${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`).digest('base64url');
}
