import type { Sandglass } from '@sandglass/client';
import type { FileEntry, SandboxId } from '@sandglass/protocol';
import { isDirectory } from './fileTreeModel.ts';
import { nameOf } from './paths.ts';

/** What the person is being asked about. */
export type FileQuestion =
  | { readonly kind: 'newFile' | 'newFolder'; readonly directory: string }
  | { readonly kind: 'rename' | 'remove'; readonly entry: FileEntry };

/** Has the browser fetch it: a file as it is, a folder as a tar. Streams to the disk, whatever its size. */
export function download(
  client: Sandglass,
  sandbox: SandboxId,
  entry: Pick<FileEntry, 'path' | 'kind' | 'targetKind'>,
): void {
  const folder = isDirectory(entry);
  const input = { params: { sandbox }, query: { path: entry.path } };
  const link = document.createElement('a');
  link.href = folder ? client.urlOf('downloadArchive', input) : client.urlOf('readFile', input);
  link.download = folder ? `${nameOf(entry.path)}.tar` : nameOf(entry.path);
  link.click();
}
