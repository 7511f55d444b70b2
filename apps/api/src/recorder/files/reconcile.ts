/** What a folder holds against what the tree says of it. */
import { type FileEntry, type FileStep, isUnrecordedPath } from '@sandglass/protocol';
import type { FileNode, FileTree } from '@sandglass/replay';
import { knownOf } from './readVersion.ts';
import type { FolderFound } from './scan.ts';

export interface Difference {
  readonly steps: FileStep[];
  /** Files that are at a version nobody told of. */
  readonly unknown: FileEntry[];
  readonly gone: string[];
}

/**
 * `start`: nothing happened before, so what is there is what the start has. Else what the tree does not know is new. What was
 * touched meanwhile is left to the log.
 */
export function compareFolder(
  tree: FileTree,
  { path, entries, partial }: FolderFound,
  { start, touched }: { readonly start: boolean; readonly touched: ReadonlySet<string> },
): Difference {
  const found: Difference = { steps: [], unknown: [], gone: [] };
  if (isTouched(path, touched)) return found;
  for (const entry of entries) {
    if (touched.has(entry.path)) continue;
    if (entry.kind === 'directory') compareDirectory(tree, entry, found, start);
    else if (!isUnrecordedPath(entry.path)) compareFile(tree, entry, found, start);
  }
  const here = tree.find(path);
  if (partial) {
    found.steps.push({ do: 'directory', path, partial: true });
    return found;
  }
  if (here.at !== 'here' || here.node.kind !== 'directory' || here.node.base !== null)
    found.steps.push({ do: 'directory', path, whole: true });
  if (!start && here.at === 'here' && here.node.kind === 'directory') {
    const names = new Set(entries.map(({ name }) => name));
    for (const [name, node] of here.node.children) {
      const at = path === '/' ? `/${name}` : `${path}/${name}`;
      if (node === null || names.has(name) || touched.has(at)) continue;
      found.gone.push(at);
      found.steps.push({ do: 'remove', path: at });
    }
  }
  return found;
}

/** It, or what it is in, may have gone elsewhere. */
function isTouched(path: string, touched: ReadonlySet<string>): boolean {
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) if (touched.has(at)) return true;
  return false;
}

function compareDirectory(tree: FileTree, entry: FileEntry, found: Difference, start: boolean): void {
  const { path, mode, modifiedAtMs } = entry;
  const place = tree.find(path);
  const same =
    place.at === 'here' &&
    place.node.kind === 'directory' &&
    place.node.mode === mode &&
    place.node.modifiedAtMs === modifiedAtMs;
  if (same) return;
  // One that an event told of while it was still unknown what it is: as much is known by the event.
  const base = place.at === 'base' && start ? { base: place.path } : {};
  const partial = isUnrecordedPath(path) ? { partial: true as const } : {};
  found.steps.push({ do: 'directory', path, mode, modifiedAtMs, ...base, ...partial });
}

function compareFile(tree: FileTree, entry: FileEntry, found: Difference, start: boolean): void {
  const { path } = entry;
  const place = tree.find(path);
  if (place.at === 'here' && place.node.kind === 'file') {
    if (!isSame(place.node, entry)) found.unknown.push(entry);
  } else if (start && place.at === 'base')
    found.steps.push({
      do: 'file',
      path,
      version: 0,
      facts: { ...knownOf(entry), content: { from: 'start', path: place.path } },
    });
  else found.unknown.push(entry);
}

function isSame({ facts, version }: FileNode, entry: FileEntry): boolean {
  // It is about to be read.
  if (facts === null) return version > 0;
  return (
    facts.kind === entry.kind &&
    facts.mode === entry.mode &&
    facts.modifiedAtMs === entry.modifiedAtMs &&
    facts.sizeBytes === entry.sizeBytes &&
    facts.target === (entry.target ?? undefined)
  );
}
