/** The workshop, of `packages/ui` and of the panes' states, as a folder of files, for the tests that go through every story. Not part of a build for users. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { digestOf, isFresh, stamp } from './stale.mjs';
import { root } from './targets.mjs';

export const storybookFolder = join(root, 'packages/ui/storybook-static');

/** @param {(line: string) => void} say @returns {Promise<void>} @throws with the compiler's own words */
export async function buildStorybook(say) {
  const read = ['package-lock.json', 'tsconfig.base.json', 'scripts/build', 'packages/ui', 'apps/web/src'];
  const digest = digestOf(root, read, { withTests: true });
  if (isFresh(storybookFolder, digest)) return;
  const startedAt = performance.now();
  const packageFile = createRequire(join(root, 'packages/ui/package.json')).resolve('storybook/package.json');
  const program = join(dirname(packageFile), 'dist/bin/dispatcher.js');
  await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, 'build', '--quiet', '--disable-telemetry', '-o', storybookFolder], {
      cwd: join(root, 'packages/ui'),
      env: { ...process.env, STORYBOOK_DISABLE_TELEMETRY: '1', CI: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    child.once('error', reject);
    // Its warnings are about code of others; its words matter only when it fails.
    child.once('close', (code) =>
      code === 0 ? resolve(undefined) : reject(new Error(`Building the stories failed:\n${said}`)),
    );
  });
  stamp(storybookFolder, digest);
  say(`Built the stories in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
}
