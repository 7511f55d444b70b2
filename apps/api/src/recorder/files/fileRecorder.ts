/**
 * Records the files of one sandbox: hears from the log which names changed, keeps the tree that follows from it, has changed files
 * read (`captures.ts`), and writes it all to the track `files`. A tree is written whole now and then, so that a moment is found
 * without reading from the beginning.
 */
import type { BlobHash, FileChange, FileFacts, FileLoss, FileStep, LogEvent } from '@sandglass/protocol';
import { encodeFileSteps, FileTree } from '@sandglass/replay';
import type { Clock } from '../../lib/clock.ts';
import { type SandboxLog, trackFrame } from '../log.ts';
import { Captures } from './captures.ts';
import { ChangeSteps } from './changeSteps.ts';
import { inheritedTree, seqOfCheckpoint, toldLater } from './earlierTrees.ts';
import { loggedTree } from './loggedTree.ts';
import { knownOf, type Reach, type Reading, readVersion } from './readVersion.ts';
import { compareFolder, type Difference } from './reconcile.ts';
import { scan } from './scan.ts';

export interface FileRecorderOptions {
  readonly log: SandboxLog;
  /** Wall time of the moment 0. */
  readonly zeroMs: number;
  /** @throws AppError while the sandbox cannot be asked */
  readonly reach: () => Reach;
  readonly clock: Clock;
  /** The recording whose past it shares, and up to where. */
  readonly parent: { readonly log: SandboxLog; readonly seq: number } | undefined;
  /** Takes secrets out of what is about to be kept; the same bytes when there are none. */
  readonly redact: (bytes: Buffer) => Uint8Array;
  readonly onError: (error: unknown) => void;
}

const HOME = '/home/user';
/** What versions turned out to be is told in batches; the reader looks ahead for it. */
const TELL_EVERY_MS = 100;
const MOST_UNTOLD = 500;
const STEPS_A_FRAME = 2_000;
/** A whole tree is written when what came since is this much, and several times as much as the tree itself. */
const TREE_EVERY_BYTES = 262_144;
const TREE_EVERY_TIMES = 4;
/** Names were lost: it is looked through again when the burst may be over. */
const LOOK_AFTER_MS = 2_000;
/**
 * And now and then without a reason: what a program holds open and appends to is told by nobody. A hundred times as long as it took:
 * it costs a hundredth.
 */
const LOOK_EVERY_MS = 60_000;
const LOOK_EVERY_TIMES = 100;
const KINDS = ['file.changed', 'checkpoint.restored'] as const;
const EVENTS_AT_ONCE = 500;
/** One sandbox's files do not fill a disk. */
const MOST_BLOB_BYTES = 2 * 1_073_741_824;

export class FileRecorder {
  readonly #options: FileRecorderOptions;
  readonly #captures: Captures;
  #tree: FileTree;
  #changes: ChangeSteps;
  #lastVersion = 0;
  #untold: FileStep[] = [];
  #cancelTelling: (() => void) | undefined;
  #cancelLook: (() => void) | undefined;
  #unlisten: () => void = () => {};
  #bytesSinceTree = Number.POSITIVE_INFINITY;
  #treeBytes = 0;
  /** Touched since a scan began: the log knows better than what the scan saw. */
  #touched: Set<string> | undefined;
  #scanning: Promise<void> = Promise.resolve();
  #wantedScan: 'start' | 'again' | undefined;
  #phase: 'new' | 'open' | 'private' | 'stopped' = 'new';

