/** The trash of a fake machine, as the guest keeps it: things in `files`, where they were in `info`. */
import { type FileEntry, type FileFailure, type TrashItem, toAppError } from '@sandglass/protocol';
import type { FakeFiles } from './fakeFiles.ts';

const TRASH = '/home/user/.local/share/Trash';

export class FakeTrash {
  readonly #files: FakeFiles;

  constructor(files: FakeFiles) {
    this.#files = files;
  }

  put(paths: readonly string[], copy: boolean): { items: TrashItem[]; failed: FileFailure[] } {
    for (const part of ['files', 'info']) this.#files.makeDirectory(`${TRASH}/${part}`);
    return each(paths, (path) => {
      const { name, ...entry } = this.#files.stat(path);
      const taken = new Set(this.#files.list(`${TRASH}/files`).items.map((item) => item.name));
      let id = name;
      for (let number = 2; taken.has(id); number++) id = `${name} ${number}`;
      if (copy) this.#files.writeSync(`${TRASH}/files/${id}`, this.#files.read(path).bytes, {});
      else this.#files.move(entry.path, `${TRASH}/files/${id}`, false);
      this.#files.writeSync(`${TRASH}/info/${id}.trashinfo`, new TextEncoder().encode(entry.path), {});
      return this.#item(id);
    });
  }

  list(): TrashItem[] {
    try {
      const found = this.#files.list(`${TRASH}/files`).items.map((entry) => this.#item(entry.name));
      return found.sort((a, b) => b.deletedAtMs - a.deletedAtMs);
    } catch {
      return [];
    }
  }

  restore(ids: readonly string[], overwrite: boolean): { items: FileEntry[]; failed: FileFailure[] } {
    return each(ids, (id) => {
      const { path } = this.#item(id);
      const entry = this.#files.move(`${TRASH}/files/${id}`, path, overwrite);
      this.#files.remove(`${TRASH}/info/${id}.trashinfo`, false);
      return entry;
    });
  }

  empty(): void {
    if (this.list().length > 0) this.#files.remove(TRASH, true);
  }

  #item(id: string): TrashItem {
    const info = this.#files.read(`${TRASH}/info/${id}.trashinfo`);
    const entry = this.#files.stat(`${TRASH}/files/${id}`);
    const path = new TextDecoder().decode(info.bytes);
    return { id, path, kind: entry.kind, sizeBytes: entry.sizeBytes, deletedAtMs: info.entry.modifiedAtMs };
  }
}

function each<T>(subjects: readonly string[], act: (subject: string) => T): { items: T[]; failed: FileFailure[] } {
  const items: T[] = [];
  const failed: FileFailure[] = [];
  for (const subject of subjects) {
    try {
      items.push(act(subject));
    } catch (error) {
      const { code, message } = toAppError(error);
      failed.push({ path: subject, code, message });
    }
  }
  return { items, failed };
}
