/**
 * The trash of the sandbox's user, as freedesktop.org describes it, so that its desktop shows the same. It lies on the sandbox's
 * own disk and counts there: after `KEEP_DAYS`, or beyond `KEEP_ITEMS`, the oldest go when something new comes.
 */
import { constants } from 'node:fs';
import { copyFile, lstat, open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { TrashItem } from '@sandglass/protocol';
import { decodeName } from '@sandglass/protocol/fileName';
import { GuestError, toGuestError } from '../guestError.ts';
import { moveEntry, removeTree } from './moving.ts';
import { named, native } from './native.ts';
import { makeDirectories, type Owner } from './writing.ts';

const KEEP_ITEMS = 500;
const KEEP_DAYS = 7;
const DAY_MS = 86_400_000;
const MOST_INFO_BYTES = 32_768;

export class Trash {
  readonly #directory: string;
  readonly #owner: () => Owner;
  readonly #now: () => number;

  constructor(home: string, owner: () => Owner, now: () => number = Date.now) {
    this.#directory = join(home, '.local/share/Trash');
    this.#owner = owner;
    this.#now = now;
  }

  /** Puts something there; with `copy` it also stays where it is (a file only). @throws GuestError */
  async put(path: string, copy: boolean): Promise<TrashItem> {
    const trash = this.#directory;
    if (path === '/' || `${trash}/`.startsWith(`${path}/`))
      throw new GuestError('unprocessable', `${path} cannot go to the trash: it holds the trash.`);
    try {
      const found = await lstat(native(path));
      for (const part of ['files', 'info']) await makeDirectories(join(trash, part), this.#owner());
      const deletedAtMs = this.#now();
      const id = await this.#reserve(path, deletedAtMs);
      const place = join(trash, 'files', id);
      try {
        if (copy) await copyFile(native(path), native(place), constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
        else await moveEntry(path, place, { overwrite: false, directory: found.isDirectory() });
      } catch (error) {
        await removeTree(this.#infoOf(id)).catch(() => {});
        throw error;
      }
      return { id, path, kind: kindOf(found), sizeBytes: found.size, deletedAtMs };
    } catch (error) {
      throw toGuestError(error, path);
    }
  }

  /** Newest first. */
  async list(): Promise<TrashItem[]> {
    const names = await readdir(native(join(this.#directory, 'files')), { encoding: 'buffer' }).catch(() => []);
    const items = await Promise.all(names.slice(0, 2 * KEEP_ITEMS).map((name) => this.#read(named(name))));
    return items.filter((item) => item !== null).sort((a, b) => b.deletedAtMs - a.deletedAtMs);
  }

  /** @returns where it is now. @throws GuestError */
  async restore(id: string, overwrite: boolean): Promise<string> {
    if (id === '' || id.includes('/') || id === '.' || id === '..')
      throw new GuestError('badRequest', 'This is not the id of something in the trash.');
    const item = await this.#read(id);
    if (!item) throw new GuestError('notFound', 'It is not in the trash any more.');
    try {
      await makeDirectories(dirname(item.path), this.#owner());
      if (overwrite) await removeTree(item.path);
      await moveEntry(join(this.#directory, 'files', id), item.path, {
        overwrite: false,
        directory: item.kind === 'directory',
      });
      await removeTree(this.#infoOf(id));
      return item.path;
    } catch (error) {
      throw toGuestError(error, item.path);
    }
  }

  async empty(): Promise<void> {
    for (const { id } of await this.list()) await this.#forget(id);
  }

  /** Makes room by the rule above. */
  async trim(): Promise<void> {
    const oldestMs = this.#now() - KEEP_DAYS * DAY_MS;
    const items = await this.list();
    for (const [at, { id, deletedAtMs }] of items.entries())
      if (at >= KEEP_ITEMS || deletedAtMs < oldestMs) await this.#forget(id);
  }

  #infoOf(id: string): string {
    return join(this.#directory, 'info', `${id}.trashinfo`);
  }

  async #forget(id: string): Promise<void> {
    await removeTree(join(this.#directory, 'files', id));
    await removeTree(this.#infoOf(id));
  }

  /** A name of its own: whoever makes the info file first has it. */
  async #reserve(path: string, atMs: number): Promise<string> {
    const place = [...decodeName(path)].map(percent).join('');
    const info = `[Trash Info]\nPath=${place}\nDeletionDate=${new Date(atMs).toISOString().slice(0, 19)}\n`;
    const { account, give } = this.#owner();
    for (let number = 1; ; number++) {
      // A name has at most 255 bytes, and `.trashinfo` is to be added to it.
      const id =
        number === 1 && basename(path).length <= 60
          ? basename(path)
          : `${[...basename(path)].slice(0, 50).join('')} ${number}`;
      if (await lstat(native(join(this.#directory, 'files', id))).catch(() => null)) continue;
      try {
        const file = await open(native(this.#infoOf(id)), 'wx', 0o600);
        try {
          await file.writeFile(info);
          if (give) await file.chown(account.uid, account.gid);
        } finally {
          await file.close();
        }
        return id;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  }

  async #read(id: string): Promise<TrashItem | null> {
    try {
      const found = await lstat(native(join(this.#directory, 'files', id)));
      const about = await stat(native(this.#infoOf(id)));
      if (!about.isFile() || about.size > MOST_INFO_BYTES) return null;
      const info = await readFile(native(this.#infoOf(id)), 'latin1');
      const path = /^Path=(\/.*)$/m.exec(info)?.[1];
      if (path === undefined) return null;
      const date = /^DeletionDate=(\S{19})$/m.exec(info)?.[1];
      const deletedAtMs = date === undefined ? Number.NaN : Date.parse(`${date}Z`);
      return {
        id,
        path: named(unpercent(path)),
        kind: kindOf(found),
        sizeBytes: found.size,
        deletedAtMs: Number.isNaN(deletedAtMs) ? about.mtimeMs : deletedAtMs,
      };
    } catch {
      return null;
    }
  }
}

function kindOf(found: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): TrashItem['kind'] {
  return found.isDirectory() ? 'directory' : found.isSymbolicLink() ? 'symlink' : found.isFile() ? 'file' : 'other';
}

const percent = (byte: number): string =>
  /[A-Za-z0-9/._~-]/.test(String.fromCharCode(byte))
    ? String.fromCharCode(byte)
    : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;

function unpercent(text: string): Buffer {
  return Buffer.from(
    text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}
