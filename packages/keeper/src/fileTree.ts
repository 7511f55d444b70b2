/**
 * Which path a directory has in a sandbox, told from the order of events alone, so that a directory renamed or deleted since
 * still gets the name it had. Directories are known from the events that made or moved them; the rest from the read-only tree
 * the sandbox was started from, which stands still, or, for a sandbox taken over from an earlier keeper, from the disk of now.
 */
import type { Handle } from './fanotify.ts';

interface Place {
  /** Null: the sandbox's root. */
  readonly parent: Handle | null;
  /** One name, or a whole path below the root (see `fromNow`). */
  readonly name: string;
}

/** Finds the place of a directory no event has told of. */
export type FindPlace = (directory: Handle) => Place | null;

const DEEPEST = 4_096;

export class FileTree {
  readonly #root: Handle;
  readonly #fromSource: FindPlace;
  readonly #fromNow: FindPlace;
  readonly #seen = new Map<Handle, Place>();
  /** Found on the disk of now: whole paths, which the next rename of a directory may make wrong. */
  readonly #asOfNow = new Map<Handle, Place>();

  constructor(root: Handle, fromSource: FindPlace, fromNow: FindPlace) {
    this.#root = root;
    this.#fromSource = fromSource;
    this.#fromNow = fromNow;
  }

  /** The path of `name` in a directory, as seen inside; null when the directory can no longer be found. */
  pathOf(directory: Handle, name: string): string | null {
    const names = name === '.' ? [] : [name];
    for (let at = directory, depth = 0; at !== this.#root; depth++) {
      const place = this.#find(at);
      if (!place || depth > DEEPEST) return null;
      names.push(place.name);
      if (place.parent === null) break;
      at = place.parent;
    }
    return `/${names.reverse().join('/')}`;
  }

  placed(directory: Handle, parent: Handle, name: string): void {
    this.#seen.set(directory, { parent, name });
  }

  moved(directory: Handle, parent: Handle, name: string): void {
    this.placed(directory, parent, name);
    this.#asOfNow.clear();
  }

  removed(directory: Handle): void {
    this.#seen.delete(directory);
    this.#asOfNow.delete(directory);
  }

  #find(directory: Handle): Place | null {
    const known = this.#seen.get(directory) ?? this.#fromSource(directory) ?? this.#asOfNow.get(directory);
    if (known) return known;
    const place = this.#fromNow(directory);
    if (place) this.#asOfNow.set(directory, place);
    return place;
  }
}
