/** Moving and removing of whole trees. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { link, lstat, rename, rm, unlink } from 'node:fs/promises';
import { GuestError } from '../guestError.ts';
import { native, octal } from './native.ts';

/** What is busy for a moment is tried again. */
export const removeTree = (path: string): Promise<void> =>
  rm(native(path), { recursive: true, force: true, maxRetries: 3 });

/** Moves one file or directory, to another file system too. */
export async function moveEntry(
  source: string,
  target: string,
  kind: { overwrite: boolean; directory: boolean },
): Promise<void> {
  if (source === target) return;
  if (!kind.overwrite && (await lstat(native(target)).catch(() => null))) {
    throw new GuestError('alreadyExists', `${target} exists already; ask to overwrite it.`);
  }
  try {
    if (kind.overwrite || kind.directory) await rename(native(source), native(target));
    else await linkThenUnlink(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await moveAcross(source, target);
  }
}

/** Unlike a rename, a link never replaces what somebody put there a moment ago. */
async function linkThenUnlink(source: string, target: string): Promise<void> {
  try {
    await link(native(source), native(target));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOENT' || code === 'ENOTDIR' || code === 'EXDEV') throw error;
    return rename(native(source), native(target)); // links are not to be had here
  }
  await unlink(native(source));
}

// The dot keeps line breaks at the end of a name, which `$( )` would drop.
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
const MOVE = 'a=$(printf "%b." "$1"); b=$(printf "%b." "$2"); exec mv -T -- "${a%.}" "${b%.}"';

async function moveAcross(source: string, target: string): Promise<void> {
  const child = spawn('sh', ['-c', MOVE, 'mv', octal(source), octal(target)], { stdio: 'ignore', cwd: '/' });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new GuestError('unprocessable', `${source} could not be moved to another file system.`);
}
