/** Builds the base images that are missing or stale, one after the other; an image appears whole or not at all. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostApt, withoutCredentials } from './apt.mjs';
import { aptProgress } from './aptProgress.mjs';
import { holdLock } from './lock.mjs';
import { mappedFrom, shiftOwnership } from './ownership.mjs';
import { openPool, readBuilt, writeBuilt } from './pool.mjs';
import { imageNames, overlaysOf, recipeDigest, recipes } from './recipes.mjs';
import { asOne, asOwner, inTree, run } from './tree.mjs';

/**
 * @typedef {import('./recipes.mjs').ImageName} ImageName
 * @typedef {import('./pool.mjs').PoolKind} PoolKind
 * @typedef {{ image: ImageName, percent: number, bytes: number, totalBytes: number, step: string }} Progress
 */

/** Names of `names`, and what they stand on, that are not built as their recipe says. @param {string} pool @param {ImageName[]} names */
export function staleImages(pool, names) {
  const wanted = new Set();
  for (const name of names) for (let at = name; at; at = recipes[at].from) wanted.add(at);
  const built = readBuilt(pool);
  return imageNames.filter(
    (name) =>
      wanted.has(name) && !(built[name]?.digest === recipeDigest(name) && existsSync(join(pool, `img_${name}`))),
  );
}

/** Of the stale ones, those that another recipe built: a pool shared by two versions. @param {string} pool @param {ImageName[]} names */
export function foreignImages(pool, names) {
  const built = readBuilt(pool);
  return staleImages(pool, names).filter((name) => built[name] && existsSync(join(pool, `img_${name}`)));
}

/**
 * @param {{ pool: string, kind: PoolKind, names: ImageName[], onProgress(progress: Progress): void }} options
 * @returns {Promise<ImageName[]>} what was built. @throws with the cause and the path of the log.
 */
export async function ensureImages({ pool, kind, names, onProgress }) {
  openPool(pool, kind);
  if (staleImages(pool, names).length === 0) return [];
  const lock = await holdLock(`${pool}.building`);
  try {
    const stale = staleImages(pool, names);
    for (const name of stale) await new ImageBuild(pool, kind, name, onProgress).run();
    return stale;
  } finally {
    lock.release();
  }
}

class ImageBuild {
  #pool;
  #name;
  #recipe;
  #kind;
  #rootless;
  #tree;
  #log;
  #onProgress;
  /** @type {string[]} folders that only the build needs */
  #leftovers = [];
  #progress = { percent: 0, bytes: 0, totalBytes: 0 };

  /** @param {string} pool @param {PoolKind} kind @param {ImageName} name @param {(progress: Progress) => void} onProgress */
  constructor(pool, kind, name, onProgress) {
    this.#pool = pool;
    this.#name = name;
    this.#recipe = recipes[name];
    this.#kind = kind;
    this.#rootless = kind === 'rootless';
    this.#tree = join(pool, `.build_${name}`);
    this.#log = join(pool, `.build_${name}.log`);
    this.#onProgress = onProgress;
  }

