/**
 * The files of a machine as its recording tells them. Only what differs from the start is kept: a directory of the start (`base`)
 * has besides its own children all names that it had then, except those that are known to be gone (null).
 *
 * What a path is: `here` (told by a step), `base` (as at the start, if the start had it), or nothing.
 */
import type { FileFacts, FileStep } from '@sandglass/protocol';

export interface FileNode {
  readonly kind: 'file';
  readonly version: number;
  /** Null until somebody could look. */
  facts: FileFacts | null;
}

export interface DirectoryNode {
  readonly kind: 'directory';
  /** Its path at the start; null when it was not there. */
  base: string | null;
  readonly children: Map<string, TreeNode | null>;
  /** Names that the start does not have: when one goes, nothing of it stays. */
  readonly fresh: Set<string>;
  mode: number | null;
  modifiedAtMs: number | null;
  partial: boolean;
}

export type TreeNode = FileNode | DirectoryNode;

export type Place =
  | { readonly at: 'here'; readonly node: TreeNode }
  | { readonly at: 'base'; readonly path: string }
  | { readonly at: 'nowhere' };

const newDirectory = (base: string | null): DirectoryNode => ({
  ...{ kind: 'directory', base, children: new Map(), fresh: new Set(), mode: null, modifiedAtMs: null, partial: false },
});

let made = 0;

export class FileTree {
  /** False while names were lost and nobody has looked since. */
  exact = true;
  #root = newDirectory('/');
  readonly #open = new Map<number, FileNode>();
  #lastVersion = 0;
  #size = 0;
  #revision = 0;
  readonly #number = ++made;

  /** Another one means that something differs. */
  get identity(): string {
    return `${this.#number}/${this.#revision}`;
  }

  /** The highest number that a version has. */
  get lastVersion(): number {
    return this.#lastVersion;
  }

  /** How many names it holds. */
  get size(): number {
    return this.#size;
  }

  /** Versions whose facts are not known yet. */
  get open(): ReadonlyMap<number, FileNode> {
    return this.#open;
  }

  apply(step: FileStep): void {
    this.#revision++;
    if (step.do === 'directory') this.#directory(step);
    else if (step.do === 'file') this.#file(step);
    else if (step.do === 'know') this.#know(step.version, step.facts);
    else if (step.do === 'remove') this.#detach(step.path);
    else if (step.do === 'move') this.#move(step);
    else this.exact = step.do === 'sure';
  }

  find(path: string): Place {
    let node: TreeNode = this.#root;
    const names = namesOf(path);
    for (const [depth, name] of names.entries()) {
      if (node.kind !== 'directory') return { at: 'nowhere' };
      const child: TreeNode | null | undefined = node.children.get(name);
      if (child === null) return { at: 'nowhere' };
      if (child === undefined)
        return node.base === null
          ? { at: 'nowhere' }
          : { at: 'base', path: joinNames(node.base, names.slice(depth).join('/')) };
      node = child;
    }
    return { at: 'here', node };
  }

