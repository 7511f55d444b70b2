/** `npm run bench -- NAME [--json]`: prepares as a start would, then hands over to bench/. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../build/targets.mjs';
import { isRoot, prepareBuild, preparePackages, preparePool, say } from './prepare.mjs';
import { readSettings } from './settings.mjs';

/** @param {string[]} words @returns {Promise<number>} exit code */
export async function run(words) {
  const settings = readSettings([], process.env, isRoot);
  const main = ['bench/src/main.ts', 'bench/main.ts'].map((path) => join(root, path)).find((path) => existsSync(path));
  if (!main) {
    say('There are no benchmarks yet.');
    return 1;
  }
  await preparePackages({ isYes: settings.isYes });
  await prepareBuild();
  await preparePool({ pool: settings.pool, level: settings.values.SANDGLASS_LEVEL });
  const bench = spawnSync(process.execPath, ['--import', 'tsx', main, ...words], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...settings.values },
  });
  return bench.status ?? 1;
}
