/**
 * The tracker: a child of the keeper that reads the kernel's file events of the pool and tells which sandbox changed which
 * path. Its own process, because a burst of events must not keep the keeper from answering. On btrfs one mark on the pool sees
 * every sandbox; an overlay is marked with each.
 * In: `{ track: { id, source } }`, `{ untrack: id }`, both answered by `{ settled: id }`. Out: `files` notices.
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
import { encodeName } from './fileName.ts';
import { FileTree, type FindPlace } from './fileTree.ts';
import type { KeeperFileEvent, KeeperNotice } from './verbs.ts';

export type ToTracker =
  | { readonly track: { readonly id: string; readonly source: string | null } }
  | { readonly untrack: string };
export type FromTracker = { readonly settled: string } | Extract<KeeperNotice, { notice: 'files' }>;

const BATCH_MS = 20;
/** Not yet taken by the server; beyond it names are counted, not kept. */
const MOST_WAITING = 50_000;
const PID_MEMORY_MS = 2_000;

interface Tracked {
  readonly id: string;
  readonly tree: FileTree;
  /** Opened for it alone, on an overlay. */
  readonly mark: Mark | null;
  changes: KeeperFileEvent[];
  dropped: number;
}

interface Mark {
  readonly fanotify: number;
  /** Through which handles are opened. */
  readonly mountFd: number;
  readonly treeOf: (handle: Handle) => Tracked | undefined;
}

/** Bytes 12…20 of a btrfs handle (type, inode, subvolume, generation) name the subvolume. */
const subvolumeOf = (handle: Handle): string => handle.slice(12, 20);
const inSubvolume = (handle: Handle, subvolume: string): Handle => handle.slice(0, 12) + subvolume + handle.slice(20);

class Tracker {
  readonly #pool: string;
  readonly #tracked = new Map<string, Tracked>();
  readonly #bySubvolume = new Map<string, Tracked>();
  readonly #sources = new Map<string, { readonly root: Handle | null; readonly find: FindPlace }>();
  readonly #insidePids = new Map<number, number | undefined>();
  /** Null: overlays. */
  readonly #poolMark: Mark | null = null;
  readonly #marks = new Set<Mark>();
  /** A folder's making and end may come as one event, before those of what was in it: forgotten when the queue has been empty. */
  #gone: [FileTree, Handle][] = [];
  #waiting = 0;
  #flush: NodeJS.Timeout | null = null;
  #lastFlushMs = 0;

  constructor(pool: string, kind: string) {
    this.#pool = pool;
    if (kind === 'btrfs') this.#poolMark = this.#open(pool, (handle) => this.#bySubvolume.get(subvolumeOf(handle)));
    setInterval(() => this.#insidePids.clear(), PID_MEMORY_MS);
  }

  track(id: string, source: string | null): void {
    this.untrack(id);
    const top = this.#poolMark ? `${this.#pool}/${id}` : `${this.#pool}/${id}/merged`;
    const root = handleOf(top);
    if (!root) return;
    const mark = this.#poolMark ? null : this.#open(top, () => this.#tracked.get(id));
    const { mountFd } = (mark ?? this.#poolMark)!;
    const fromSource = source && this.#poolMark ? this.#source(source, mountFd) : () => null;
    const tree = new FileTree(root, fromSource, (directory) => placeNow(`${top}/`, mountFd, directory));
    const tracked = { id, tree, mark, changes: [], dropped: 0 };
    this.#tracked.set(id, tracked);
    if (!mark) this.#bySubvolume.set(subvolumeOf(root), tracked);
  }

  untrack(id: string): void {
    const tracked = this.#tracked.get(id);
    this.#tracked.delete(id);
    for (const [subvolume, candidate] of this.#bySubvolume)
      if (candidate === tracked) this.#bySubvolume.delete(subvolume);
    if (!tracked?.mark) return;
    this.#marks.delete(tracked.mark);
    closeSync(tracked.mark.fanotify);
    closeSync(tracked.mark.mountFd);
  }

  async run(): Promise<never> {
    const buffer = Buffer.alloc(256 * 1_024);
    for (;;) {
      // A mark made meanwhile is waited for in the next round.
      await waitReadable(
        [...this.#marks].map((mark) => mark.fanotify),
        this.#poolMark ? 1_000 : 50,
      );
      for (const mark of [...this.#marks]) await this.#drain(mark, buffer);
      for (const [tree, directory] of this.#gone) tree.removed(directory);
      this.#gone = [];
    }
  }

  async #drain(mark: Mark, buffer: Buffer): Promise<void> {
    while (this.#marks.has(mark)) {
      const size = readQueued(mark.fanotify, buffer);
      if (size === 0) return;
      for (const change of parseEvents(buffer, size)) this.#take(mark, change);
      this.#planFlush();
      // Messages of the keeper come in between.
      await breathe();
    }
  }

  #open(path: string, treeOf: Mark['treeOf']): Mark {
    const mark = { fanotify: openFanotify(path), mountFd: openSync(path, 'r'), treeOf };
    this.#marks.add(mark);
    return mark;
  }

  #take(mark: Mark, change: RawChange): void {
    if (change.mask & FAN_Q_OVERFLOW) {
      for (const tracked of this.#tracked.values()) tracked.dropped++;
      return;
    }
    const handle = change.from?.directory ?? change.to?.directory ?? change.object;
    const tracked = handle && mark.treeOf(handle);
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
  #source(name: string, mountFd: number): FindPlace {
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
        const path = pathNow(mountFd, handle);
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
    for (const tracked of this.#tracked.values()) {
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

function placeNow(top: string, mountFd: number, directory: Handle): ReturnType<FindPlace> {
  const path = pathNow(mountFd, directory);
  return path?.startsWith(top) && !path.endsWith(' (deleted)') ? { parent: null, name: path.slice(top.length) } : null;
}

function pathNow(mountFd: number, handle: Handle): string | null {
  const fd = openByHandle(mountFd, handle);
  if (fd === null) return null;
  try {
    return encodeName(readlinkSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' }));
  } finally {
    closeSync(fd);
  }
}

function say(message: FromTracker, done: () => void = () => {}): void {
  process.send?.(message, undefined, {}, done);
}

// A thread of it may be waiting in the kernel: only this ends it at once.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
const [, , pool, kind] = process.argv;
const tracker = new Tracker(pool!, kind!);
process.on('message', (message: ToTracker) => {
  if ('untrack' in message) {
    tracker.untrack(message.untrack);
    say({ settled: message.untrack });
  } else {
    tracker.track(message.track.id, message.track.source);
    say({ settled: message.track.id });
  }
});
void tracker.run();
