/** The fake machine's file system: a tree in memory with symlinks, owners, versions and a size limit. */
import { AppError, type FileChange, type FileEntry } from '@sandglass/protocol';

interface Meta {
  mode: number;
  user: string;
  modifiedAtMs: number;
  version: number;
}
export type FakeNode = Meta &
  (
    | { kind: 'file'; bytes: Uint8Array }
    | { kind: 'directory'; children: Map<string, FakeNode> }
    | { kind: 'symlink'; target: string }
  );
type Directory = Extract<FakeNode, { kind: 'directory' }>;

interface Place {
  readonly parent: Directory;
  readonly name: string;
  readonly path: string;
  readonly node: FakeNode | undefined;
}

const HOME = '/home/user';
const MAX_LINKS = 40;

export class FakeFiles {
  readonly #root: Directory;
  readonly #now: () => number;
  readonly #limitBytes: number;
  #version = 1;
  /** The machine tells its sink. */
  onChange: (change: FileChange) => void = () => {};

  constructor(options: { now: () => number; limitBytes: number; root?: FakeNode }) {
    this.#now = options.now;
    this.#limitBytes = options.limitBytes;
    if (options.root?.kind === 'directory') {
      this.#root = options.root;
      this.#version = 1 + largestVersion(options.root);
      return;
    }
    this.#root = { ...this.#meta(0o755, 'root'), kind: 'directory', children: new Map() };
    for (const path of ['/home', '/etc', '/tmp', HOME]) this.makeDirectory(path, path === HOME ? 'user' : 'root');
    this.writeSync('/etc/hostname', new TextEncoder().encode('sandbox\n'), {});
  }

