/** Images that a server does not need to begin are built behind it, with what processor time is left. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../build/targets.mjs';
import { staleImages } from '../images/ensure.mjs';
import { imageNames } from '../images/recipes.mjs';

/** @typedef {import('../images/recipes.mjs').ImageName} ImageName */

/**
 * Says when it begins and how it ended. One that fails, or is stopped, is begun anew by the next start.
 * @param {{ pool: string, say(line: string): void, findStale?: typeof staleImages, build?: typeof startBuild }} options
 */
export function buildLaterImages({ pool, say, findStale = staleImages, build = startBuild }) {
  const stale = findStale(pool, imageNames);
  if (stale.length === 0) return { stop: () => {} };
  const names = stale.join(', ');
  say(`Building the image ${names} behind the server (once; some minutes). Everything else works meanwhile.`);
  const builder = build(pool, stale);
  let said = '';
  let isOver = false;
  const end = (line) => {
    if (isOver) return;
    isOver = true;
    say(line);
  };
  builder.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-2_000);
  });
  builder.on('error', (error) => end(`The image ${names} is not built: ${error.message}`));
  builder.on('close', (code) =>
    end(
      code === 0
        ? `The image ${names} is ready.`
        : `The image ${names} is not built; what needs it says so. ${lastLines(said)}`.trim(),
    ),
  );
  return {
    /** Its commands end with it, and the next start begins anew. */
    stop: () => {
      isOver = true;
      builder.kill('SIGTERM');
    },
  };
}

/** @param {string} pool @param {ImageName[]} names */
function startBuild(pool, names) {
  const only = names.flatMap((name) => ['--only', name]);
  return spawn(
    'nice',
    ['-n', '10', process.execPath, join(root, 'scripts/images/build.mjs'), '--pool', pool, ...only],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
}

/** Without the progress before them, which is no news any more. */
const lastLines = (text) =>
  text
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== '' && !/^\s*[\w-]+: \d+ %/.test(line))
    .slice(-5)
    .join('\n')
    .trim();