  async run() {
    let step = '';
    const at = (percent, words) => {
      step = words;
      this.#report(percent, words);
    };
    try {
      rmSync(this.#log, { force: true });
      at(0, 'preparing');
      await this.#remove(this.#tree);
      const apt = this.#writeApt();
      if (this.#recipe.from) {
        await this.#copyFrom(this.#recipe.from);
        at(4, 'installing packages');
        await this.#installPackages(apt);
      } else {
        at(2, 'installing packages');
        await this.#bootstrap(apt);
      }
      at(90, 'setting up');
      await this.#configure(apt.host);
      at(94, 'moving to the sandbox’s own uids');
      const sizeBytes = await this.#shiftIn();
      at(98, 'publishing');
      await this.#publish(sizeBytes);
      at(100, 'ready');
    } catch (error) {
      await this.#remove(this.#tree).catch(() => {});
      throw new Error(
        `The image ${this.#name} could not be built (${step}): ${error.message}\nThe whole log: ${this.#log}\nNothing half-built was kept; run the same command again once the cause is gone.`,
      );
    } finally {
      for (const folder of this.#leftovers) rmSync(folder, { recursive: true, force: true });
    }
  }

  #report(percent, step) {
    this.#progress.percent = percent;
    this.#onProgress({ image: this.#name, ...this.#progress, step });
  }

  #run(command, options = {}) {
    return run(command, { log: this.#log, ...options });
  }

  #asOwner(command) {
    return this.#run(asOwner(this.#rootless, command));
  }

  /** A folder that stands in for the tree's /etc/apt while packages are installed. */
  #writeApt() {
    const host = hostApt();
    // Without root, apt runs with a uid that may not look into the user's pool.
    const folder = mkdtempSync(join(this.#rootless ? tmpdir() : this.#pool, '.sandglass-apt-'));
    this.#leftovers.push(folder);
    chmodSync(folder, 0o755);
    for (const part of ['apt.conf.d', 'preferences.d', 'sources.list.d', 'trusted.gpg.d'])
      mkdirSync(join(folder, part), { recursive: true });
    writeFileSync(join(folder, 'sources.list'), `${host.sources.join('\n')}\n`);
    const options = [
      'APT::Install-Recommends "false";',
      'APT::Sandbox::User "root";',
      'Acquire::Languages "none";',
      'Dpkg::Use-Pty "0";',
      ...host.options,
    ];
    writeFileSync(join(folder, 'apt.conf.d', '00build'), `${options.join('\n')}\n`);
    for (const keyring of host.keyrings) copyFileSync(keyring, join(folder, 'trusted.gpg.d', basename(keyring)));
    const archives = join(this.#pool, '.archives');
    mkdirSync(join(archives, 'partial'), { recursive: true });
    return { host, folder, archives };
  }

  #followApt() {
    const progress = aptProgress(this.#recipe);
    const from = this.#progress.percent;
    return (line) => {
      if (!progress.line(line)) return;
      this.#progress.bytes = progress.bytes;
      this.#progress.totalBytes = progress.totalBytes;
      this.#report(from + (90 - from) * progress.fraction, progress.step);
    };
  }

  async #bootstrap({ host, folder, archives }) {
    const tarball = `${this.#tree}.tar`;
    if (this.#kind === 'btrfs') await this.#run(['btrfs', 'subvolume', 'create', this.#tree]);
    else mkdirSync(this.#tree);
    const keep = `cp -n "$1"/var/cache/apt/archives/*.deb '${archives}/' 2>/dev/null || true`;
    const reuse = `mkdir -p "$1/var/cache/apt/archives" && { cp '${archives}'/*.deb "$1/var/cache/apt/archives/" 2>/dev/null || true; }`;
    await this.#run(
      asOne(this.#rootless, [
        ...['mmdebstrap', '--verbose', '--variant=apt', `--mode=${this.#rootless ? 'unshare' : 'root'}`],
        ...[`--format=${this.#rootless ? 'tar' : 'directory'}`, `--architectures=${host.architecture}`],
        ...['--aptopt', join(folder, 'apt.conf.d', '00build'), '--keyring', join(folder, 'trusted.gpg.d')],
        ...['--skip=essential/unlink', '--setup-hook', reuse, '--customize-hook', keep],
        ...[
          '--include',
          this.#recipe.packages.join(','),
          host.codename,
          this.#rootless ? tarball : this.#tree,
          join(folder, 'sources.list'),
        ],
      ]),
      { onLine: this.#followApt() },
    );
    if (!this.#rootless) return;
    await this.#asOwner([
      'tar',
      '--extract',
      '--preserve-permissions',
      '--exclude=./dev/*',
      '--directory',
      this.#tree,
      '--file',
      tarball,
    ]);
    rmSync(tarball);
  }

  async #copyFrom(from) {
    const source = join(this.#pool, `img_${from}`);
    if (this.#kind === 'btrfs') await this.#run(['btrfs', 'subvolume', 'snapshot', source, this.#tree]);
    else await this.#asOwner(['cp', '--archive', '--reflink=auto', source, this.#tree]);
    if (!this.#rootless) shiftOwnership(this.#tree, -mappedFrom);
  }

  async #installPackages({ folder, archives }) {
    const policy = join(this.#tree, 'usr/sbin/policy-rc.d');
    writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    const inside = (command, options) =>
      this.#run(inTree(this.#tree, command, { rootless: this.#rootless, apt: folder, archives }), options);
    await inside(['apt-get', 'update']);
    await inside(['apt-get', 'install', '--yes', '--no-install-recommends', ...this.#recipe.packages], {
      onLine: this.#followApt(),
    });
    rmSync(policy);
  }

  async #configure(host) {
    if (!this.#recipe.from) await this.#installNode();
    for (const overlay of overlaysOf(this.#name))
      await this.#asOwner(['cp', '--recursive', '--no-preserve=ownership', `${overlay}/.`, this.#tree]);
    const script = readFileSync(fileURLToPath(new URL(`configure/${this.#name}.sh`, import.meta.url)), 'utf8');
    await this.#run(inTree(this.#tree, ['sh', '-s'], { rootless: this.#rootless }), { input: script });
    const sources = `${host.sources.map(withoutCredentials).join('\n')}\n`;
    writeFileSync(join(this.#tree, 'etc/apt/sources.list'), sources);
    const clean =
      'rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/log/* "$1"/tmp/* "$1"/etc/machine-id && : >"$1"/etc/machine-id';
    await this.#asOwner(['sh', '-euc', clean, 'sh', this.#tree]);
  }

  /** The host's own Node and npm: the one pair known to run on this machine's processor and C library. */
  async #installNode() {
    const folder = join(this.#tree, 'opt/sandglass');
    mkdirSync(join(folder, 'guest'), { recursive: true });
    await this.#asOwner(['install', '-m', '0755', process.execPath, join(folder, 'node')]);
    const npm = findNpm();
    const modules = join(this.#tree, 'usr/local/lib/node_modules');
    await this.#asOwner(['mkdir', '-p', modules]);
    await this.#asOwner(['cp', '--recursive', '--no-preserve=ownership', npm, join(modules, 'npm')]);
  }

  async #shiftIn() {
    if (!this.#rootless) return shiftOwnership(this.#tree, mappedFrom).sizeBytes;
    let sizeBytes = 0;
    await this.#runLines(asOwner(true, ['du', '-s', '--block-size=1', this.#tree]), (line) => {
      sizeBytes = Number.parseInt(line, 10) || sizeBytes;
    });
    return sizeBytes;
  }

  #runLines(command, onLine) {
    return this.#run(command, { onLine });
  }

  async #publish(sizeBytes) {
    const image = join(this.#pool, `img_${this.#name}`);
    const old = join(this.#pool, `.old_${this.#name}`);
    const { [this.#name]: _before, ...others } = readBuilt(this.#pool);
    writeBuilt(this.#pool, others);
    await this.#remove(old);
    // Sync first: a snapshot of a tree that was just written would otherwise make its first user wait.
    if (this.#kind === 'btrfs') await this.#run(['btrfs', 'filesystem', 'sync', this.#pool]);
    if (existsSync(image)) renameSync(image, old);
    renameSync(this.#tree, image);
    if (this.#kind === 'btrfs') await this.#run(['btrfs', 'property', 'set', '-ts', image, 'ro', 'true']);
    writeBuilt(this.#pool, {
      ...others,
      [this.#name]: { digest: recipeDigest(this.#name), sizeBytes, builtAtMs: Date.now() },
    });
    await this.#remove(old);
  }

  async #remove(tree) {
    if (!existsSync(tree)) return;
    if (this.#kind === 'btrfs') {
      await this.#run(['btrfs', 'property', 'set', '-ts', tree, 'ro', 'false']);
      await this.#run(['btrfs', 'subvolume', 'delete', tree]);
    } else await this.#asOwner(['rm', '-rf', '--one-file-system', tree]);
  }
}

/** Folder of the npm that belongs to this Node. */
function findNpm() {
  for (const candidate of [join(dirname(process.execPath), 'npm'), '/usr/bin/npm', '/usr/local/bin/npm']) {
    if (existsSync(candidate)) return dirname(dirname(realpathSync(candidate)));
  }
  throw new Error('npm was not found beside node: install it, since sandboxes get the same pair.');
}
