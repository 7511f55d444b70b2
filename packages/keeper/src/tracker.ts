/**
 * The tracker: a child of the keeper that reads the kernel's file events of the pool and tells which sandbox changed which
 * path. Its own process, because a burst of events must not keep the keeper from answering.
 * In: `{ track: { id, source } }` (answered by `{ tracked: id }`), `{ untrack: id }`. Out: `files` notices.
 */
import { closeSync, openSync, readFileSync, readlinkSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import {
  FAN_ATTRIB,
  FAN_CLOSE_WRITE,
  FAN_CREATE,
  FAN_DELETE,
  FAN_ONDIR,
  FAN_Q_OVERFLOW,
  FAN_RENAME,
  type Handle,
  handleOf,
  openByHandle,
  openFanotify,
  parseEvents,
  type RawChange,
  readQueued,
  waitReadable,
} from './fanotify.ts';
import { FileTree, type FindPlace } from './fileTree.ts';
import type { KeeperFileEvent, KeeperNotice } from './verbs.ts';

export type ToTracker =
  | { readonly track: { readonly id: string; readonly source: string | null } }
  | { readonly untrack: string };
export type FromTracker = { readonly tracked: string } | Extract<KeeperNotice, { notice: 'files' }>;

const BATCH_MS = 20;
/** Not yet taken by the server; beyond it names are counted, not kept. */
const MOST_WAITING = 50_000;
const PID_MEMORY_MS = 2_000;

interface Tracked {
  readonly id: string;
  readonly tree: FileTree;
  changes: KeeperFileEvent[];
  dropped: number;
}

/** Bytes 12…20 of a btrfs handle (type, inode, subvolume, generation) name the subvolume. */
const subvolumeOf = (handle: Handle): string => handle.slice(12, 20);
const inSubvolume = (handle: Handle, subvolume: string): Handle => handle.slice(0, 12) + subvolume + handle.slice(20);

class Tracker {
  readonly #pool: string;
  readonly #poolFd: number;
  readonly #fanotify: number;
  readonly #bySubvolume = new Map<string, Tracked>();
  readonly #sources = new Map<string, { readonly root: Handle | null; readonly find: FindPlace }>();
  readonly #insidePids = new Map<number, number | undefined>();
  /** A folder's making and end may come as one event, before those of what was in it: forgotten when the queue has been empty. */
  #gone: [FileTree, Handle][] = [];
  #waiting = 0;
  #flush: NodeJS.Timeout | null = null;
  #lastFlushMs = 0;

  constructor(pool: string) {
    this.#pool = pool;
    this.#poolFd = openSync(pool, 'r');
    this.#fanotify = openFanotify(pool);
    setInterval(() => this.#insidePids.clear(), PID_MEMORY_MS);
  }

  track(id: string, source: string | null): void {
    const root = handleOf(`${this.#pool}/${id}`);
    if (!root) return;
    const tree = new FileTree(root, source ? this.#source(source) : () => null, (directory) =>
      this.#placeNow(id, directory),
    );
    this.#bySubvolume.set(subvolumeOf(root), { id, tree, changes: [], dropped: 0 });
  }

  untrack(id: string): void {
    for (const [subvolume, tracked] of this.#bySubvolume) if (tracked.id === id) this.#bySubvolume.delete(subvolume);
  }

  async run(): Promise<never> {
    const buffer = Buffer.alloc(256 * 1_024);
    for (;;) {
      await waitReadable(this.#fanotify);
      for (let size = readQueued(this.#fanotify, buffer); size > 0; size = readQueued(this.#fanotify, buffer)) {
        for (const change of parseEvents(buffer, size)) this.#take(change);
        this.#planFlush();
        // Messages of the keeper come in between.
        await breathe();
      }
      for (const [tree, directory] of this.#gone) tree.removed(directory);
      this.#gone = [];
    }
  }

  #take(change: RawChange): void {
    if (change.mask & FAN_Q_OVERFLOW) {
      for (const tracked of this.#bySubvolume.values()) tracked.dropped++;
      return;
    }
    const handle = change.from?.directory ?? change.to?.directory ?? change.object;
    const tracked = handle && this.#bySubvolume.get(subvolumeOf(handle));
    if (!tracked) return;
    const events = this.#describe(tracked.tree, change);
    if (events === null) tracked.dropped++;
    else if (this.#waiting + tracked.changes.length > MOST_WAITING) tracked.dropped += events.length;
    else tracked.changes.push(...events);
  }

  /** Null: the directory it was in cannot be found any more. */
  #describe(tree: FileTree, { mask, pid, object, from, to }: RawChange): KeeperFileEvent[] | null {
    const place = from ?? to;
    if (!place) return [];
    const directory = (mask & FAN_ONDIR) !== 0;
    const path = tree.pathOf(place.directory, place.name);
    const events: KeeperFileEvent[] = [];
    const inside = this.#insidePid(pid);
    const add = (kind: KeeperFileEvent['kind'], at: string, renamedTo?: string) =>
      events.push({
        path: at,
        kind,
        directory,
        ...(renamedTo === undefined ? {} : { to: renamedTo }),
        ...(inside === undefined ? {} : { pid: inside }),
      });
    // One event may stand for several things done to one object; its end comes last.
    if (mask & FAN_RENAME && to) {
      const target = tree.pathOf(to.directory, to.name);
      if (directory && object) tree.moved(object, to.directory, to.name);
      if (path !== null && target !== null) add('renamed', path, target);
      return path === null || target === null ? null : events;
    }
    if (mask & FAN_CREATE && directory && object) tree.placed(object, place.directory, place.name);
    if (path !== null) {
      if (mask & FAN_CREATE) add('created', path);
      if (mask & FAN_CLOSE_WRITE) add('modified', path);
      if (mask & FAN_ATTRIB && !(mask & (FAN_CREATE | FAN_DELETE))) add('attributes', path);
      if (mask & FAN_DELETE) add('deleted', path);
    }
    if (mask & FAN_DELETE && directory && object) this.#gone.push([tree, object]);
    return path === null ? null : events;
  }

  /** A source stands still, so its places are found when first needed, once for all sandboxes started from it. */
  #source(name: string): FindPlace {
    const top = `${this.#pool}/${name}`;
    const root = handleOf(top);
    const known = this.#sources.get(name);
    // An image built anew has the name of the old one.
    if (known?.root === root) return known.find;
    const places = new Map<Handle, ReturnType<FindPlace>>();
    const find: FindPlace = (live) => {
      if (!root) return null;
      const subvolume = subvolumeOf(live);
      const handle = inSubvolume(live, subvolumeOf(root));
      // Kept by the handle in the source; told by the handles in the sandbox, which differ in the subvolume alone.
      let place = places.get(handle);
      if (place === undefined) {
        const path = this.#pathNow(handle);
        const cut = path?.lastIndexOf('/') ?? -1;
        const parent = path?.startsWith(`${top}/`) ? handleOf(path.slice(0, cut)) : null;
        place = path && parent ? { parent, name: path.slice(cut + 1) } : null;
        if (place) places.set(handle, place);
      }
      return place && { parent: place.parent && inSubvolume(place.parent, subvolume), name: place.name };
    };
    this.#sources.set(name, { root, find });
    return find;
  }

  #placeNow(id: string, directory: Handle): ReturnType<FindPlace> {
    const path = this.#pathNow(directory);
    const top = `${this.#pool}/${id}/`;
    return path?.startsWith(top) && !path.endsWith(' (deleted)')
      ? { parent: null, name: path.slice(top.length) }
      : null;
  }

  #pathNow(handle: Handle): string | null {
    const fd = openByHandle(this.#poolFd, handle);
    if (fd === null) return null;
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } finally {
      closeSync(fd);
    }
  }

  /** The pid as the sandbox sees it; unknown when the process has ended already. */
  #insidePid(pid: number): number | undefined {
    if (this.#insidePids.has(pid)) return this.#insidePids.get(pid);
    let inside: number | undefined;
    try {
      const ids =
        /^NSpid:(.*)$/m
          .exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
          ?.trim()
          .split(/\s+/) ?? [];
      if (ids.length > 1) inside = Number(ids.at(-1));
    } catch {}
    this.#insidePids.set(pid, inside);
    return inside;
  }

  #planFlush(): void {
    if (this.#flush) return;
    const sinceMs = performance.now() - this.#lastFlushMs;
    this.#flush = setTimeout(() => this.#send(), Math.max(0, BATCH_MS - sinceMs));
  }

  #send(): void {
    this.#flush = null;
    this.#lastFlushMs = performance.now();
    for (const tracked of this.#bySubvolume.values()) {
      const { id, changes, dropped } = tracked;
      if (changes.length === 0 && dropped === 0) continue;
      tracked.changes = [];
      tracked.dropped = 0;
      this.#waiting += changes.length;
      say({ notice: 'files', id, changes, dropped }, () => {
        this.#waiting -= changes.length;
      });
    }
  }
}

function say(message: FromTracker, done: () => void = () => {}): void {
  process.send?.(message, undefined, {}, done);
}

// A thread of it may be waiting in the kernel: only this ends it at once.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
const tracker = new Tracker(process.argv[2]!);
process.on('message', (message: ToTracker) => {
  if ('untrack' in message) tracker.untrack(message.untrack);
  else {
    tracker.track(message.track.id, message.track.source);
    say({ tracked: message.track.id });
  }
});
void tracker.run();