  /** Steps that make an empty tree into this one. */
  *steps(): Generator<FileStep> {
    const waiting: [string, DirectoryNode][] = [['/', this.#root]];
    if (!this.exact) yield { do: 'doubt' };
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [path, directory] = next;
      for (const [name, node] of directory.children) {
        const at = joinNames(path, name);
        if (node === null) yield { do: 'remove', path: at };
        else if (node.kind === 'file')
          yield {
            do: 'file',
            path: at,
            version: node.version,
            ...(node.facts && { facts: node.facts }),
            ...(directory.fresh.has(name) && { fresh: true as const }),
          };
        else {
          yield {
            do: 'directory',
            path: at,
            ...(node.base !== null && { base: node.base }),
            ...(node.mode !== null && { mode: node.mode }),
            ...(node.modifiedAtMs !== null && { modifiedAtMs: node.modifiedAtMs }),
            ...(directory.fresh.has(name) && { fresh: true as const }),
            ...(node.partial && { partial: true as const }),
          };
          waiting.push([at, node]);
        }
      }
    }
  }

  /** Everything that steps told of, with its path; parents before what is in them. */
  *entries(): Generator<[string, TreeNode]> {
    const waiting: [string, DirectoryNode][] = [['/', this.#root]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
      for (const [name, node] of next[1].children) {
        if (node === null) continue;
        const path = joinNames(next[0], name);
        yield [path, node];
        if (node.kind === 'directory') waiting.push([path, node]);
      }
  }

  #directory({ path, base, mode, modifiedAtMs, partial, fresh, whole }: Extract<FileStep, { do: 'directory' }>): void {
    const place = this.find(path);
    let node: DirectoryNode;
    if (place.at === 'here' && place.node.kind === 'directory') node = place.node;
    else {
      node = newDirectory(base ?? null);
      this.#put(path, node, fresh);
    }
    node.mode = mode ?? node.mode;
    node.modifiedAtMs = modifiedAtMs ?? node.modifiedAtMs;
    node.partial = partial ?? node.partial;
    if (whole) this.#forgetBase(node);
  }

  #forgetBase(node: DirectoryNode): void {
    node.base = null;
    node.fresh.clear();
    for (const [name, child] of node.children)
      if (child === null) {
        node.children.delete(name);
        this.#size--;
      }
  }

  #file({ path, version, facts, fresh }: Extract<FileStep, { do: 'file' }>): void {
    const node: FileNode = { kind: 'file', version, facts: facts ?? null };
    this.#lastVersion = Math.max(this.#lastVersion, version);
    if (facts === undefined && version > 0) this.#open.set(version, node);
    this.#put(path, node, fresh);
  }

  #know(version: number, facts: FileFacts): void {
    const node = this.#open.get(version);
    if (node === undefined) return;
    node.facts = facts;
    this.#open.delete(version);
  }

  #move({ path, to, directory }: Extract<FileStep, { do: 'move' }>): void {
    if (to === path || to.startsWith(`${path}/`)) return;
    const moved = this.#detach(path);
    const node: TreeNode =
      moved.at === 'here'
        ? moved.node
        : directory
          ? { ...newDirectory(moved.at === 'base' ? moved.path : null), partial: moved.at === 'nowhere' }
          : { kind: 'file', version: 0, facts: moved.at === 'base' ? unchanged(moved.path) : null };
    this.#put(to, node);
  }

  #detach(path: string): Place {
    const place = this.find(path);
    const { directory, name } = this.#above(path, place.at !== 'nowhere');
    if (directory === undefined || name === undefined) return { at: 'nowhere' };
    const before = directory.children.get(name);
    if (before !== undefined) this.#size -= namesIn(before);
    if (directory.base === null || directory.fresh.delete(name)) directory.children.delete(name);
    else {
      directory.children.set(name, null);
      this.#size++;
    }
    return place;
  }

  #put(path: string, node: TreeNode, fresh?: true): void {
    const { directory, name } = this.#above(path, true);
    if (directory === undefined || name === undefined) return;
    const before = directory.children.get(name);
    if (before !== undefined) this.#size -= namesIn(before);
    else if (fresh && directory.base !== null) directory.fresh.add(name);
    directory.children.set(name, node);
    this.#size += namesIn(node);
  }

  /** The directory that a path is in, told of from now on; what stands in its way makes room. */
  #above(path: string, make: boolean): { directory?: DirectoryNode; name?: string } {
    const names = namesOf(path);
    const name = names.pop();
    let directory = this.#root;
    for (const each of names) {
      const child = directory.children.get(each);
      if (child?.kind === 'directory') {
        directory = child;
        continue;
      }
      if (!make) return {};
      const base = child === undefined && directory.base !== null ? joinNames(directory.base, each) : null;
      const made = newDirectory(base);
      if (child === undefined) this.#size++;
      directory.children.set(each, made);
      directory = made;
    }
    return name === undefined ? {} : { directory, name };
  }
}

function namesIn(node: TreeNode | null): number {
  let names = 1;
  const waiting = node?.kind === 'directory' ? [node] : [];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
    for (const child of next.children.values()) {
      names++;
      if (child?.kind === 'directory') waiting.push(child);
    }
  return names;
}

const unchanged = (path: string): FileFacts => ({ kind: 'file', content: { from: 'start', path } });

const namesOf = (path: string): string[] => path.split('/').filter((name) => name !== '' && name !== '.');
export const joinNames = (directory: string, name: string): string =>
  name === '' ? directory : directory === '/' ? `/${name}` : `${directory}/${name}`;
