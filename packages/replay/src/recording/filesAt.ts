/** Lists and reads files of a moment: what the recording tells of them, and for the rest what the start had. */
import {
  AppError,
  type BlobHash,
  type FileEntry,
  type FileFacts,
  isAppError,
  isUnrecordedPath,
  type PastEntry,
  type PastListing,
  type PastState,
} from '@sandglass/protocol';
import { type FileNode, type FileTree, joinNames, type TreeNode } from './fileTree.ts';

/** The files of the start; a bundle has none. */
export interface StartFiles {
  /** Every name. @throws AppError notFound */
  list(path: string): Promise<readonly FileEntry[]>;
  stat(path: string): Promise<FileEntry>;
  read(path: string): Promise<Uint8Array>;
}

export class FilesAt {
  readonly #tree: FileTree;
  readonly #start: StartFiles | null;
  readonly #blob: (hash: BlobHash) => Promise<Uint8Array>;

  constructor(tree: FileTree, options: { start: StartFiles | null; blob: (hash: BlobHash) => Promise<Uint8Array> }) {
    this.#tree = tree;
    this.#start = options.start;
    this.#blob = options.blob;
  }

  /** False: names were lost before this moment, and nobody had looked again. */
  get exact(): boolean {
    return this.#tree.exact;
  }

