/** The lines of the tree, top to bottom. */
import type { FileEntry } from '@sandglass/protocol';
import type { FileTreeState } from './fileTreeModel.ts';
import { isInside } from './paths.ts';

export interface EntryRow {
  readonly kind: 'entry';
  readonly depth: number;
  readonly path: string;
  readonly entry: FileEntry;
  readonly open: boolean;
}
export type TreeRow =
  | EntryRow
  | { readonly kind: 'loading' | 'empty' | 'truncated' | 'nothing'; readonly depth: number; readonly path: string }
  | { readonly kind: 'failed'; readonly depth: number; readonly path: string; readonly error: unknown }
  /** A name is being given, in its place. */
  | { readonly kind: 'new'; readonly depth: number; readonly path: string };

export interface RowOptions {
  readonly hidden: boolean;
  /** Only names that hold this, and the folders that lead to them. */
  readonly filter: string;
  /** Where something new is being named. */
  readonly newIn: string | null;
}

export const isDirectory = (entry: Pick<FileEntry, 'kind' | 'targetKind'>): boolean =>
  entry.kind === 'directory' || entry.targetKind === 'directory';

/** A row of an unchanged entry is the same object as before: a folder of 100,000 costs one look at each. */
const known = new WeakMap<FileEntry, EntryRow>();

export function flattenTree(
  state: Pick<FileTreeState, 'root' | 'listings' | 'expanded'>,
  { hidden, filter, newIn }: RowOptions = { hidden: true, filter: '', newIn: null },
): TreeRow[] {
  const rows: TreeRow[] = [];
  const wanted = filter.toLowerCase();
  /** Returns whether anything was put. */
  const visit = (path: string, depth: number, inMatch: boolean): boolean => {
    const listing = state.listings.get(path);
    const before = rows.length;
    if (newIn === path) rows.push({ kind: 'new', depth, path });
    if (listing === undefined) return rows.length > before;
    if (listing.phase === 'failed') {
      if (wanted === '') rows.push({ kind: 'failed', depth, path, error: listing.error });
      return wanted === '';
    }
    let shown = 0;
    for (const entry of listing.entries) {
      if (!hidden && entry.name.startsWith('.')) continue;
      const open = isDirectory(entry) && state.expanded.has(entry.path);
      const matches = inMatch || wanted === '' || entry.name.toLowerCase().includes(wanted);
      if (!open && !matches) continue;
      const at = rows.length;
      rows.push(rowOf(entry, depth, open));
      const below = open && visit(entry.path, depth + 1, matches);
      if (matches || below) shown++;
      else rows.length = at;
    }
    if (wanted === '') {
      if (shown === 0 && newIn !== path && !(listing.truncated && listing.phase === 'loaded'))
        rows.push({ kind: listing.phase === 'loading' ? 'loading' : 'empty', depth, path });
      if (listing.truncated) rows.push({ kind: listing.phase === 'loading' ? 'loading' : 'truncated', depth, path });
    }
    return rows.length > before;
  };
  visit(state.root, 0, false);
  if (rows.length === 0 && wanted !== '') rows.push({ kind: 'nothing', depth: 0, path: state.root });
  return rows;
}

function rowOf(entry: FileEntry, depth: number, open: boolean): EntryRow {
  const before = known.get(entry);
  if (before !== undefined && before.depth === depth && before.open === open) return before;
  const row: EntryRow = { kind: 'entry', depth, path: entry.path, entry, open };
  known.set(entry, row);
  return row;
}

/** The outermost of several: what lies in a chosen folder goes with it. */
export function outermost(paths: Iterable<string>): string[] {
  const all = [...paths];
  return all.filter((path) => !all.some((other) => other !== path && isInside(path, other)));
}
