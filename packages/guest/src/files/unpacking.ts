/**
 * An archive on its way in. It is unpacked into a hidden folder inside its target and put in place by links when all of it is there:
 * one that breaks off, is broken, or finds the disk full leaves everything as it was.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { chown, type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GuestError, toGuestError } from '../guestError.ts';
import { withChildScore } from '../spawning.ts';
import { native } from './native.ts';
import { startTar } from './tar.ts';
import { temporaryPrefix } from './writing.ts';

const STAGED = '/proc/self/fd/3';
const TARGET = '/proc/self/fd/4';
const MOST_COMPLAINT_BYTES = 2048;
let count = 0;
const FOLDER_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY;

export interface Unpacking {
  write(bytes: Buffer): Promise<void>;
  finish(): Promise<void>;
  /** Leaves nothing behind. */
  abort(): Promise<void>;
}

export async function startUnpacking(path: string, canBecome: (uid: number) => boolean): Promise<Unpacking> {
  const folder = await Folder.open(path, canBecome);
  try {
    const { child, done } = await startTar('unpack', folder.staged, canBecome);
    const stdin = child.stdin!;
    return {
      write: (bytes) =>
        new Promise((resolve) => {
          // tar ended early: its own complaint is what `finish` rejects with.
          if (stdin.destroyed) resolve();
          else stdin.write(bytes, () => resolve());
        }),
      finish: async () => {
        stdin.end();
        await done;
        await folder.place();
        await folder.close();
      },
      abort: async () => {
        child.kill('SIGKILL');
        await done.catch(() => {});
        await folder.close();
      },
    };
  } catch (error) {
    await folder.close();
    throw error;
  }
}

/** The target and the hidden folder in it. */
class Folder {
  readonly staged: string;
  readonly #name: string;
  readonly #target: FileHandle;
  readonly #stage: FileHandle;
  readonly #ids: { uid?: number; gid?: number };

  private constructor(parts: { staged: string; name: string; target: FileHandle; stage: FileHandle; ids: object }) {
    this.staged = parts.staged;
    this.#name = parts.name;
    this.#target = parts.target;
    this.#stage = parts.stage;
    this.#ids = parts.ids;
  }

  static async open(path: string, canBecome: (uid: number) => boolean): Promise<Folder> {
    try {
      const found = await stat(native(path));
      if (!found.isDirectory()) throw new GuestError('unprocessable', `${path} is not a directory.`);
      const { uid, gid, mode } = found;
      // Unique is enough: one that exists already is not taken over.
      const name = `${temporaryPrefix}${Date.now().toString(36)}-${count++}`;
      const staged = join(path, name);
      // The mode is what the target is left with when the archive says nothing of it.
      await mkdir(native(staged), mode & 0o7777);
      const ids = uid !== 0 && canBecome(uid) ? { uid, gid } : {};
      if ('uid' in ids) await chown(native(staged), uid, gid);
      const target = await open(native(path), FOLDER_FLAGS);
      return new Folder({ staged, name, target, stage: await open(native(staged), FOLDER_FLAGS), ids });
    } catch (error) {
      throw toGuestError(error, path);
    }
  }

  /** By links, which need no room; where a part of the target is on another file system, by copies. */
  async place(): Promise<void> {
    const put = (...how: string[]) =>
      this.#run(['cp', '--archive', ...how, '--remove-destination', '-T', `${STAGED}/.`, `${TARGET}/.`], this.#ids);
    let complaint = await put('--link');
    if (/cross-device/i.test(complaint)) complaint = await put();
    if (complaint === '') return;
    const why = complaint.replaceAll(`${TARGET}/./`, '').slice(0, 300).trim();
    throw new GuestError(
      /No space left|quota exceeded/i.test(complaint) ? 'noSpace' : 'unprocessable',
      `The archive was unpacked, but not all of it could be put in its place; what is not named here was: ${why}`,
    );
  }

  async close(): Promise<void> {
    await this.#run(['rm', '-rf', '--one-file-system', `${TARGET}/${this.#name}`], {});
    await Promise.all([this.#stage.close(), this.#target.close()]);
  }

  /** What it complained of; nothing when it went well. */
  async #run([program, ...args]: [string, ...string[]], ids: { uid?: number; gid?: number }): Promise<string> {
    const child: ChildProcess = withChildScore(() =>
      spawn(program, args, {
        cwd: '/',
        env: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' },
        stdio: ['ignore', 'ignore', 'pipe', this.#stage.fd, this.#target.fd],
        ...ids,
      }),
    );
    let complaint = '';
    child.stderr!.on('data', (bytes: Buffer) => {
      if (complaint.length < MOST_COMPLAINT_BYTES) complaint += bytes.toString('utf8');
    });
    const [code] = (await once(child, 'close').catch((error: Error) => [error.message])) as [number | string | null];
    return code === 0 ? '' : complaint || `${program}: ${code}`;
  }
}
