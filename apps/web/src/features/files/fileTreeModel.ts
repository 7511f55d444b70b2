import type { FileChange, FileEntry, FileListing } from '@sandglass/protocol';
import { Model } from '../../platform/store.ts';
import { isInside, parentOf } from './paths.ts';
import { isDirectory } from './treeRows.ts';

/** What the tree reads. */
export interface DirectorySource {
  /** `path` of the reply is absolute; `after` is the `next` of the page before. */
  list(path: string, page: { limit: number; after?: string }, signal: AbortSignal): Promise<FileListing>;
  /** Null when it is not there. */
  stat(path: string, signal: AbortSignal): Promise<FileEntry | null>;
}

/** What is known of one directory. While it loads again, its old entries stay. */
export type Listing =
  | { readonly phase: 'loading'; readonly entries: readonly FileEntry[]; readonly truncated: boolean }
  | { readonly phase: 'loaded'; readonly entries: readonly FileEntry[]; readonly truncated: boolean }
  | { readonly phase: 'failed'; readonly error: unknown };

export interface FileTreeState {
  /** As asked for: `.` is the user's home until the first answer says where that is. */
  readonly root: string;
  readonly listings: ReadonlyMap<string, Listing>;
  readonly expanded: ReadonlySet<string>;
  /** Names that begin with a dot are shown. */
  readonly hidden: boolean;
}

export type TreeStart = Pick<FileTreeState, 'root' | 'hidden'> & { readonly expanded: readonly string[] };

/** The first page is there at once; the others follow while it is looked at. */
const FIRST_PAGE = 1_000;
const PAGE = 10_000;
/** What a page of the browser can hold with ease; beyond it a terminal's tools are better. */
export const MOST_ENTRIES = 100_000;
/** Above this many entries a folder is not read again for a change: what changed is looked at by itself. */
const LARGE = 2_000;
/** More changes at once than this: reading it again is less work. */
const MOST_LOOKS = 200;

/** A build makes a thousand files a second; the tree follows four times a second. */
const NAMES_EVERY_MS = 250;
/** A growing log changes nothing but a size that is seen on hover. */
const SIZES_EVERY_MS = 2_000;

/** The tree of one sandbox: directories load when they are opened, and again when the log says that they changed. */
export class FileTreeModel extends Model<FileTreeState> {
  readonly #source: DirectorySource;
  readonly #loads = new Map<string, AbortController>();
  readonly #stale = new Set<string>();
  /** Paths in large folders. */
  readonly #looks = new Set<string>();
  #refresh: { readonly timer: ReturnType<typeof setTimeout>; readonly everyMs: number } | null = null;

  constructor(source: DirectorySource, start: TreeStart) {
    super({ root: start.root, listings: new Map(), expanded: new Set(start.expanded), hidden: start.hidden });
    this.#source = source;
  }

  /** Loads what is open. Also how a failed tree is tried again. */
  start(): void {
    void this.load(this.state.root);
    for (const path of this.state.expanded) void this.load(path);
  }

