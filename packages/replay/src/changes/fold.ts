/**
 * Which paths differ from a base, told from the names in the log. An entry is a path of now; `origin` is where its file was at
 * the base (null: it was not there). What was at the base and is nowhere now is in `gone`.
 *
 * created p        gone has p → modified; unknown → added
 * modified p       unknown → modified (below a renamed directory: of the path it had)
 * deleted p        added → forgotten; else gone
 * renamed p → q    the entry moves; a new file over an old one is the old one modified
 */
import type { Actor, FileChange } from '@sandglass/protocol';

export interface Touch {
  readonly directory: boolean;
  readonly actor: Actor;
  readonly seq: number;
  readonly atMs: number;
}
interface Entry extends Touch {
  readonly origin: string | null;
  readonly written: boolean;
}
export interface FoldedChange extends Touch {
  readonly path: string;
  readonly status: 'added' | 'modified' | 'deleted' | 'renamed';
  readonly from: string | null;
}

/** More is no list of anybody's work: what is new beyond it is counted as not told. */
const MOST_PATHS = 20_000;

export class ChangeFold {
  /** Some paths were too many to be kept. */
  overflowed = false;
  readonly #isNoise: (path: string) => boolean;
  #noise = 0;
  #entries = new Map<string, Entry>();
  #gone = new Map<string, Touch>();
  /** Paths of now that are directories and were elsewhere at the base. */
  #movedDirectories = new Set<string>();

  /** `isNoise`: a path that is counted and not told; what moved to such a place is gone. */
  constructor(isNoise: (path: string) => boolean) {
    this.#isNoise = isNoise;
  }

  copy(): ChangeFold {
    const fold = new ChangeFold(this.#isNoise);
    fold.overflowed = this.overflowed;
    fold.#noise = this.#noise;
    fold.#entries = new Map(this.#entries);
    fold.#gone = new Map(this.#gone);
    fold.#movedDirectories = new Set(this.#movedDirectories);
    return fold;
  }

  apply(change: FileChange, touch: Omit<Touch, 'directory'>): void {
    const { path, kind, to, directory } = change;
    const now = { ...touch, directory };
    // Between two places that nobody looks at nothing is to be told.
    if (this.#isNoise(path) && (to === undefined || this.#isNoise(to))) {
      this.#noise++;
      return;
    }
    if (this.#entries.size + this.#gone.size >= MOST_PATHS && !this.#entries.has(path) && kind !== 'deleted') {
      this.overflowed = true;
      return;
    }
    if (kind === 'created') this.#create(path, now);
    else if (kind === 'modified') this.#modify(path, now);
    else if (kind === 'deleted') this.#remove(path, now);
    else if (kind === 'renamed' && to !== undefined) this.#rename(path, to, now);
  }

  /** By path. Directories are told when they moved or went only. `ignored`: changes at places that nobody looks at. */
  list(): { items: FoldedChange[]; ignored: number } {
    const items = new Map<string, FoldedChange>();
    const isNoise = this.#isNoise;
    const gone = new Map(this.#gone);
    for (const [path, { origin, written, ...touch }] of this.#entries) {
      const wasMoved = origin !== null && origin !== path;
      if (isNoise(path)) {
        if (wasMoved && !isNoise(origin)) gone.set(origin, touch);
        continue;
      }
      if (wasMoved && !isNoise(origin)) items.set(path, { ...touch, path, status: 'renamed', from: origin });
      else if (touch.directory) continue;
      else if (origin === null || wasMoved) items.set(path, { ...touch, path, status: 'added', from: null });
      else if (written) items.set(path, { ...touch, path, status: 'modified', from: null });
    }
    for (const [path, touch] of gone) {
      if (!isNoise(path) && !items.has(path)) items.set(path, { ...touch, path, status: 'deleted', from: null });
    }
    return { items: [...items.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), ignored: this.#noise };
  }

  #create(path: string, touch: Touch): void {
    const known = this.#entries.get(path);
    if (known !== undefined) this.#entries.set(path, { ...known, ...touch, written: true });
    else if (this.#gone.delete(path)) this.#entries.set(path, { ...touch, origin: path, written: true });
    else this.#entries.set(path, { ...touch, origin: null, written: true });
  }

  #modify(path: string, touch: Touch): void {
    const known = this.#entries.get(path);
    const origin = known === undefined ? this.#originOf(path) : known.origin;
    this.#entries.set(path, { ...touch, origin, written: true });
  }

  #remove(path: string, touch: Touch): void {
    const known = this.#entries.get(path);
    const origin = known === undefined ? this.#originOf(path) : known.origin;
    this.#entries.delete(path);
    this.#movedDirectories.delete(path);
    if (origin !== null) this.#gone.set(origin, touch);
  }

  #rename(path: string, to: string, touch: Touch): void {
    const known = this.#entries.get(path);
    let origin = known === undefined ? this.#originOf(path) : known.origin;
    const replaced = this.#entries.get(to);
    let written = known?.written ?? false;
    if (origin === null && (replaced?.origin ?? null) !== null) [origin, written] = [replaced?.origin ?? null, true];
    else if (origin === null && this.#gone.delete(to)) [origin, written] = [to, true];
    else if (replaced !== undefined && replaced.origin !== null) this.#gone.set(replaced.origin, touch);
    this.#entries.delete(path);
    this.#entries.set(to, { ...touch, origin, written });
    this.#gone.delete(origin ?? '');
    if (touch.directory) this.#moveBelow(path, to, origin);
  }

  #moveBelow(path: string, to: string, origin: string | null): void {
    for (const [each, entry] of [...this.#entries]) {
      if (!each.startsWith(`${path}/`)) continue;
      this.#entries.delete(each);
      this.#entries.set(`${to}${each.slice(path.length)}`, entry);
    }
    this.#movedDirectories.delete(path);
    if (origin !== to) this.#movedDirectories.add(to);
  }

  /** Where an untouched path was: below a directory that moved, or was made, it is not where it is. */
  #originOf(path: string): string | null {
    if (this.#movedDirectories.size === 0) return path;
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const above = path.slice(0, end);
      if (!this.#movedDirectories.has(above)) continue;
      const origin = this.#entries.get(above)?.origin ?? null;
      return origin === null ? null : `${origin}${path.slice(end)}`;
    }
    return path;
  }
}
