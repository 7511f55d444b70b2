/** npm packages: installed when node_modules does not hold what the lock file says. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../build/targets.mjs';

/**
 * npm writes node_modules/.package-lock.json as its last act, so an interrupted installation counts as none.
 * @param {string} lockText package-lock.json @param {string | undefined} installedText node_modules/.package-lock.json
 */
export function holdsLock(lockText, installedText) {
  if (installedText === undefined) return false;
  const wanted = Object.entries(JSON.parse(lockText).packages);
  const installed = JSON.parse(installedText).packages;
  return wanted.every(([path, { version, integrity, link, optional, devOptional, peer }]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true;
    const found = installed[path];
    // Other platforms' binaries are never here.
    if (!found) return optional === true || devOptional === true || peer === true;
    return link === true || (found.version === version && found.integrity === integrity);
  });
}

export function areDependenciesFresh() {
  return holdsLock(read('package-lock.json') ?? '', read('node_modules/.package-lock.json'));
}

function read(path) {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

/** One that was ended from outside has said nothing itself. @param {{ status: number | null, signal: string | null }} npm */
export function whyFailed({ status, signal }) {
  if (signal) return `npm ci was ended by ${signal}: for want of memory, mostly (dmesg says so).`;
  return status === 0 ? undefined : 'npm ci failed; its own words are above.';
}

/** @param {(line: string) => void} say @throws when npm fails. */
export function ensureDependencies(say) {
  if (areDependenciesFresh()) return;
  say('Installing npm packages (once; about a minute) …');
  const startedAt = performance.now();
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (npm.error) throw new Error(`npm could not be run: ${npm.error.message}. Install npm beside Node.`);
  const cause = whyFailed(npm);
  if (cause) throw new Error(`${cause} Once the cause is gone, run the same command again.`);
  say(`Installed npm packages in ${((performance.now() - startedAt) / 1000).toFixed(0)} s.`);
}
