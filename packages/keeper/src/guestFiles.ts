/**
 * The guest's files, copied once per version: a sandbox keeps the very files it was started with (memory checkpoints need
 * them), while the next one already gets the new ones.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, join, relative } from 'node:path';
import { Refusal } from './errors.ts';

/** Where a sandbox sees them. */
export const GUEST = '/opt/sandglass/guest';
const LOADER = 'lib/guest';
const REAPER = 'lib/tini';

export interface GuestFiles {
  readonly version: string;
  readonly directory: string;
  /** The one Node all sandboxes run; null: each has its image's. */
  readonly node: string | null;
  /** What stands before that Node's path to run it with the libraries kept beside it; nothing: with the image's. */
  readonly loader: readonly string[];
  /** Takes in what loses its parents; nothing: the image's own does. */
  readonly reaper: readonly string[];
}

/** What is shared by all sandboxes, where each would read its own anew. */
export interface SharedFiles {
  readonly node: string;
  /** A tini without libraries, as the base image has it. */
  readonly tini: string;
}

/**
 * Gives the version named, which a sandbox once ran with, or today's. What is `shared` is kept with it where trees are
 * snapshots: the kernel caches each snapshot's files apart, so a Node of their own is read anew for every sandbox, and costs it
 * 60 MB. Node's libraries are this process's, which runs the same Node.
 */
export const guestFiles =
  (source: string, store: string, shared: SharedFiles | null = null) =>
  (kept: string | null): GuestFiles => {
    const version = kept ?? keepGuest(source, store, shared);
    const directory = `${store}/${version}`;
    const hasLibraries = existsSync(`${directory}/${LOADER}`);
    return {
      version,
      directory,
      node: existsSync(`${directory}/node`) ? `${directory}/node` : null,
      reaper: existsSync(`${directory}/${REAPER}`) ? [`${GUEST}/${REAPER}`, '-s', '--'] : [],
      loader: hasLibraries ? [`${GUEST}/${LOADER}`, '--library-path', `${GUEST}/lib`] : [],
    };
  };

/** Returns the version's name, a hash of what is in it. */
function keepGuest(source: string, store: string, shared: SharedFiles | null): string {
  if (!existsSync(`${source}/guest.cjs`))
    throw new Refusal('internal', 'The guest is not built. Run `npm run build`, then start again.');
  const hash = createHash('sha256');
  for (const file of filesOf(source))
    hash
      .update(`${relative(source, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  if (shared) {
    const { size, mtimeMs } = statSync(shared.node);
    hash.update(`${size} ${mtimeMs}`);
    for (const library of librariesOfNode()) hash.update(`${library} ${statSync(library).mtimeMs}\0`);
  }
  const version = hash.digest('hex').slice(0, 16);
  const target = `${store}/${version}`;
  if (existsSync(target)) return version;
  mkdirSync(store, { recursive: true, mode: 0o711 });
  const temporary = `${store}/.new-${process.pid}`;
  rmSync(temporary, { recursive: true, force: true });
  cpSync(source, temporary, { recursive: true, dereference: true });
  if (shared) {
    linkOrCopy(shared.node, `${temporary}/node`);
    keepLibraries(`${temporary}/lib`);
    if (lstatSync(shared.tini, { throwIfNoEntry: false })?.isFile()) copyProgram(shared.tini, `${temporary}/${REAPER}`);
  }
  renameSync(temporary, target);
  return version;
}

/** A link costs nothing, but needs the same file system and a program that everyone may run. */
function linkOrCopy(from: string, to: string): void {
  if ((statSync(from).mode & 0o005) === 0o005) {
    try {
      linkSync(realpathSync(from), to);
      return;
    } catch {}
  }
  copyProgram(from, to);
}

function copyProgram(from: string, to: string): void {
  copyFileSync(from, to);
  chmodSync(to, 0o755);
}

/** As the loader found them: the names are those it looks for. */
let libraries: readonly string[] | undefined;
function librariesOfNode(): readonly string[] {
  if (libraries) return libraries;
  const { sharedObjects } = process.report.getReport() as { sharedObjects: string[] };
  // What Node itself was linked with, not the addons it has loaded since.
  libraries = sharedObjects.filter((path) => /^\/(usr\/)?lib.*\.so(\.[\d.]+)?$/.test(path));
  return libraries;
}

function keepLibraries(directory: string): void {
  mkdirSync(directory);
  chmodSync(directory, 0o755);
  for (const library of librariesOfNode()) {
    const name = basename(library);
    const target = name.startsWith('ld-') ? join(directory, basename(LOADER)) : join(directory, name);
    copyProgram(library, target);
  }
}

function filesOf(directory: string): string[] {
  return readdirSync(directory)
    .sort()
    .flatMap((name) => {
      const path = join(directory, name);
      return statSync(path).isDirectory() ? filesOf(path) : [path];
    });
}
