/** Folders as tar streams, by the sandbox's own tar. It acts as the owner of the folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { GuestError, toGuestError } from '../guestError.ts';
import { withChildScore } from '../spawning.ts';
import { native } from './native.ts';

const FOLDER = '/proc/self/fd/3';
const MOST_COMPLAINT_BYTES = 2048;

export interface Tar {
  readonly child: ChildProcess;
  /** Rejects when tar failed. */
  readonly done: Promise<void>;
}

export async function startTar(
  direction: 'pack' | 'unpack',
  path: string,
  canBecome: (uid: number) => boolean,
): Promise<Tar> {
  const found = await stat(native(path)).catch((error: unknown) => {
    throw toGuestError(error, path);
  });
  if (!found.isDirectory()) throw new GuestError('unprocessable', `${path} is not a directory.`);
  const ids = found.uid !== 0 && canBecome(found.uid) ? { uid: found.uid, gid: found.gid } : {};
  const args =
    direction === 'pack'
      ? ['-C', FOLDER, '--ignore-failed-read', '--warning=no-file-changed', '-cf', '-', '.']
      : ['-C', FOLDER, '--no-same-owner', '-xf', '-'];
  // Given as an open directory: its path may hold bytes that no argument of Node's can.
  const folder = await open(native(path), constants.O_RDONLY | constants.O_DIRECTORY);
  const child = withChildScore(() =>
    spawn('tar', args, {
      cwd: '/',
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' },
      stdio: [direction === 'pack' ? 'ignore' : 'pipe', direction === 'pack' ? 'pipe' : 'ignore', 'pipe', folder.fd],
      ...(direction === 'pack' ? {} : ids),
    }),
  );
  const done = follow(child, direction);
  done.catch(() => {});
  await folder.close();
  return { child, done };
}

async function follow(child: ChildProcess, direction: 'pack' | 'unpack'): Promise<void> {
  let complaint = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    if (complaint.length < MOST_COMPLAINT_BYTES) complaint += bytes.toString('utf8');
  });
  child.stdin?.on('error', () => {});
  const [code] = (await once(child, 'close').catch((error: unknown) => {
    throw toGuestError(error, 'tar');
  })) as [number | null];
  // 1 = a file changed while it was read: what we have is still a tar stream.
  if (code === 0 || (code === 1 && direction === 'pack')) return;
  if (/No space left|quota exceeded/i.test(complaint))
    throw new GuestError('noSpace', 'The disk of the sandbox is full; nothing was unpacked.');
  if (/Permission denied/i.test(complaint)) throw new GuestError('forbidden', 'Permission denied in this folder.');
  throw new GuestError('unprocessable', `tar could not finish: ${complaint.slice(0, 300).trim() || `status ${code}`}`);
}
