/** Everything that must be there before a server can start: packages, npm, builds, images, criu. Each step costs next to nothing when it is done. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { staleTargets } from '../build/targets.mjs';
import { ensureImages, foreignImages, staleImages } from '../images/ensure.mjs';
import { openPool, probePoolKind } from '../images/pool.mjs';
import { progressPrinter } from '../images/progress.mjs';
import { imageNames } from '../images/recipes.mjs';
import { ensureCriu } from './criu.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { installPackages, missingPackages } from './packages.mjs';

export const isRoot = process.getuid?.() === 0;

export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** @param {{ isYes: boolean, forTests?: boolean }} options @returns {Promise<boolean>} whether no package is missing. */
export async function preparePackages({ isYes, forTests = false }) {
  const missing = missingPackages({ isRoot, forTests });
  if (missing.length === 0) return true;
  return await installPackages(missing, { isRoot, isYes, say });
}

export async function prepareBuild() {
  ensureDependencies(say);
  if (staleTargets().length === 0) return;
  // On its own: what bundlers leave behind, about a gigabyte, must not stay with a server for as long as it runs.
  const script = fileURLToPath(new URL('../build.mjs', import.meta.url));
  const { status } = spawnSync(process.execPath, [script], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('The build failed; what it said is above.');
}

/**
 * @param {{ pool: string, level?: string | undefined, names?: import('../images/recipes.mjs').ImageName[] }} options `level`: at most this one.
 * @returns {Promise<void>} @throws when an image is missing and cannot be built.
 */
export async function preparePool({ pool, level, names = imageNames }) {
  const kind = level === 'L1' ? 'directory' : probePoolKind(pool);
  openPool(pool, kind);
  if (staleImages(pool, names).length > 0) {
    const foreign = foreignImages(pool, names);
    if (foreign.length > 0)
      say(
        `The images in ${pool} (${foreign.join(', ')}) were built by the recipe of another version and are replaced now; what already runs keeps its own.\nTwo versions on one pool replace each other's images at every change of hands: give one of them a pool of its own (SANDGLASS_POOL or --pool; tests: SANDGLASS_TEST_DIR).`,
      );
    say('Building the base images from your Debian mirror (once; about two minutes) …');
    const printer = progressPrinter(process.stderr);
    try {
      await ensureImages({ pool, kind, names, onProgress: printer.show });
    } finally {
      printer.end();
    }
  }
  if (isRoot && kind === 'btrfs' && (level ?? 'L3') === 'L3') ensureCriu(pool, say);
}
