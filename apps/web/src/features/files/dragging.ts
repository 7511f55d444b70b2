/** Files on their way by mouse: within the tree, and out to the computer. */
import type { FileEntry } from '@sandglass/protocol';
import { z } from 'zod';
import { nameOf } from './paths.ts';
import { isDirectory } from './treeRows.ts';

const TYPE = 'application/x-sandglass-files';
const Paths = z.array(z.string()).max(10_000);

/** Chromium saves a single file where it is dropped (`DownloadURL`); other browsers and folders use Download. */
export function dragOut(
  transfer: DataTransfer,
  paths: readonly string[],
  entry: FileEntry,
  urlOf: (path: string) => string,
): void {
  transfer.setData(TYPE, JSON.stringify(paths));
  transfer.setData('text/plain', paths.join('\n'));
  transfer.effectAllowed = 'copyMove';
  if (paths.length === 1 && !isDirectory(entry)) {
    const name = nameOf(entry.path).replaceAll(':', '_');
    const url = new URL(urlOf(entry.path), window.location.href);
    transfer.setData('DownloadURL', `application/octet-stream:${name}:${url.href}`);
  }
}

export const isOwnDrag = (transfer: DataTransfer): boolean => transfer.types.includes(TYPE);
export const isFileDrag = (transfer: DataTransfer): boolean => transfer.types.includes('Files') && !isOwnDrag(transfer);

export function readOwnDrag(transfer: DataTransfer): string[] {
  try {
    return Paths.parse(JSON.parse(transfer.getData(TYPE)));
  } catch {
    return [];
  }
}