  /** @throws AppError notFound, or unprocessable for what is no directory */
  async list(path: string): Promise<PastListing> {
    const place = this.#tree.find(path);
    if (place.at === 'nowhere') throw missing(path);
    if (place.at === 'base') {
      const items = await this.#ofStart(place.path);
      const partial = isUnrecordedPath(path);
      return { path, items: sorted(items.map((entry) => moved(entry, path))), partial, exact: this.#tree.exact };
    }
    const { node } = place;
    if (node.kind === 'file') throw new AppError('unprocessable', `${path} is not a directory.`);
    const known = node.base === null ? [] : await this.#ofStart(node.base).catch(onlyMissing);
    const items = known.filter(({ name }) => !node.children.has(name)).map((entry) => moved(entry, path));
    const before = new Map(known.map((entry) => [entry.name, entry]));
    const base = (name: string) => (node.fresh.has(name) ? undefined : before.get(name));
    const told = [...node.children].flatMap(([name, child]) =>
      child === null ? [] : { path: joinNames(path, name), child, was: base(name) },
    );
    items.push(...(await Promise.all(told.map((each) => this.#entry(each.path, each.child, each.was)))));
    const partial = node.partial || (node.base !== null && this.#start === null) || isUnrecordedPath(path);
    return { path, items: sorted(items), partial, exact: this.#tree.exact };
  }

  /** @throws AppError notFound */
  async stat(path: string): Promise<PastEntry> {
    const place = this.#tree.find(path);
    if (place.at === 'nowhere') throw missing(path);
    if (place.at === 'here') {
      const { node } = place;
      const was = node.kind === 'directory' && node.base !== null ? await this.#statStart(node.base) : undefined;
      return await this.#entry(path, node, was);
    }
    const entry = await this.#statStart(place.path);
    if (entry === undefined) throw missing(path);
    return fromStart({ ...entry, name: nameOf(path), path });
  }

  /** Follows no links. @throws AppError notFound, or notSupported with the reason why its bytes are not there */
  async read(path: string): Promise<{ entry: PastEntry; bytes: Uint8Array }> {
    const entry = await this.stat(path);
    if (entry.kind !== 'file') throw new AppError('unprocessable', `${path} is not an ordinary file.`);
    const place = this.#tree.find(path);
    if (place.at === 'base') return { entry, bytes: await this.#startFiles().read(place.path) };
    const content = place.at === 'here' && place.node.kind === 'file' ? place.node.facts?.content : undefined;
    if (content?.from === 'blob') return { entry, bytes: await this.#blob(content.hash) };
    if (content?.from === 'start') return { entry, bytes: await this.#startFiles().read(content.path) };
    throw new AppError('notSupported', whyNot(entry.state));
  }

  async #entry(path: string, node: TreeNode, was: FileEntry | undefined): Promise<PastEntry> {
    if (node.kind === 'directory') {
      const plain = { ...plainEntry(path), kind: 'directory' as const, mode: 0o755, ...was, path, name: nameOf(path) };
      return {
        ...plain,
        mode: node.mode ?? plain.mode,
        modifiedAtMs: node.modifiedAtMs ?? plain.modifiedAtMs,
        state: 'kept',
        partial: node.partial || isUnrecordedPath(path),
      };
    }
    return await this.#fileEntry(path, node, was);
  }

  async #fileEntry(path: string, { version, facts }: FileNode, was: FileEntry | undefined): Promise<PastEntry> {
    const named = { ...plainEntry(path), mode: was?.mode ?? 0o644, version: `past-${version}` };
    if (facts === null) return { ...named, kind: 'file', state: 'unknown', partial: false };
    const { content } = facts;
    // Of one that only moved, what it is is known by the start.
    const start =
      content.from === 'start' && facts.sizeBytes === undefined ? await this.#statStart(content.path) : undefined;
    const known = { ...named, ...start };
    return {
      ...known,
      ...{ path, name: named.name, kind: facts.kind },
      sizeBytes: facts.sizeBytes ?? known.sizeBytes,
      mode: facts.mode ?? known.mode,
      modifiedAtMs: facts.modifiedAtMs ?? known.modifiedAtMs,
      ...(facts.target !== undefined && { target: facts.target, targetKind: 'other' as const }),
      version: content.from === 'blob' ? content.hash : known.version,
      state: facts.kind === 'file' ? stateOf(content) : 'kept',
      partial: false,
    };
  }

  async #ofStart(path: string): Promise<readonly FileEntry[]> {
    return this.#start === null ? [] : await this.#start.list(path);
  }

  async #statStart(path: string): Promise<FileEntry | undefined> {
    const [found] = this.#start === null ? [] : await this.#start.stat(path).then((entry) => [entry], onlyMissing);
    return found;
  }

  #startFiles(): StartFiles {
    if (this.#start !== null) return this.#start;
    throw new AppError('notSupported', whyNot('start'));
  }
}

/** Why the bytes of a file cannot be had, in words. */
export function whyNot(state: PastState): string {
  switch (state) {
    case 'start':
      return 'It had not been changed since the start, and files of the start are not in this recording.';
    case 'overwritten':
      return 'It was written again before this version could be read. What it held is not known.';
    case 'removed':
      return 'It was removed before it could be read. What it held is not known.';
    case 'tooLarge':
      return 'It is too large for the recording: its size and checksum are kept, its bytes are not.';
    case 'tooMany':
      return 'Too many files changed at once to read them all. What this one held is not known.';
    case 'noRoom':
      return 'The recordings had no room for it. What it held is not known.';
    case 'ended':
      return 'The sandbox ended before it could be read. What it held is not known.';
    case 'unreadable':
      return 'It could not be read then. What it held is not known.';
    default:
      return 'What it held at this moment is not in the recording.';
  }
}

const stateOf = (content: FileFacts['content']): PastState =>
  content.from === 'nowhere' ? content.why : content.from === 'start' ? 'start' : content.removed ? 'redacted' : 'kept';

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1) || '/';
const missing = (path: string) => new AppError('notFound', `${path} was not there at this moment.`);

const plainEntry = (path: string): Omit<FileEntry, 'kind' | 'mode'> => ({
  ...{ name: nameOf(path), path, sizeBytes: 0, user: '', group: '', modifiedAtMs: 0 },
  ...{ version: '', target: null, targetKind: null },
});

const fromStart = (entry: FileEntry): PastEntry => ({
  ...entry,
  state: entry.kind === 'directory' ? 'kept' : 'start',
  partial: entry.kind === 'directory' && isUnrecordedPath(entry.path),
});
const moved = (entry: FileEntry, directory: string): PastEntry =>
  fromStart({ ...entry, path: joinNames(directory, entry.name) });

function onlyMissing(error: unknown): [] {
  if (isAppError(error) && (error.code === 'notFound' || error.code === 'unprocessable')) return [];
  throw error;
}

const isFolder = ({ kind, targetKind }: FileEntry) => kind === 'directory' || targetKind === 'directory';
const sorted = (items: readonly PastEntry[]): PastEntry[] =>
  items.toSorted((a, b) => Number(isFolder(b)) - Number(isFolder(a)) || (a.name < b.name ? -1 : 1));
