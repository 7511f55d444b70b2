import type { FileChange, FileEntry } from '@sandglass/protocol';
import { Model } from '../../platform/store.ts';
import { isInside, parentOf } from './paths.ts';

/** What the tree reads. */
export interface DirectorySource {
  /** `path` of the reply is absolute. */
  list(path: string, signal: AbortSignal): Promise<{ path: string; items: FileEntry[]; truncated: boolean }>;
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
  readonly selected: string | null;
}

export type TreeRow =
  | {
      readonly kind: 'entry';
      readonly depth: number;
      readonly path: string;
      readonly entry: FileEntry;
      readonly open: boolean;
    }
  | { readonly kind: 'loading' | 'empty' | 'truncated'; readonly depth: number; readonly path: string }
  | { readonly kind: 'failed'; readonly depth: number; readonly path: string; readonly error: unknown };

/** A build makes a thousand files a second; the tree follows four times a second. */
const NAMES_EVERY_MS = 250;
/** A growing log changes nothing but a size that is seen on hover. */
const SIZES_EVERY_MS = 2_000;

/** The tree of one sandbox: directories load when they are opened, and again when the log says that they changed. */
export class FileTreeModel extends Model<FileTreeState> {
  readonly #source: DirectorySource;
  readonly #loads = new Map<string, AbortController>();
  readonly #stale = new Set<string>();
  #refresh: { readonly timer: ReturnType<typeof setTimeout>; readonly everyMs: number } | null = null;

  constructor(source: DirectorySource, start: { root: string; expanded: readonly string[]; selected: string | null }) {
    super({ root: start.root, listings: new Map(), expanded: new Set(start.expanded), selected: start.selected });
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
    this.set({ ...this.state, root, selected: null });
    void this.load(root);
  }

  select(path: string | null): void {
    this.set({ ...this.state, selected: path });
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

  /** Opens every directory above a path and selects it. */
  reveal(path: string): void {
    for (let up = parentOf(path); isInside(up, this.state.root) && up !== this.state.root; up = parentOf(up))
      this.open(up);
    this.select(path);
  }

  async load(path: string): Promise<void> {
    this.#loads.get(path)?.abort();
    const abort = new AbortController();
    this.#loads.set(path, abort);
    const before = this.state.listings.get(path);
    const old = before === undefined || before.phase === 'failed' ? { entries: [], truncated: false } : before;
    this.#put(path, { phase: 'loading', entries: old.entries, truncated: old.truncated });
    try {
      const { items, truncated, path: absolute } = await this.#source.list(path, abort.signal);
      if (abort.signal.aborted) return;
      const listing: Listing = { phase: 'loaded', entries: items, truncated };
      if (path === this.state.root && absolute !== path) this.#moveRoot(absolute, listing);
      else this.#put(path, listing);
    } catch (error) {
      if (!abort.signal.aborted) this.#put(path, { phase: 'failed', error });
    } finally {
      if (this.#loads.get(path) === abort) this.#loads.delete(path);
    }
  }

  /** What the log says of files. `dropped`: names were lost, so anything may have changed. */
  handleChanges(changes: readonly FileChange[], dropped: number): void {
    if (dropped > 0) for (const path of this.state.listings.keys()) this.#stale.add(path);
    let everyMs = dropped > 0 ? NAMES_EVERY_MS : SIZES_EVERY_MS;
    for (const change of changes) {
      this.#stale.add(parentOf(change.path));
      if (change.to !== undefined) this.#stale.add(parentOf(change.to));
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

export const isDirectory = (entry: Pick<FileEntry, 'kind' | 'targetKind'>): boolean =>
  entry.kind === 'directory' || entry.targetKind === 'directory';

/** The lines to show, top to bottom. */
export function flattenTree(state: FileTreeState): TreeRow[] {
  const rows: TreeRow[] = [];
  const visit = (path: string, depth: number) => {
    const listing = state.listings.get(path);
    if (listing === undefined) return;
    if (listing.phase === 'failed') {
      rows.push({ kind: 'failed', depth, path, error: listing.error });
      return;
    }
    if (listing.entries.length === 0)
      rows.push({ kind: listing.phase === 'loading' ? 'loading' : 'empty', depth, path });
    for (const entry of listing.entries) {
      const open = isDirectory(entry) && state.expanded.has(entry.path);
      rows.push({ kind: 'entry', depth, path: entry.path, entry, open });
      if (open) visit(entry.path, depth + 1);
    }
    if (listing.truncated) rows.push({ kind: 'truncated', depth, path });
  };
  visit(state.root, 0);
  return rows;
}

/** Where something new goes: the directory itself, or the one that holds the file. */
export function directoryFor(state: FileTreeState, path: string | null): string {
  if (path === null) return state.root;
  const row = flattenTree(state).find((each) => each.path === path);
  return row?.kind === 'entry' && !isDirectory(row.entry) ? parentOf(path) : path;
}
