/** Files as the vendor's API shows them. */
import { dirname, resolve } from 'node:path';
import type { FileEntry } from '@sandglass/protocol';

const letters = ['---', '--x', '-w-', '-wx', 'r--', 'r-x', 'rw-', 'rwx'];
const FILE = 'FILE_TYPE_FILE';
const DIRECTORY = 'FILE_TYPE_DIRECTORY';

/** `path`: as it was asked for, where that differs from what the guest calls it. */
export function entryShape(entry: FileEntry, metadata: Readonly<Record<string, string>> = {}, path = entry.path) {
  return {
    name: entry.name,
    type: typeOf(entry),
    path,
    size: String(entry.sizeBytes),
    mode: entry.mode,
    permissions: permissions(entry),
    owner: entry.user,
    group: entry.group,
    modifiedTime: new Date(entry.modifiedAtMs).toISOString(),
    ...(entry.kind === 'symlink' && entry.target !== null
      ? { symlinkTarget: resolve(dirname(entry.path), entry.target) }
      : {}),
    metadata,
  };
}

/** A link is what it leads to. */
function typeOf({ kind, targetKind }: FileEntry): string {
  const reached = kind === 'symlink' ? targetKind : kind;
  if (reached === 'file') return FILE;
  if (reached === 'directory') return DIRECTORY;
  return kind === 'symlink' ? 'FILE_TYPE_SYMLINK' : 'FILE_TYPE_UNSPECIFIED';
}

function permissions({ kind, mode }: FileEntry): string {
  const first = kind === 'directory' ? 'd' : kind === 'symlink' ? 'L' : '-';
  return first + [6, 3, 0].map((shift) => letters[(mode >> shift) & 7]).join('');
}
