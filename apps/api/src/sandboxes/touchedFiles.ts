import type { Actor, FileChange } from '@sandglass/protocol';

/** The system reports a change some moments after the call that made it. */
const REMEMBER_MS = 5_000;
const MAX_PATHS = 256;

/** Who asked for which path of late: so a change that the system reports without a name gets the one of its call. */
export class TouchedFiles {
  readonly #paths = new Map<string, { readonly actor: Actor; readonly atMs: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  touch(path: string, actor: Actor): void {
    const plain = absolute(path);
    this.#paths.delete(plain);
    this.#paths.set(plain, { actor, atMs: this.#now() });
    if (this.#paths.size > MAX_PATHS) this.#paths.delete(this.#paths.keys().next().value!);
  }

  /** The changes with their actor, where one is known; `actor` when it is the same for all. */
  attribute(changes: readonly FileChange[]): { changes: FileChange[]; actor: Actor } {
    const named = changes.map((change) => {
      const actor = change.actor ?? this.#find(change.to ?? change.path) ?? this.#find(change.path);
      return actor === undefined ? change : { ...change, actor };
    });
    const first = named[0]?.actor;
    const same = first !== undefined && named.every((change) => change.actor === first);
    return { changes: named, actor: same ? first : 'system' };
  }

  #find(path: string): Actor | undefined {
    const touched = this.#paths.get(path);
    return touched && this.#now() - touched.atMs <= REMEMBER_MS ? touched.actor : undefined;
  }
}

/** As the sandbox resolves it, links aside: those that lead elsewhere simply have no known actor. */
function absolute(path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `/home/user/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
