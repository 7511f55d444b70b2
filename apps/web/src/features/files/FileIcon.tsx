import type { FileEntry } from '@sandglass/protocol';
import { Box, FileCode, FileImage, FileJson, FileQuestion, FileText, Folder, FolderOpen, Link2 } from 'lucide-react';
import { isDirectory } from './treeRows.ts';

const byExtension: Record<string, typeof FileText> = {
  ...Object.fromEntries(
    ['ts', 'tsx', 'js', 'jsx', 'mjs', 'py', 'rs', 'go', 'c', 'h', 'cpp', 'java', 'sh', 'css', 'html', 'sql'].map(
      (e) => [e, FileCode],
    ),
  ),
  ...Object.fromEntries(['png', 'jpg', 'jpeg', 'gif', 'svg', 'webp', 'ico'].map((e) => [e, FileImage])),
  ...Object.fromEntries(['zip', 'tar', 'gz', 'xz', 'bz2', 'zst'].map((e) => [e, Box])),
  json: FileJson,
};

export function FileIcon({ entry, open }: { entry: FileEntry; open: boolean }) {
  const Icon = iconOf(entry, open);
  return (
    <Icon size={14} aria-hidden="true" className={isDirectory(entry) ? 'files-icon files-icon-folder' : 'files-icon'} />
  );
}

function iconOf(entry: FileEntry, open: boolean): typeof FileText {
  if (entry.kind === 'symlink' && entry.targetKind !== 'directory') return Link2;
  if (isDirectory(entry)) return open ? FolderOpen : Folder;
  if (entry.kind === 'other') return FileQuestion;
  return byExtension[entry.name.split('.').at(-1)?.toLowerCase() ?? ''] ?? FileText;
}
