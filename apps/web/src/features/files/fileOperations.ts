/** What a person does to files, with the way back. Each act is one that can be undone, or says before that it cannot. */
import { type FileFailure, type TrashItem, toAppError } from '@sandglass/protocol';
import { Model } from '../../platform/store.ts';
import { isInside, joinPath, nameOf, parentOf } from './paths.ts';

export interface FileTarget {
  trash(paths: readonly string[]): Promise<{ items: readonly TrashItem[]; failed: readonly FileFailure[] }>;
  restore(ids: readonly string[]): Promise<{ failed: readonly FileFailure[] }>;
  remove(path: string): Promise<unknown>;
  move(from: string, to: string): Promise<unknown>;
  createFile(path: string): Promise<unknown>;
  createFolder(path: string): Promise<unknown>;
}

type Undo =
  | { readonly kind: 'untrash'; readonly items: readonly TrashItem[] }
  | { readonly kind: 'moveBack'; readonly moves: readonly { readonly from: string; readonly to: string }[] }
  | { readonly kind: 'trash'; readonly path: string };

/** What was done last, in words; `undo` while it can be taken back. */
export interface OperationsState {
  readonly busy: string | null;
  readonly done: { readonly text: string; readonly undo: Undo | null } | null;
  readonly failed: readonly FileFailure[];
}

const MOST_UNDO = 20;
const count = (many: number, paths: readonly string[]) =>
  many === 1 ? `“${nameOf(paths[0] ?? '')}”` : `${many} items`;

export class FileOperations extends Model<OperationsState> {
  readonly #target: FileTarget;
  #undo: Undo[] = [];
  /** What was cut and waits for its new place. */
  cut: readonly string[] = [];

  constructor(target: FileTarget) {
    super({ busy: null, done: null, failed: [] });
    this.#target = target;
  }

  get canUndo(): boolean {
    return this.#undo.length > 0;
  }

  dismiss(): void {
    this.set({ busy: null, done: null, failed: [] });
  }

  async trash(paths: readonly string[]): Promise<void> {
    await this.#do(`Deleting ${count(paths.length, paths)}`, async () => {
      const { items, failed } = await this.#target.trash(paths);
      if (items.length > 0) this.#push({ kind: 'untrash', items });
      const gone = items.map((item) => item.path);
      return { text: gone.length === 0 ? null : `${count(gone.length, gone)} moved to the trash`, failed };
    });
  }

  /** For good. */
  async remove(paths: readonly string[]): Promise<void> {
    await this.#do(`Removing ${count(paths.length, paths)}`, async () => {
      const failed: FileFailure[] = [];
      for (const path of paths) await this.#try(path, failed, () => this.#target.remove(path));
      const gone = paths.length - failed.length;
      return { text: gone === 0 ? null : `${count(gone, paths)} removed for good`, failed };
    });
  }

  async move(paths: readonly string[], directory: string): Promise<void> {
    await this.#moveEach(
      paths.map((from) => ({ from, to: joinPath(directory, nameOf(from)) })),
      `to ${nameOf(directory)}`,
    );
  }

  async rename(from: string, name: string): Promise<void> {
    await this.#moveEach([{ from, to: joinPath(parentOf(from), name) }], `renamed to “${name}”`);
  }

  async create(kind: 'newFile' | 'newFolder', path: string): Promise<boolean> {
    return await this.#do(`Creating “${nameOf(path)}”`, async () => {
      if (kind === 'newFile') await this.#target.createFile(path);
      else await this.#target.createFolder(path);
      this.#push({ kind: 'trash', path });
      return { text: `“${nameOf(path)}” created`, failed: [] };
    });
  }

  /** @returns the paths that are back */
  async undo(): Promise<string[]> {
    const last = this.#undo.pop();
    if (last === undefined) return [];
    const back: string[] = [];
    await this.#do('Undoing', async () => {
      if (last.kind === 'trash') {
        const { failed } = await this.#target.trash([last.path]);
        return { text: failed.length === 0 ? `“${nameOf(last.path)}” taken away again` : null, failed };
      }
      if (last.kind === 'untrash') {
        const { failed } = await this.#target.restore(last.items.map((item) => item.id));
        const not = new Set(failed.map(({ path }) => path));
        back.push(...last.items.filter((item) => !not.has(item.id)).map((item) => item.path));
        return { text: back.length === 0 ? null : `${count(back.length, back)} brought back`, failed };
      }
      const failed: FileFailure[] = [];
      for (const { from, to } of last.moves.toReversed())
        if (await this.#try(to, failed, () => this.#target.move(to, from))) back.push(from);
      return { text: back.length === 0 ? null : `${count(back.length, back)} moved back`, failed };
    });
    return back;
  }

  async #moveEach(moves: readonly { from: string; to: string }[], words: string): Promise<void> {
    const real = moves.filter(({ from, to }) => from !== to);
    if (real.length === 0) return;
    const paths = real.map(({ from }) => from);
    await this.#do(`Moving ${count(real.length, paths)}`, async () => {
      const failed: FileFailure[] = [];
      const done: { from: string; to: string }[] = [];
      for (const move of real)
        if (await this.#try(move.from, failed, () => this.#target.move(move.from, move.to))) done.push(move);
      if (done.length > 0) this.#push({ kind: 'moveBack', moves: done });
      const verb = words.startsWith('renamed') ? words : `moved ${words}`;
      return { text: done.length === 0 ? null : `${count(done.length, paths)} ${verb}`, failed };
    });
  }

  async #try(path: string, failed: FileFailure[], act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      failed.push(toFailure(path, error));
      return false;
    }
  }

  async #do(
    busy: string,
    act: () => Promise<{ text: string | null; failed: readonly FileFailure[] }>,
  ): Promise<boolean> {
    this.set({ busy, done: null, failed: [] });
    try {
      const { text, failed } = await act();
      const undo = this.#undo.at(-1) ?? null;
      this.set({ busy: null, done: text === null ? null : { text, undo: busy === 'Undoing' ? null : undo }, failed });
      return failed.length === 0;
    } catch (error) {
      this.set({ busy: null, done: null, failed: [toFailure('', error)] });
      return false;
    }
  }

  #push(undo: Undo): void {
    this.#undo = [...this.#undo, undo].slice(-MOST_UNDO);
  }
}

function toFailure(path: string, error: unknown): FileFailure {
  const { code, message } = toAppError(error);
  return { path, code, message: error instanceof Error ? error.message : message };
}

/** Why these cannot go there; undefined when they can. */
export function moveProblem(paths: readonly string[], directory: string): string | undefined {
  const own = paths.find((path) => isInside(directory, path));
  if (own !== undefined) return `“${nameOf(own)}” cannot be moved into itself.`;
  if (paths.every((path) => parentOf(path) === directory)) return 'They are there already.';
  return undefined;
}
