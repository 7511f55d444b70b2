/**
 * A criu that can be tried: the host's own where it works, else Debian's newest one in a small tree of its own (with its own C
 * library and loader, so nothing of the host changes). Only level L3 needs it; without it everything else goes on.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostApt } from '../images/apt.mjs';

const suite = 'sid';
const triplets = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/** Where the keeper looks, after $SANDGLASS_CRIU and before the PATH. @param {string} pool */
export function criuPath(pool) {
  return join(`${pool}.criu`, 'criu');
}

/** @param {string} program */
function isUsable(program) {
  const check = spawnSync(program, ['check'], { encoding: 'utf8', timeout: 20_000 });
  return check.status === 0;
}

/**
 * @param {string} pool
 * @param {(line: string) => void} say
 * @returns {boolean} whether there is one to try. Never throws: what is lost is memory checkpoints alone.
 */
export function ensureCriu(pool, say) {
  const wrapper = criuPath(pool);
  if (existsSync(wrapper)) return true;
  if (hasFailedLately(pool)) return false;
  if (isUsable('criu')) return true;
  try {
    say('Fetching criu for memory checkpoints (once) …');
    build(`${pool}.criu`);
    if (!isUsable(wrapper)) throw new Error('it does not run on this kernel');
    return true;
  } catch (error) {
    rmSync(`${pool}.criu`, { recursive: true, force: true });
    writeFileSync(failureFile(pool), error.message);
    say(`No criu that works here (${error.message.split('\n')[0]}): checkpoints hold files, not memory (level L2).`);
    return false;
  }
}

const failureFile = (pool) => `${pool}.criu-failed`;
const retryAfterMs = 24 * 3600_000;

function hasFailedLately(pool) {
  const file = failureFile(pool);
  if (!existsSync(file)) return false;
  if (Date.now() - statSync(file).mtimeMs < retryAfterMs) return true;
  rmSync(file);
  return false;
}

function build(folder) {
  const triplet = triplets[process.arch];
  if (!triplet) throw new Error(`there is none for ${process.arch}`);
  const host = hostApt();
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const tree = join(fresh, 'tree');
  const keyrings = join(fresh, 'keyrings');
  mkdirSync(keyrings);
  for (const keyring of host.keyrings) spawnSync('cp', [keyring, keyrings]);
  const options = host.options.flatMap((option) => ['--aptopt', option]);
  const mirror = host.sources[0].split(' ')[1];
  const made = spawnSync(
    'mmdebstrap',
    [
      ...[
        '--mode=root',
        '--variant=extract',
        '--format=directory',
        '--include=criu',
        '--keyring',
        keyrings,
        ...options,
      ],
      ...['--aptopt=APT::Install-Recommends "false"', suite, tree, `deb ${mirror} ${suite} main`],
    ],
    { encoding: 'utf8', timeout: 300_000 },
  );
  if (made.status !== 0) throw new Error(made.error?.message ?? lastError(made.stderr));
  const libraries = ['usr/lib', 'lib']
    .map((part) => join('tree', part, triplet))
    .filter((path) => existsSync(join(fresh, path)));
  const loader = findLoader(join(fresh, 'tree'), triplet);
  const program = ['usr/sbin/criu', 'usr/bin/criu', 'sbin/criu'].find((path) => existsSync(join(tree, path)));
  if (!program) throw new Error('the package holds no criu');
  writeFileSync(
    join(fresh, 'criu'),
    `#!/bin/sh\nhere=$(dirname "$(readlink -f "$0")")\nexec "$here/tree/${loader}" --library-path "${libraries.map((path) => `$here/${path}`).join(':')}" "$here/tree/${program}" "$@"\n`,
  );
  chmodSync(join(fresh, 'criu'), 0o755);
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
}

function findLoader(tree, triplet) {
  for (const folder of ['usr/lib64', 'lib64', `usr/lib/${triplet}`, `lib/${triplet}`, 'usr/lib', 'lib']) {
    if (!existsSync(join(tree, folder))) continue;
    const name = readdirSync(join(tree, folder)).find((entry) => /^ld-linux.*\.so\.\d$/.test(entry));
    if (name) return join(folder, name);
  }
  throw new Error('the tree holds no loader');
}

function lastError(text) {
  const lines = text.split('\n').filter((line) => /^E:/.test(line));
  return lines.at(-1) ?? text.trim().split('\n').at(-1) ?? 'mmdebstrap failed';
}