  stop(): void {
    this.#cancelRefresh();
    for (const load of this.#loads.values()) load.abort();
    this.#loads.clear();
  }

  setRoot(root: string): void {
    this.set({ ...this.state, root });
    void this.load(root);
  }

  showHidden(hidden: boolean): void {
    this.set({ ...this.state, hidden });
  }

  open(path: string): void {
    this.set({ ...this.state, expanded: new Set(this.state.expanded).add(path) });
    void this.load(path);
  }

  close(path: string): void {
    const expanded = new Set(this.state.expanded);
    expanded.delete(path);
    this.set({ ...this.state, expanded });
  }

  /** Opens every directory above a path; one outside the root makes the whole machine the root. */
  reveal(path: string): void {
    if (!isInside(path, this.state.root)) this.setRoot('/');
    for (let up = parentOf(path); isInside(up, this.state.root) && up !== this.state.root; up = parentOf(up))
      if (!this.state.expanded.has(up)) this.open(up);
    if (path.split('/').some((part) => part.startsWith('.')) && !this.state.hidden) this.showHidden(true);
  }

  /** The entry at a path, as far as it was read. */
  find(path: string): FileEntry | undefined {
    const listing = this.state.listings.get(parentOf(path));
    return listing === undefined || listing.phase === 'failed'
      ? undefined
      : listing.entries.find((entry) => entry.path === path);
  }

  async load(path: string): Promise<void> {
    this.#loads.get(path)?.abort();
    const abort = new AbortController();
    this.#loads.set(path, abort);
    const before = this.state.listings.get(path);
    const old = before === undefined || before.phase === 'failed' ? { entries: [], truncated: false } : before;
    this.#put(path, { phase: 'loading', entries: old.entries, truncated: old.truncated });
    try {
      let at = path;
      let entries: FileEntry[] = [];
      let page: { limit: number; after?: string } | null = { limit: FIRST_PAGE };
      while (page !== null) {
        const { items, next, truncated, path: absolute } = await this.#source.list(at, page, abort.signal);
        if (abort.signal.aborted) return;
        entries = entries.length === 0 ? items : [...entries, ...items];
        const more: boolean = next !== null && entries.length < MOST_ENTRIES;
        // What was shown before is not taken away for the first page of what is there now.
        const shown = more && entries.length < old.entries.length ? old.entries : entries;
        const listing: Listing = { phase: more ? 'loading' : 'loaded', entries: shown, truncated };
        if (at === this.state.root && absolute !== at) {
          this.#loads.delete(at);
          this.#loads.set(absolute, abort);
          this.#moveRoot(absolute, listing);
          at = absolute;
        } else this.#put(at, listing);
        page = more && next !== null ? { limit: Math.min(PAGE, MOST_ENTRIES - entries.length), after: next } : null;
      }
    } catch (error) {
      if (!abort.signal.aborted) this.#put(path, { phase: 'failed', error });
    } finally {
      for (const [each, load] of this.#loads) if (load === abort) this.#loads.delete(each);
    }
  }

  /** What the log says of files. `dropped`: names were lost, so anything may have changed. */
  handleChanges(changes: readonly FileChange[], dropped: number): void {
    if (dropped > 0) for (const path of this.state.listings.keys()) this.#stale.add(path);
    let everyMs = dropped > 0 ? NAMES_EVERY_MS : SIZES_EVERY_MS;
    for (const change of changes) {
      for (const path of change.to === undefined ? [change.path] : [change.path, change.to]) {
        if (this.#isLarge(parentOf(path))) this.#looks.add(path);
        else this.#stale.add(parentOf(path));
      }
      if (change.kind !== 'modified' && change.kind !== 'attributes') everyMs = NAMES_EVERY_MS;
    }
    if (this.#refresh !== null && this.#refresh.everyMs <= everyMs) return;
    this.#cancelRefresh();
    this.#refresh = { everyMs, timer: setTimeout(() => this.#loadStale(), everyMs) };
  }

  /** Everything may have changed: a checkpoint was restored, or the connection was away. */
  reloadAll(): void {
    for (const path of [...this.state.listings.keys()]) void this.load(path);
  }

  #cancelRefresh(): void {
    if (this.#refresh !== null) clearTimeout(this.#refresh.timer);
    this.#refresh = null;
  }

  #loadStale(): void {
    this.#refresh = null;
    const shown = new Set([this.state.root, ...this.state.expanded]);
    for (const path of this.#stale) {
      if (!this.state.listings.has(path)) continue;
      if (shown.has(path)) void this.load(path);
      else this.#forget(path);
    }
    this.#stale.clear();
    this.#lookAt([...this.#looks]);
    this.#looks.clear();
  }

  #isLarge(path: string): boolean {
    const listing = this.state.listings.get(path);
    return listing !== undefined && listing.phase !== 'failed' && listing.entries.length > LARGE;
  }

  #lookAt(paths: readonly string[]): void {
    const byFolder = new Map<string, string[]>();
    for (const path of paths) byFolder.set(parentOf(path), [...(byFolder.get(parentOf(path)) ?? []), path]);
    for (const [folder, inside] of byFolder) {
      if (inside.length > MOST_LOOKS) void this.load(folder);
      else if (!this.#loads.has(folder)) void this.#patch(folder, inside);
    }
  }

  async #patch(folder: string, paths: readonly string[]): Promise<void> {
    const abort = new AbortController();
    this.#loads.set(folder, abort);
    try {
      const found = await Promise.all(paths.map((path) => this.#source.stat(path, abort.signal)));
      const listing = this.state.listings.get(folder);
      if (abort.signal.aborted || listing === undefined || listing.phase === 'failed') return;
      const gone = new Set(paths);
      const entries = listing.entries.filter((entry) => !gone.has(entry.path));
      for (const entry of found) if (entry !== null) insert(entries, entry);
      this.#put(folder, { ...listing, entries });
    } catch {
      // The next change, or reading again, tells.
    } finally {
      if (this.#loads.get(folder) === abort) this.#loads.delete(folder);
    }
  }

  #moveRoot(absolute: string, listing: Listing): void {
    const listings = new Map(this.state.listings);
    listings.delete(this.state.root);
    this.set({ ...this.state, root: absolute, listings: listings.set(absolute, listing) });
  }

  #put(path: string, listing: Listing): void {
    this.set({ ...this.state, listings: new Map(this.state.listings).set(path, listing) });
  }

  #forget(path: string): void {
    const listings = new Map(this.state.listings);
    listings.delete(path);
    this.set({ ...this.state, listings });
  }
}

/** As the server orders them: directories first, then by name. */
function insert(entries: FileEntry[], entry: FileEntry): void {
  const key = keyOf(entry);
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keyOf(entries[middle] as FileEntry) < key) low = middle + 1;
    else high = middle;
  }
  entries.splice(low, 0, entry);
}

const keyOf = (entry: FileEntry): string => `${isDirectory(entry) ? 'd' : 'f'}${entry.name}`;

/** Where something new goes: the directory itself, or the one that holds the file. */
export function directoryFor(tree: FileTreeModel, path: string | null): string {
  if (path === null || !isInside(path, tree.state.root)) return tree.state.root;
  const entry = tree.find(path);
  return entry === undefined || isDirectory(entry) ? path : parentOf(path);
}
