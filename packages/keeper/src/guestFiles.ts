/**
 * The guest's files, copied once per version: a sandbox keeps the very files it was started with (memory checkpoints need
 * them), while the next one already gets the new ones.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Refusal } from './errors.ts';

export interface GuestFiles {
  readonly version: string;
  readonly directory: string;
}

/** Gives the version named, which a sandbox once ran with, or today's. */
export const guestFiles =
  (source: string, store: string) =>
  (kept: string | null): GuestFiles => {
    const version = kept ?? keepGuest(source, store);
    return { version, directory: `${store}/${version}` };
  };

/** Returns the version's name, a hash of what is in it. */
function keepGuest(source: string, store: string): string {
  if (!existsSync(`${source}/guest.mjs`))
    throw new Refusal('internal', 'The guest is not built. Run `npm run build`, then start again.');
  const hash = createHash('sha256');
  for (const file of filesOf(source))
    hash
      .update(`${relative(source, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  const version = hash.digest('hex').slice(0, 16);
  const target = `${store}/${version}`;
  if (existsSync(target)) return version;
  mkdirSync(store, { recursive: true, mode: 0o711 });
  const temporary = `${store}/.new-${process.pid}`;
  rmSync(temporary, { recursive: true, force: true });
  cpSync(source, temporary, { recursive: true, dereference: true });
  renameSync(temporary, target);
  return version;
}

function filesOf(directory: string): string[] {
  return readdirSync(directory)
    .sort()
    .flatMap((name) => {
      const path = join(directory, name);
      return statSync(path).isDirectory() ? filesOf(path) : [path];
    });
}
