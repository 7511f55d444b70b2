/** Images that a server does not need to begin are built behind it, with what processor time is left. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../build/targets.mjs';
import { staleImages } from '../images/ensure.mjs';
import { imageNames } from '../images/recipes.mjs';

/** @param {{ pool: string, say(line: string): void }} options */
export function buildLaterImages({ pool, say }) {
  const stale = staleImages(pool, imageNames);
  if (stale.length === 0) return { stop: () => {} };
  const names = stale.join(', ');
  say(`Building the image ${names} behind the server (once; some minutes). Everything else works meanwhile.`);
  const builder = spawn(
    'nice',
    [
      ...['-n', '10', process.execPath, join(root, 'scripts/images/build.mjs'), '--pool', pool],
      ...stale.flatMap((name) => ['--only', name]),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  let isStopped = false;
  builder.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-2_000);
  });
  builder.on('error', (error) => say(`The image ${names} is not built: ${error.message}`));
  builder.on('close', (code) => {
    if (isStopped) return;
    if (code === 0) say(`The image ${names} is ready.`);
    else say(`The image ${names} is not built; what needs it says so. ${said.trim()}`);
  });
  return {
    /** Its commands end with it, and the next start begins anew. */
    stop: () => {
      isStopped = true;
      builder.kill('SIGTERM');
    },
  };
}
