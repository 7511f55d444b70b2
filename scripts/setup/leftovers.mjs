/** Folders of tests and benchmarks that were killed, which could not put them away themselves. */
import { spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** No run takes so long: what is younger may still be in use by another one on this machine. */
const leftoverAfterMs = 6 * 3600_000;

/** @param {string} folder usually the system's temporary one @param {number} nowMs @returns {string[]} what was removed */
export function removeLeftovers(folder, nowMs = Date.now()) {
  const removed = [];
  for (const name of readdirSync(folder)) {
    if (!/^sandglass-[a-z0-9]+-[A-Za-z0-9_-]{6}$/.test(name)) continue;
    const path = join(folder, name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found?.isDirectory() || found.uid !== process.getuid?.() || nowMs - found.mtimeMs < leftoverAfterMs) continue;
    for (const mount of mountsBelow(path)) spawnSync('umount', ['--lazy', mount], { stdio: 'ignore' });
    // What could not be unmounted is left alone.
    if (spawnSync('rm', ['-rf', '--one-file-system', '--', path], { stdio: 'ignore' }).status === 0) removed.push(path);
  }
  return removed;
}

/** Innermost first. @param {string} path */
function mountsBelow(path) {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((mount) => mount.startsWith(`${path}/`))
    .reverse();
}
