/** Looks through a folder and below, page by page. What is not recorded is not entered; what is too much is said to be. */
import { type FileEntry, isAppError, isUnrecordedPath } from '@sandglass/protocol';
import type { Reach } from './readVersion.ts';

const PAGE = 500;
/** A home with more is looked at as far as this goes. */
const MOST_ENTRIES = 20_000;

export interface FolderFound {
  readonly path: string;
  readonly entries: readonly FileEntry[];
  /** There is more than was looked at. */
  readonly partial: boolean;
}

/** @throws what the sandbox says, except that a folder went away meanwhile */
export async function* scan(files: Reach, root: string): AsyncGenerator<FolderFound> {
  const waiting = [root];
  let left = MOST_ENTRIES;
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const entries: FileEntry[] = [];
    let after: string | undefined;
    let partial = false;
    let gone = false;
    do {
      const page = await listing(files, path, Math.min(PAGE, left), after);
      if (page === null) {
        gone = true;
        break;
      }
      entries.push(...page.items);
      left -= page.items.length;
      after = page.next ?? undefined;
      partial = after !== undefined && left <= 0;
    } while (after !== undefined && !partial);
    if (gone) continue;
    for (const entry of entries)
      if (entry.kind === 'directory' && !isUnrecordedPath(entry.path) && left > 0) waiting.push(entry.path);
    yield { path, entries, partial };
  }
}

async function listing(files: Reach, path: string, limit: number, after: string | undefined) {
  try {
    return await files.list(path, Math.max(1, limit), after);
  } catch (error) {
    if (isAppError(error) && (error.code === 'notFound' || error.code === 'unprocessable')) return null;
    throw error;
  }
}
