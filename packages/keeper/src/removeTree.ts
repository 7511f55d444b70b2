/** Removes a tree of either store: a pool on btrfs may hold folders from a time at level L1, and one at L1 may lie on btrfs. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { deleteSubvolume, isSubvolume } from './btrfs.ts';

const run = promisify(execFile);

export async function removeTree(path: string): Promise<void> {
  if (isSubvolume(path)) {
    await deleteSubvolume(path).catch((error: NodeJS.ErrnoException) => {
      // Another keeper that sweeps the same pool was faster.
      if (error.code !== 'ENOENT') throw error;
    });
  } else if (existsSync(path)) {
    unmount(`${path}/merged`);
    // Follows no link, and stays in this file system.
    await run('rm', ['-rf', '--one-file-system', path]);
  }
}

function unmount(path: string): void {
  if (!readFileSync('/proc/self/mounts', 'utf8').includes(` ${path} `)) return;
  // The last process may hold it for a moment after its end; lazily it goes when that has let go.
  execFileSync('umount', ['--lazy', path], { stdio: 'pipe' });
}
