/** A directory, page by page: names are read and put in order once, each page is looked at when it is asked for. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { named, native } from './native.ts';

/** Pages of one listing follow each other at once; after this long the names are read again. */
const FRESH_MS = 10_000;
/** Above this a directory is worth keeping between two pages. */
const WORTH_KEEPING = 500;

interface Kept {
  readonly path: string;
  readonly changedMs: number;
  readonly atMs: number;
  readonly names: readonly string[];
}

export class Listing {
  /** Each `d` or `f` and then the name: in this order they are shown, and such a one is where a page ends. */
  #kept: Kept | null = null;

  /** @throws what the system says */
  async names(path: string): Promise<readonly string[]> {
    const { mtimeMs: changedMs } = await stat(native(path));
    const atMs = performance.now();
    const kept = this.#kept;
    if (kept?.path === path && kept.changedMs === changedMs && atMs - kept.atMs < FRESH_MS) return kept.names;
    const found = (await readdir(native(path), {
      withFileTypes: true,
      encoding: 'buffer',
    })) as unknown as Dirent<Buffer>[];
    const names: string[] = [];
    for (const entry of found) {
      const name = named(entry.name);
      names.push((await leadsToDirectory(entry, join(path, name))) ? `d${name}` : `f${name}`);
    }
    names.sort();
    this.#kept = names.length >= WORTH_KEEPING ? { path, changedMs, atMs, names } : null;
    return names;
  }
}

/** The first of `names` that comes after a position; it need not be there any more. */
export function indexAfter(names: readonly string[], after: string | undefined): number {
  if (after === undefined) return 0;
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((names[middle] as string) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function leadsToDirectory(entry: Dirent<Buffer>, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return stat(native(path)).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