  constructor(options: FileRecorderOptions) {
    this.#options = options;
    this.#tree = new FileTree();
    this.#changes = this.#newChanges();
    this.#captures = new Captures({
      clock: options.clock,
      read: (path, signal) => readVersion(options.reach(), path, signal),
      known: (version, reading) => this.#know(version, this.#factsOf(reading)),
      lost: (version, why) => this.#know(version, nowhere(why)),
      changed: (path, reading) => this.#seen(path, reading),
      onError: options.onError,
    });
  }

  /** Nothing waits to be read or to be looked through. For tests, and for whoever makes a picture of it. */
  get settled(): boolean {
    return this.#captures.idle && this.#untold.length === 0 && this.#wantedScan === undefined;
  }

  /** Goes on where the log ends. `running`: it can be asked already. */
  start(running: boolean): void {
    const { log, parent, zeroMs } = this.#options;
    const known = loggedTree(log);
    const inherited = known === undefined && parent !== undefined ? inheritedTree(parent, log.blobs) : undefined;
    this.#use(known?.tree ?? inherited ?? new FileTree());
    this.#phase = 'open';
    if (known === undefined && parent !== undefined) {
      const { steps, lastVersion } = toldLater(parent);
      this.#lastVersion = Math.max(this.#lastVersion, lastVersion);
      if (steps.length > 0) this.#frame(trackFrame.fileSteps, encodeFileSteps(steps));
    }
    if (known === undefined) this.#writeTree();
    else
      for (const [path, node] of this.#tree.entries())
        if (node.kind === 'file' && this.#tree.open.get(node.version) === node)
          this.#captures.want(path, node.version, zeroMs + (known.toldAtUs.get(node.version) ?? 0) / 1_000);
    this.#catchUp(known?.seq ?? 0);
    this.#unlisten = log.onEvent((event) => this.#hear(event));
    this.#wantedScan = known === undefined && inherited === undefined ? 'start' : 'again';
    if (running) this.#goOn();
  }

  /** `ended`: the sandbox is over, so what was not read never will be. */
  stop({ ended }: { readonly ended: boolean }): void {
    if (this.#phase === 'stopped') return;
    this.#unlisten();
    this.#cancelLook?.();
    this.#captures.stop(ended ? 'ended' : undefined);
    this.#tell();
    this.#phase = 'stopped';
  }

  #hear(event: LogEvent): void {
    try {
      if (event.kind === 'recorder.stopped') this.#setPrivate();
      else if (event.kind === 'recorder.resumed') this.#leavePrivate();
      else if (this.#phase === 'open') this.#take(event);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #take(event: LogEvent): void {
    if (event.kind === 'file.changed') {
      this.#change(event.data.changes, event.wallMs);
      if (event.data.dropped > 0) this.#doubt();
    } else if (event.kind === 'checkpoint.restored') this.#restore(event.data.checkpoint);
    else if (event.kind === 'sandbox.phase' && event.data.to === 'running') this.#goOn();
  }

  #catchUp(after: number): void {
    const { log } = this.#options;
    for (let from = after + 1; ; ) {
      const events = log.eventsOf(KINDS, from, EVENTS_AT_ONCE);
      for (const event of events) this.#take(event);
      if (events.length < EVENTS_AT_ONCE) return;
      from = events.at(-1)!.seq + 1;
    }
  }

  #goOn(): void {
    this.#captures.resume();
    void this.#scan();
  }

  #change(changes: readonly FileChange[], toldAtMs: number): void {
    const { steps, moves, lost, wanted, look } = this.#changes.of(changes);
    for (const { path, to } of changes) {
      this.#touched?.add(path);
      if (to !== undefined) this.#touched?.add(to);
    }
    for (const { path, to, directory } of moves) {
      if (to === undefined) this.#captures.removed(path, directory);
      else this.#captures.moved(path, to, directory);
    }
    this.#write(steps);
    for (const { version, why } of lost) this.#know(version, nowhere(why));
    for (const { path, version } of wanted) this.#captures.want(path, version, toldAtMs);
    if (look) this.#lookSoon();
  }

  /** A file is at another version than any that was told. */
  #seen(path: string, reading: Extract<Reading, { found: 'bytes' | 'large' | 'other' }> | null): void {
    // It may have become so in private: what is there afterwards is looked at then.
    if (this.#phase !== 'open') return;
    const place = this.#tree.find(path);
    if (place.at === 'here' && place.node.kind === 'directory') return;
    const version = ++this.#lastVersion;
    if (reading !== null) this.#write([{ do: 'file', path, version, facts: this.#factsOf(reading) }]);
    else {
      this.#write([{ do: 'file', path, version }]);
      this.#captures.want(path, version, this.#options.clock.now());
    }
  }

  #factsOf(reading: Extract<Reading, { found: 'bytes' | 'large' | 'other' }>): FileFacts {
    const { known } = reading;
    if (reading.found === 'other') return { ...known, content: { from: 'nowhere', why: 'unreadable' } };
    if (reading.found === 'large')
      return {
        ...known,
        content: { from: 'nowhere', why: 'tooLarge', ...(reading.hash === undefined ? {} : { hash: reading.hash }) },
      };
    const kept = this.#options.redact(reading.bytes);
    const removed = kept !== reading.bytes;
    const hash = this.#keep(kept);
    return {
      ...known,
      content:
        hash === undefined
          ? { from: 'nowhere', why: 'noRoom' }
          : { from: 'blob', hash, ...(removed && { removed: true as const }) },
    };
  }

  #keep(bytes: Uint8Array): BlobHash | undefined {
    const { blobs } = this.#options.log;
    if (blobs.sizeBytes + bytes.length > MOST_BLOB_BYTES) return undefined;
    try {
      return blobs.put(bytes);
    } catch (error) {
      this.#options.onError(error);
      return undefined;
    }
  }

  #know(version: number, facts: FileFacts): void {
    this.#untold.push({ do: 'know', version, facts });
    if (this.#untold.length >= MOST_UNTOLD) this.#tell();
    else {
      const { clock } = this.#options;
      this.#cancelTelling ??= clock.at(clock.now() + TELL_EVERY_MS, () => this.#tell());
    }
  }

  #tell(): void {
    this.#cancelTelling?.();
    this.#cancelTelling = undefined;
    // What was read before a private moment is told after it.
    if (this.#phase === 'open') this.#write(this.#untold.splice(0));
  }

  #doubt(): void {
    if (this.#tree.exact) this.#write([{ do: 'doubt' }]);
    this.#lookSoon();
  }

  #lookSoon(): void {
    this.#wantedScan ??= 'again';
    this.#lookAfter(LOOK_AFTER_MS);
  }

  #lookAfter(ms: number): void {
    const { clock } = this.#options;
    this.#cancelLook?.();
    if (this.#phase === 'stopped') return;
    this.#cancelLook = clock.at(clock.now() + ms, () => {
      this.#wantedScan ??= 'again';
      void this.#scan();
    });
  }

  #restore(checkpoint: Parameters<typeof seqOfCheckpoint>[1]): void {
    const { log } = this.#options;
    this.#captures.clear('removed');
    this.#tell();
    const seq = seqOfCheckpoint(log, checkpoint);
    const earlier = seq === undefined ? undefined : loggedTree(log, seq);
    this.#use(earlier?.tree ?? new FileTree());
    if (earlier === undefined) this.#tree.apply({ do: 'doubt' });
    this.#writeTree();
    this.#lookSoon();
  }

  #setPrivate(): void {
    if (this.#phase !== 'open') return;
    this.#tell();
    this.#phase = 'private';
    this.#captures.pause();
  }

  #leavePrivate(): void {
    if (this.#phase !== 'private') return;
    this.#phase = 'open';
    this.#wantedScan ??= 'again';
    this.#tell();
    // Names that changed meanwhile were not told.
    this.#write([{ do: 'doubt' }]);
    this.#goOn();
  }

  /** One after the other; what cannot be looked at now is looked at when it goes on. */
  async #scan(): Promise<void> {
    const before = this.#scanning;
    this.#scanning = before.then(() => this.#lookThrough()).catch((error) => this.#options.onError(error));
    await this.#scanning;
  }

  async #lookThrough(): Promise<void> {
    const wanted = this.#wantedScan;
    if (wanted === undefined || this.#phase !== 'open') return;
    this.#touched = new Set();
    const beganMs = performance.now();
    try {
      for await (const folder of scan(this.#options.reach(), HOME)) {
        if (this.#phase !== 'open') return;
        this.#apply(compareFolder(this.#tree, folder, { start: wanted === 'start', touched: this.#touched }));
      }
      this.#wantedScan = undefined;
      this.#lookAfter(Math.max(LOOK_EVERY_MS, LOOK_EVERY_TIMES * (performance.now() - beganMs)));
      if (!this.#tree.exact) this.#write([{ do: 'sure' }]);
    } catch {
      // It stands still, or is away: `#goOn` looks again, or time does.
      if (this.#phase === 'open') this.#lookAfter(LOOK_EVERY_MS);
    } finally {
      this.#touched = undefined;
    }
  }

  #apply({ steps, unknown, gone }: Difference): void {
    for (const path of gone) this.#captures.removed(path, true);
    const versions = unknown.map((entry) => ({ entry, version: ++this.#lastVersion }));
    this.#write([
      ...steps,
      ...versions.map(({ entry, version }): FileStep => ({ do: 'file', path: entry.path, version })),
    ]);
    for (const { entry, version } of versions) {
      if (entry.kind === 'file') this.#captures.want(entry.path, version, this.#options.clock.now());
      else this.#know(version, this.#factsOf({ found: 'other', known: knownOf(entry) }));
    }
  }

  #use(tree: FileTree): void {
    this.#tree = tree;
    this.#lastVersion = Math.max(this.#lastVersion, tree.lastVersion);
    this.#changes = this.#newChanges();
  }

  #newChanges(): ChangeSteps {
    return new ChangeSteps(
      () => this.#tree,
      () => ++this.#lastVersion,
    );
  }

  #write(steps: readonly FileStep[]): void {
    if (steps.length === 0) return;
    for (const step of steps) this.#tree.apply(step);
    for (let at = 0; at < steps.length; at += STEPS_A_FRAME) {
      const payload = encodeFileSteps(steps.slice(at, at + STEPS_A_FRAME));
      this.#bytesSinceTree += payload.length;
      this.#frame(trackFrame.fileSteps, payload);
    }
    if (this.#bytesSinceTree > Math.max(TREE_EVERY_BYTES, TREE_EVERY_TIMES * this.#treeBytes)) this.#writeTree();
  }

  #writeTree(): void {
    const payload = encodeFileSteps([...this.#tree.steps()]);
    this.#treeBytes = payload.length;
    this.#bytesSinceTree = 0;
    this.#frame(trackFrame.fileTree, payload);
  }

  #frame(kind: typeof trackFrame.fileSteps | typeof trackFrame.fileTree, payload: Uint8Array): void {
    try {
      this.#options.log.appendFrame('files', kind, payload);
    } catch (error) {
      // The next thing that is written is the whole tree.
      this.#bytesSinceTree = Number.POSITIVE_INFINITY;
      this.#options.onError(error);
    }
  }
}

const nowhere = (why: FileLoss): FileFacts => ({ kind: 'file', content: { from: 'nowhere', why } });