  /** A deep copy of the tree, for checkpoints. */
  copy(): FakeNode {
    return structuredClone(this.#root);
  }

  usedBytes(): number {
    return bytesOf(this.#root);
  }

  stat(path: string): FileEntry {
    return this.#entry(this.#existing(path, false));
  }

  list(path: string): { path: string; items: FileEntry[] } {
    const place = this.#existing(path, true);
    if (place.node?.kind !== 'directory') throw new AppError('unprocessable', `${place.path} is not a directory.`);
    const items = [...place.node.children.keys()].map((name) =>
      this.#entry(this.#existing(`${place.path === '/' ? '' : place.path}/${name}`, false)),
    );
    const directoryFirst = (entry: FileEntry) => (entry.kind === 'directory' ? 0 : 1);
    items.sort((a, b) => directoryFirst(a) - directoryFirst(b) || (a.name < b.name ? -1 : 1));
    return { path: place.path, items };
  }

  read(path: string): { entry: FileEntry; bytes: Uint8Array } {
    const place = this.#existing(path, true);
    if (place.node?.kind !== 'file') throw new AppError('unprocessable', `${place.path} is a directory, not a file.`);
    return { entry: this.#entry(place), bytes: place.node.bytes };
  }

  /** Checks that can be made before the content is there; `write` makes them again. */
  checkWrite(path: string, options: { expectedVersion?: string; parents?: boolean; sizeBytes?: number }): void {
    const place = this.#find(path, true, options.parents === true ? 'pretend' : 'refuse');
    if (place === undefined) return;
    if (place.node?.kind === 'directory') throw new AppError('unprocessable', `${place.path} is a directory.`);
    const { expectedVersion } = options;
    if (expectedVersion === 'none' && place.node) throw new AppError('conflict', `${place.path} exists already.`);
    if (
      expectedVersion !== undefined &&
      expectedVersion !== 'none' &&
      expectedVersion !== String(place.node?.version)
    ) {
      throw new AppError('conflict', `${place.path} changed in the meantime. Read it again, then write.`, {
        details: { version: place.node ? String(place.node.version) : 'none' },
      });
    }
    if (options.sizeBytes !== undefined) this.#checkSpace(place, options.sizeBytes);
  }

  writeSync(
    path: string,
    bytes: Uint8Array,
    options: { expectedVersion?: string; mode?: number; parents?: boolean; user?: string },
  ): FileEntry {
    this.checkWrite(path, { ...options, sizeBytes: bytes.length });
    const place = this.#find(path, true, options.parents === true ? 'make' : 'refuse')!;
    const mode = options.mode ?? place.node?.mode ?? 0o644;
    const user = place.node?.user ?? options.user ?? 'user';
    place.parent.children.set(place.name, { ...this.#meta(mode, user), kind: 'file', bytes });
    this.onChange({ path: place.path, kind: place.node ? 'modified' : 'created', directory: false });
    return this.stat(place.path);
  }

  makeDirectory(path: string, user = 'user'): FileEntry {
    const place = this.#find(`${path}/.`, true, 'make', user)!;
    if (place.node && place.node.kind !== 'directory') throw new AppError('alreadyExists', `${place.path} is a file.`);
    return this.#entry(place);
  }

  makeSymlink(path: string, target: string): FileEntry {
    const place = this.#find(path, false, 'refuse')!;
    if (place.node) throw new AppError('alreadyExists', `${place.path} exists already.`);
    place.parent.children.set(place.name, { ...this.#meta(0o777, 'user'), kind: 'symlink', target });
    this.onChange({ path: place.path, kind: 'created', directory: false });
    return this.stat(place.path);
  }

  move(from: string, to: string, overwrite: boolean): FileEntry {
    const source = this.#existing(from, false);
    const target = this.#find(to, false, 'refuse')!;
    if (source.name === '') throw new AppError('unprocessable', 'The root directory cannot be moved.');
    if (`${target.path}/`.startsWith(`${source.path}/`) && target.path !== source.path)
      throw new AppError('unprocessable', `${source.path} cannot be moved into itself.`);
    if (target.node && !overwrite) throw new AppError('alreadyExists', `${target.path} exists already.`);
    if (target.node?.kind === 'directory' && target.node.children.size > 0)
      throw new AppError('unprocessable', `${target.path} is a directory that is not empty.`);
    source.parent.children.delete(source.name);
    target.parent.children.set(target.name, source.node!);
    this.onChange({
      path: source.path,
      to: target.path,
      kind: 'renamed',
      directory: source.node?.kind === 'directory',
    });
    return this.stat(target.path);
  }

  remove(path: string, recursive: boolean): void {
    const place = this.#existing(path, false);
    if (place.name === '') throw new AppError('unprocessable', 'The root directory cannot be removed.');
    if (place.node?.kind === 'directory' && place.node.children.size > 0 && !recursive)
      throw new AppError('unprocessable', `${place.path} is not empty. Ask for it recursively.`);
    place.parent.children.delete(place.name);
    this.onChange({ path: place.path, kind: 'deleted', directory: place.node?.kind === 'directory' });
  }

  #meta(mode: number, user: string): Meta {
    return { mode, user, modifiedAtMs: this.#now(), version: this.#version++ };
  }

  #checkSpace(place: Place, sizeBytes: number): void {
    const freed = place.node?.kind === 'file' ? place.node.bytes.length : 0;
    if (this.usedBytes() - freed + sizeBytes > this.#limitBytes)
      throw new AppError('noSpace', 'The disk of the sandbox is full. Remove something or give it a larger limit.');
  }

  #existing(path: string, follow: boolean): Place {
    const place = this.#find(path, follow, 'refuse');
    if (!place?.node) throw new AppError('notFound', `There is no ${place?.path ?? path}.`);
    return place;
  }

  /** Walks a path; `missing` says what to do about directories that are not there (`pretend`: give up quietly). */
  #find(path: string, follow: boolean, missing: 'refuse' | 'pretend' | 'make', user = 'user'): Place | undefined {
    const todo = (path.startsWith('/') ? path : `${HOME}/${path}`).split('/').filter((part) => part !== '');
    let stack: { name: string; node: Directory }[] = [{ name: '', node: this.#root }];
    let links = 0;
    const pathOf = (name?: string) => `/${[...stack.slice(1).map((s) => s.name), ...(name ? [name] : [])].join('/')}`;
    while (todo.length > 0) {
      const name = todo.shift()!;
      const here = stack.at(-1)!.node;
      if (name === '.') continue;
      if (name === '..') {
        if (stack.length > 1) stack.pop();
        continue;
      }
      if (name.length > 255) throw new AppError('badRequest', 'A name in this path is longer than 255 characters.');
      const node = here.children.get(name);
      if (node?.kind === 'symlink' && (todo.length > 0 || follow)) {
        if (++links > MAX_LINKS) throw new AppError('unprocessable', `Too many symbolic links in ${path}.`);
        todo.unshift(...node.target.split('/').filter((part) => part !== ''));
        if (node.target.startsWith('/')) stack = [stack[0]!];
        continue;
      }
      if (todo.length === 0) return { parent: here, name, path: pathOf(name), node };
      if (node === undefined) {
        if (missing === 'pretend') return undefined;
        if (missing === 'refuse') throw new AppError('notFound', `There is no directory ${pathOf(name)}.`);
        const made: Directory = { ...this.#meta(0o755, user), kind: 'directory', children: new Map() };
        here.children.set(name, made);
        this.onChange({ path: pathOf(name), kind: 'created', directory: true });
        stack.push({ name, node: made });
      } else if (node.kind === 'directory') stack.push({ name, node });
      else throw new AppError('unprocessable', `${pathOf(name)} is not a directory.`);
    }
    const last = stack.at(-1)!;
    return { parent: stack.at(-2)?.node ?? this.#root, name: last.name, path: pathOf() || '/', node: last.node };
  }

  #entry(place: Place): FileEntry {
    const node = place.node!;
    const followed = node.kind === 'symlink' ? this.#target(place.path) : null;
    return {
      name: place.name || '/',
      path: place.path,
      kind: node.kind,
      sizeBytes: node.kind === 'file' ? node.bytes.length : 0,
      mode: node.mode,
      user: node.user,
      group: node.user,
      modifiedAtMs: node.modifiedAtMs,
      version: String(node.version),
      target: node.kind === 'symlink' ? node.target : null,
      targetKind: followed,
    };
  }

  #target(path: string): FileEntry['targetKind'] {
    try {
      const node = this.#find(path, true, 'refuse')?.node;
      return node === undefined ? 'missing' : node.kind === 'symlink' ? 'other' : node.kind;
    } catch {
      return 'missing';
    }
  }
}

function bytesOf(node: FakeNode): number {
  if (node.kind === 'file') return node.bytes.length;
  if (node.kind === 'symlink') return 0;
  let sum = 0;
  for (const child of node.children.values()) sum += bytesOf(child);
  return sum;
}

function largestVersion(node: FakeNode): number {
  let largest = node.version;
  if (node.kind === 'directory')
    for (const child of node.children.values()) largest = Math.max(largest, largestVersion(child));
  return largest;
}
