/** `node scripts/build.mjs [--force] [target…]`: builds what is stale. Needs node_modules; `setup.mjs` calls it after `npm ci`. */
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { buildTarget } from './build/bundle.mjs';
import { staleTargets, targets } from './build/targets.mjs';

/**
 * @param {{ force?: boolean, only?: string[], say(line: string): void }} options
 * @returns {Promise<void>} @throws with the compiler's own words and the name of what failed.
 */
async function buildStale({ force = false, only, say }) {
  const wanted = (force ? targets : staleTargets()).filter((target) => !only || only.includes(target.name));
  for (const target of wanted) {
    const startedAt = performance.now();
    try {
      await buildTarget(target);
    } catch (error) {
      throw new Error(`Building ${target.name} failed:\n${stripVTControlCharacters(error.message)}`);
    }
    say(`Built ${target.name} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const words = process.argv.slice(2);
  const only = words.filter((word) => !word.startsWith('--'));
  try {
    await buildStale({ force: words.includes('--force'), ...(only.length > 0 ? { only } : {}), say: console.error });
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
