/** Debian packages: which are missing, what each is for, and how they get here. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline/promises';

/**
 * `proof`: programs (or absolute files) whose presence shows that it is there.
 * `need`: root = only with root, rootless = only without, both = always, test = only for tests.
 * @typedef {{ name: string, proof: string[], need: 'root' | 'rootless' | 'both' | 'test', why: string }} Package
 */

/** @type {Package[]} */
export const packages = [
  { name: 'runc', proof: ['runc'], need: 'root', why: 'runs sandboxes (levels L1 to L3)' },
  { name: 'btrfs-progs', proof: ['btrfs', 'mkfs.btrfs'], need: 'root', why: 'instant checkpoints (levels L2 and L3)' },
  { name: 'mmdebstrap', proof: ['mmdebstrap'], need: 'both', why: 'builds the base images' },
  { name: 'libcap2-bin', proof: ['setcap', 'getcap'], need: 'root', why: 'keeps file capabilities in the base images' },
  { name: 'iproute2', proof: ['ip'], need: 'both', why: 'networks of sandboxes' },
  { name: 'uidmap', proof: ['newuidmap'], need: 'rootless', why: 'user namespaces without root (level L0)' },
  { name: 'uidmap', proof: ['newuidmap'], need: 'test', why: 'tests of level L0' },
  { name: 'util-linux', proof: ['unshare', 'nsenter', 'mount'], need: 'both', why: 'namespaces' },
  { name: 'mount', proof: ['mount', 'losetup'], need: 'root', why: 'the disk of the sandboxes' },
  { name: 'procps', proof: ['ps'], need: 'both', why: 'process lists' },
  { name: 'xz-utils', proof: ['xz'], need: 'both', why: 'unpacks Debian packages' },
  { name: 'chromium', proof: ['chromium'], need: 'test', why: 'the browser of the tests' },
  { name: 'openssl', proof: ['openssl'], need: 'test', why: 'the certificate of the TLS test' },
  { name: 'tigervnc-standalone-server', proof: ['Xtigervnc'], need: 'test', why: 'the X server of the screen’s tests' },
  { name: 'xterm', proof: ['xterm'], need: 'test', why: 'scrolls in the screen’s tests' },
  { name: 'xdotool', proof: ['xdotool'], need: 'test', why: 'asks X for what was typed in the screen’s tests' },
  { name: 'xclip', proof: ['xclip'], need: 'test', why: 'the clipboard of the screen’s tests' },
  { name: 'asciinema', proof: ['asciinema'], need: 'test', why: 'records what a terminal’s test compares with' },
  {
    name: 'fonts-dejavu-core',
    proof: ['/usr/share/fonts/truetype/dejavu'],
    need: 'test',
    why: 'text in the tests’ pictures',
  },
];

/** @param {{ isRoot: boolean, forTests: boolean }} options @returns {Package[]} */
export function missingPackages({ isRoot, forTests }) {
  const wanted = packages.filter(
    ({ need }) => need === 'both' || need === (isRoot ? 'root' : 'rootless') || (forTests && need === 'test'),
  );
  const missing = wanted.filter(({ proof }) => !proof.every(isThere));
  return missing.filter((one, index) => missing.findIndex(({ name }) => name === one.name) === index);
}

function isThere(proof) {
  if (proof.startsWith('/')) return existsSync(proof);
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin'];
  return folders.some((folder) => isExecutable(join(folder, proof)));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function isDebian() {
  try {
    return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/**
 * Says what is missing and installs it: at once with root, after a yes with sudo.
 * @param {Package[]} missing
 * @param {{ isRoot: boolean, isYes: boolean, say(line: string): void }} options
 * @returns {Promise<boolean>} whether everything is there now.
 */
export async function installPackages(missing, { isRoot, isYes, say }) {
  if (missing.length === 0) return true;
  say('Missing Debian packages:');
  for (const { name, why } of missing) say(`  ${name.padEnd(20)}${why}`);
  const names = missing.map(({ name }) => name);
  const command = `apt-get install --yes --no-install-recommends ${names.join(' ')}`;
  if (!isDebian()) {
    say(`This is not Debian, so nothing is installed by itself. On Debian it would be: sudo ${command}`);
    return false;
  }
  if (!isRoot && !(await maySudo(command, { isYes, say }))) return false;
  const prefix = isRoot ? [] : isYes && !process.stdin.isTTY ? ['sudo', '-n'] : ['sudo'];
  if (!hasPackageLists(names)) run([...prefix, 'apt-get', 'update', '-qq']);
  say(`Installing ${names.join(', ')} …`);
  const install = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', ...command.split(' '), '-qq'];
  if (run(install) !== 0) {
    // Lists that are too old name versions the mirror no longer has.
    run([...prefix, 'apt-get', 'update', '-qq']);
    if (run(install) !== 0) {
      say(`apt-get could not install them. Run it yourself to see why: sudo ${command}`);
      return false;
    }
  }
  return true;
}

async function maySudo(command, { isYes, say }) {
  if (!isThere('sudo')) {
    say(`Without root or sudo they cannot be installed. As root: ${command}`);
    return false;
  }
  if (isYes) return true;
  if (!process.stdin.isTTY) {
    say(`To install them: sudo ${command}   (or start again with --yes)`);
    return false;
  }
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await ask.question(`Install them now with sudo? [Y/n] `);
  ask.close();
  return /^(y|yes|)$/i.test(answer.trim());
}

function hasPackageLists(names) {
  const lists = '/var/lib/apt/lists';
  if (!existsSync(lists) || !readdirSync(lists).some((name) => /_Packages(\.\w+)?$/.test(name))) return false;
  return spawnSync('apt-cache', ['show', ...names], { stdio: 'ignore' }).status === 0;
}

/** apt's own words belong on stderr: stdout is for `--json`. */
function run([program, ...args]) {
  return spawnSync(program, args, { stdio: ['inherit', 2, 2] }).status;
}
