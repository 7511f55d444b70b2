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
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { Refusal } from './errors.ts';

export interface GuestFiles {
  readonly version: string;
  readonly directory: string;
  /** The one Node all sandboxes run; null: each has its image's. */
  readonly node: string | null;
}

/**
 * Gives the version named, which a sandbox once ran with, or today's. `node` is kept with it where trees are snapshots: the
 * kernel caches each snapshot's files apart, so a Node of their own is read anew for every sandbox, and costs it 60 MB.
 */
export const guestFiles =
  (source: string, store: string, node: string | null = null) =>
  (kept: string | null): GuestFiles => {
    const version = kept ?? keepGuest(source, store, node);
    const directory = `${store}/${version}`;
    return { version, directory, node: existsSync(`${directory}/node`) ? `${directory}/node` : null };
  };

/** Returns the version's name, a hash of what is in it. */
function keepGuest(source: string, store: string, node: string | null): string {
  if (!existsSync(`${source}/guest.mjs`))
    throw new Refusal('internal', 'The guest is not built. Run `npm run build`, then start again.');
  const hash = createHash('sha256');
  for (const file of filesOf(source))
    hash
      .update(`${relative(source, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  if (node) {
    const { size, mtimeMs } = statSync(node);
    hash.update(`${size} ${mtimeMs}`);
  }
  const version = hash.digest('hex').slice(0, 16);
  const target = `${store}/${version}`;
  if (existsSync(target)) return version;
  mkdirSync(store, { recursive: true, mode: 0o711 });
  const temporary = `${store}/.new-${process.pid}`;
  rmSync(temporary, { recursive: true, force: true });
  cpSync(source, temporary, { recursive: true, dereference: true });
  if (node) linkOrCopy(node, `${temporary}/node`);
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
  copyFileSync(from, to);
  chmodSync(to, 0o755);
}

function filesOf(directory: string): string[] {
  return readdirSync(directory)
    .sort()
    .flatMap((name) => {
      const path = join(directory, name);
      return statSync(path).isDirectory() ? filesOf(path) : [path];
    });
}
