/** What the names that changed mean for the tree. Places that are not recorded are left out; a folder of them is there, and no more. */
import { type FileChange, type FileLoss, type FileStep, isUnrecordedPath } from '@sandglass/protocol';
import type { FileTree } from '@sandglass/replay';

export interface ChangedSteps {
  readonly steps: FileStep[];
  /** What went and came, as whoever reads files has to know it. */
  readonly moves: { readonly path: string; readonly to?: string; readonly directory: boolean }[];
  /** Versions that were there and gone within these changes. */
  readonly lost: { readonly version: number; readonly why: FileLoss }[];
  readonly wanted: { readonly path: string; readonly version: number }[];
  /** Something came whose inside nobody told of. */
  readonly look: boolean;
}

/** More names are no longer kept one by one: their folder is said to hold more. */
const MOST_NAMES = 60_000;

type Class = 'kept' | 'closed' | 'left';

export class ChangeSteps {
  readonly #tree: () => FileTree;
  readonly #newVersion: () => number;
  /** Of the folder of the last path: changes come in runs. */
  #last = { folder: '', unrecorded: false };

  constructor(tree: () => FileTree, newVersion: () => number) {
    this.#tree = tree;
    this.#newVersion = newVersion;
  }

  of(changes: readonly FileChange[]): ChangedSteps {
    const steps: FileStep[] = [];
    const moves: ChangedSteps['moves'] = [];
    const lost: ChangedSteps['lost'] = [];
    /** Of these changes: told at one moment, they are one version. */
    const versions = new Map<string, number>();
    let look = false;
    const lose = (path: string, why: FileLoss) => {
      const version = versions.get(path);
      if (version !== undefined) lost.push({ version, why });
      versions.delete(path);
    };
    const remove = (path: string, directory: boolean) => {
      for (const each of directory ? [...versions.keys()].filter((at) => isAt(at, path)) : [path])
        lose(each, 'removed');
      steps.push({ do: 'remove', path });
      moves.push({ path, directory });
    };
    const move = (path: string, to: string, directory: boolean) => {
      lose(to, 'overwritten');
      for (const each of directory ? [...versions.keys()].filter((at) => isAt(at, path)) : [path]) {
        const version = versions.get(each);
        if (version === undefined) continue;
        versions.delete(each);
        versions.set(to + each.slice(path.length), version);
      }
      steps.push({ do: 'move', path, to, directory });
      moves.push({ path, to, directory });
    };
    const put = (path: string, isNew: boolean) => {
      if (versions.has(path)) return;
      if (this.#isFull(path)) {
        steps.push({ do: 'directory', path: folderOf(path), partial: true });
        return;
      }
      const version = this.#newVersion();
      versions.set(path, version);
      steps.push({ do: 'file', path, version, ...(isNew && { fresh: true as const }) });
    };
    for (const { kind, path, to, directory } of changes) {
      const from = this.#classOf(path, directory);
      if (kind === 'created' && directory) {
        if (from !== 'left' && !this.#isFull(path))
          steps.push({ do: 'directory', path, fresh: true, ...(from === 'closed' && { partial: true as const }) });
      } else if (kind === 'created') {
        if (from === 'kept') put(path, true);
      } else if (kind === 'modified' || kind === 'attributes') {
        if (from === 'kept' && !directory) put(path, false);
      } else if (kind === 'deleted') {
        if (from !== 'left') remove(path, directory);
      } else if (to !== undefined) {
        const there = this.#classOf(to, directory);
        look ||= directory && there === 'kept' && from !== 'kept';
        if (from === 'kept' && there === 'kept') move(path, to, directory);
        else {
          if (from !== 'left') remove(path, directory);
          if (there !== 'left' && directory) steps.push({ do: 'directory', path: to, partial: true });
          else if (there === 'kept') put(to, false);
        }
      }
    }
    return { steps, moves, lost, wanted: [...versions].map(([path, version]) => ({ path, version })), look };
  }

  #classOf(path: string, directory: boolean): Class {
    const folder = folderOf(path);
    if (this.#last.folder !== folder) this.#last = { folder, unrecorded: isUnrecordedPath(folder) };
    if (this.#last.unrecorded) return 'left';
    if (!isUnrecordedPath(path)) return 'kept';
    return directory ? 'closed' : 'left';
  }

  #isFull(path: string): boolean {
    const tree = this.#tree();
    return tree.size >= MOST_NAMES && tree.find(path).at !== 'here';
  }
}

const isAt = (path: string, directory: string): boolean => path === directory || path.startsWith(`${directory}/`);
const folderOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));
