import type { UploadItem } from './uploadModel.ts';

/** What was dropped, folders walked through. Must be called in the drop event itself: afterwards the list is empty. */
export function readDropped(transfer: DataTransfer): Promise<UploadItem[]> {
  const roots = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  return Promise.all(roots.map((entry) => readEntry(entry, ''))).then((lists) => lists.flat());
}

/** What a file picker gave; a folder picker adds the path below the picked folder. */
export function readPicked(files: FileList): UploadItem[] {
  return [...files].map((file) => ({ relativePath: file.webkitRelativePath || file.name, content: file }));
}

async function readEntry(entry: FileSystemEntry, above: string): Promise<UploadItem[]> {
  const path = above === '' ? entry.name : `${above}/${entry.name}`;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ relativePath: path, content: file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const items: UploadItem[] = [];
  // Browsers hand out a hundred at a time; an empty batch is the end.
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return items.length === 0 ? [{ relativePath: path, content: null }] : items;
    for (const child of batch) items.push(...(await readEntry(child, path)));
  }
}
