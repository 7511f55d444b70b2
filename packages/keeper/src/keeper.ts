/** The verbs. Holds what runs on this host and does to it what was asked, one thing at a time per sandbox. */
import { lstatSync, mkdirSync, rmSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { Checkpoints } from './checkpoints.ts';
import { Refusal } from './errors.ts';
import { GUEST, type GuestFiles } from './guestFiles.ts';
import { Locks, Slots } from './locks.ts';
import { readableNow } from './native.ts';
import { bootId, readRecords, type SandboxRecord, startTimeOf, writeRecord } from './record.ts';
import { holdProcess, release } from './running.ts';
import type { Running, Runtime, Store, Tree } from './runtime.ts';
import type { Tracking } from './tracking.ts';
import type {
  CreateRequest,
  ImageName,
  KeeperInfo,
  KeeperLimits,
  KeeperNotice,
  KeeperSandbox,
  KeeperStats,
  SnapshotReply,
  ToKeeper,
  Verbs,
} from './verbs.ts';

/** How soon an end from inside is noticed; one system call for all sandboxes each time. */
const WATCH_INTERVAL_MS = 100;
const NODE = '/opt/sandglass/node';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface KeeperParts {
  readonly runRoot: string;
  readonly runtime: Runtime;
  readonly store: Store;
  /** The version of the guest named, or the current one: asked at each create so that a build takes effect at once. */
  readonly guest: (kept: string | null) => GuestFiles;
  readonly info: () => KeeperInfo;
  readonly notify: (notice: KeeperNotice) => void;
  /** Told before a sandbox runs and after it has gone; null where file changes cannot be seen from outside. */
  readonly tracking: Tracking | null;
}

interface Entry {
  readonly record: SandboxRecord;
  readonly running: Running | null;
}

export interface Answer {
  readonly reply: unknown;
  readonly handle?: Server | Socket;
}

export class SandboxKeeper {
  readonly #parts: KeeperParts;
  readonly #entries = new Map<string, Entry>();
  readonly #checkpoints: Checkpoints;
  readonly #locks = new Locks();
  // More starts at once only make each of them slower.
  readonly #starts = new Slots(4);
  readonly #watch: NodeJS.Timeout;

  private constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#checkpoints = new Checkpoints(parts);
    this.#watch = setInterval(() => this.#lookForEnds(), WATCH_INTERVAL_MS);
  }

  /** Takes over what lives from an earlier keeper and clears away what it left half-made. */
  static async open(parts: KeeperParts): Promise<SandboxKeeper> {
    mkdirSync(parts.runRoot, { recursive: true, mode: 0o700 });
    const keeper = new SandboxKeeper(parts);
    await keeper.#reconcile();
    return keeper;
  }

  get runningCount(): number {
    return [...this.#entries.values()].filter((entry) => entry.running).length;
  }

  /** Lets go of every sandbox without touching it. */
  async close(): Promise<void> {
    clearInterval(this.#watch);
    for (const { running } of this.#entries.values()) if (running) release(running);
    this.#entries.clear();
    await this.#parts.tracking?.close();
  }

  async answer({ verb, request }: ToKeeper): Promise<Answer> {
    switch (verb) {
      case 'info':
        return { reply: this.#parts.info() };
      case 'list':
        return { reply: this.#list() };
      case 'create':
        return { reply: await this.#hold(request.id, () => this.#create(request)) };
      case 'listen': {
        const handle = await this.#inNetwork(request, (sandbox) => this.#parts.runtime.listen(sandbox, request.port));
        return { reply: {}, handle };
      }
      case 'connect': {
        const handle = await this.#inNetwork(request, (sandbox) => this.#parts.runtime.connect(sandbox, request.port));
        return { reply: {}, handle };
      }
      case 'freeze':
        return this.#done(request.id, () => this.#parts.runtime.freeze(this.#running(request.id)));
      case 'thaw':
        return this.#done(request.id, async () => this.#parts.runtime.thaw(this.#running(request.id)));
      case 'setLimits':
        return this.#done(request.id, () => this.#setLimits(request.id, request.limits));
      case 'snapshot':
        return {
          reply: await this.#hold(request.id, () => this.#hold(request.checkpoint, () => this.#snapshot(request))),
        };
      case 'removeCheckpoint':
        return this.#done(request.checkpoint, () => this.#checkpoints.remove(request.checkpoint));
      case 'stats':
        return { reply: await this.#stats(request.id) };
      case 'kill':
        return this.#done(request.id, () => this.#kill(request.id));
    }
  }

  #hold<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.#locks.hold(name, work);
  }

  async #done(name: string, work: () => Promise<void>): Promise<Answer> {
    await this.#hold(name, work);
    return { reply: {} };
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new Refusal('notFound', `There is no sandbox ${id} on this host.`);
    return entry;
  }

  #running(id: string): Running {
    const { running } = this.#entry(id);
    if (!running) throw new Refusal('wrongState', `The sandbox ${id} has ended.`);
    return running;
  }

  #list(): { sandboxes: KeeperSandbox[]; checkpoints: string[] } {
    return {
      sandboxes: [...this.#entries.values()].map((entry) => this.#describe(entry)),
      checkpoints: this.#checkpoints.list(),
    };
  }

  #describe({ record, running }: Entry): KeeperSandbox {
    return {
      id: record.id,
      state: running ? (this.#parts.runtime.isFrozen(running) ? 'frozen' : 'running') : 'dead',
      image: record.image,
      pid: running?.pid ?? null,
      startedAtMs: record.startedAtMs,
    };
  }

  async #create(request: CreateRequest): Promise<KeeperSandbox> {
    const { id, source, limits } = request;
    if (this.#entries.has(id)) throw new Refusal('alreadyExists', `There is a sandbox ${id} already.`);
    this.#checkHost(limits);
    const memory = request.memory && 'checkpoint' in source ? this.#checkpoints.memoryOf(source.checkpoint) : null;
    const guest = this.#parts.guest(memory?.guest ?? null);
    const record: SandboxRecord = {
      id,
      image: 'image' in source ? (source.image as ImageName) : null,
      startedAtMs: Date.now(),
      process: null,
      guest: guest.version,
    };
    const runDir = this.#runDir(id);
    writeRecord(runDir, record);
    const make = () => this.#parts.store.create(id, source, limits.diskMb);
    const tree = await ('checkpoint' in source ? this.#hold(source.checkpoint, make) : make()).catch((error) => {
      rmSync(runDir, { recursive: true, force: true });
      throw error;
    });
    try {
      await this.#parts.tracking?.add(id, 'image' in source ? `img_${source.image}` : source.checkpoint);
      const pid = await this.#starts.use(() =>
        this.#parts.runtime.start({
          id,
          runDir,
          tree,
          limits,
          ...(memory ? { memoryFrom: memory.images } : {}),
          binds: [{ from: guest.directory, to: GUEST }, ...(guest.node ? [{ from: guest.node, to: NODE }] : [])],
          args: [
            ...(guest.reaper.length > 0 ? guest.reaper : reaper(tree)),
            ...guest.loader,
            NODE,
            `${GUEST}/guest.cjs`,
          ],
          env: [
            `PATH=${PATH}`,
            'HOME=/root',
            'LANG=C.UTF-8',
            `SANDGLASS_GUEST_PORT=${request.guestPort}`,
            `SANDGLASS_GUEST_SECRET=${request.guestSecret}`,
          ],
        }),
      );
      const startTime = startTimeOf(pid);
      const running = startTime && holdProcess(id, pid, startTime);
      if (!running) throw new Refusal('internal', `The guest ended at once. ${this.#parts.runtime.endReason(id)}`);
      const entry = { record: { ...record, process: { pid, startTime, bootId: bootId() } }, running };
      writeRecord(runDir, entry.record);
      this.#entries.set(id, entry);
      return this.#describe(entry);
    } catch (error) {
      await this.#clear(id, null);
      throw error;
    }
  }

  #checkHost(limits: KeeperLimits): void {
    const { host } = this.#parts.info();
    if (limits.cpus > host.cpus)
      throw new Refusal('limitExceeded', `This host has ${host.cpus} cores, ${limits.cpus} were asked for.`);
    if (limits.memoryMb > host.memoryMb)
      throw new Refusal(
        'limitExceeded',
        `This host has ${host.memoryMb} MiB of memory, ${limits.memoryMb} were asked for.`,
      );
  }

  async #inNetwork<T>(request: { id: string; port: number }, work: (sandbox: Running) => Promise<T>): Promise<T> {
    try {
      return await work(this.#running(request.id));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ECONNREFUSED')
        throw new Refusal('portClosed', `Nothing listens on port ${request.port} of the sandbox's loopback.`);
      if (code === 'EADDRINUSE')
        throw new Refusal('wrongState', `Port ${request.port} of the sandbox is in use already.`);
      throw error;
    }
  }

  async #setLimits(id: string, limits: KeeperLimits): Promise<void> {
    this.#checkHost(limits);
    this.#parts.runtime.setLimits(this.#running(id), limits);
    await this.#parts.store.limit(id, limits.diskMb);
  }

  #snapshot({ id, checkpoint, memory }: Verbs['snapshot'][0]): Promise<SnapshotReply> {
    return this.#checkpoints.make({ ...this.#entry(id), runDir: this.#runDir(id) }, checkpoint, memory);
  }

  async #stats(id: string): Promise<KeeperStats> {
    const sandbox = this.#running(id);
    return { ...this.#parts.runtime.stats(sandbox), diskBytes: await this.#parts.store.diskBytes(id) };
  }

  async #kill(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    await this.#clear(id, entry?.running ?? null);
    // Only now: a kill that failed half-way can be repeated.
    if (entry?.running) release(entry.running);
    this.#entries.delete(id);
  }

  /** Removes whatever the host has of this id. */
  async #clear(id: string, running: Running | null): Promise<void> {
    const runDir = this.#runDir(id);
    await this.#parts.runtime.end(id, runDir, running);
    await this.#parts.tracking?.remove(id);
    await this.#parts.store.remove(id);
    rmSync(runDir, { recursive: true, force: true });
  }

  #runDir(id: string): string {
    return `${this.#parts.runRoot}/${id}`;
  }

  #lookForEnds(): void {
    const running = [...this.#entries.values()].flatMap((entry) => entry.running ?? []);
    for (const pidfd of readableNow(running.map((sandbox) => sandbox.pidfd))) {
      const sandbox = running.find((candidate) => candidate.pidfd === pidfd)!;
      void this.#hold(sandbox.id, () => this.#ended(sandbox)).catch(() => {});
    }
  }

  /** Its tree stays until it is killed: people want to see what it left. */
  async #ended(sandbox: Running): Promise<void> {
    const entry = this.#entries.get(sandbox.id);
    // A kill that came first, or an earlier round, has dealt with it.
    if (entry?.running !== sandbox) return;
    const reason = this.#parts.runtime.endReason(sandbox.id);
    release(sandbox);
    this.#entries.set(sandbox.id, { record: { ...entry.record, process: null }, running: null });
    await this.#parts.runtime.end(sandbox.id, this.#runDir(sandbox.id), null);
    this.#parts.notify({ notice: 'exited', id: sandbox.id, reason });
  }

  /** What a dead keeper left in a shared pool. Another one may be sweeping the same; what stays is tried again at the next start. */
  async #sweep(id: string): Promise<void> {
    if (!this.#parts.store.isOrphaned(id)) return;
    try {
      await (id.startsWith('sbx_') ? this.#clear(id, null) : this.#checkpoints.remove(id));
    } catch (error) {
      process.stderr.write(`keeper: ${id}, left by another, is still there: ${(error as Error).message}\n`);
    }
  }

  async #reconcile(): Promise<void> {
    const known = new Set<string>();
    for (const { id, record } of readRecords(this.#parts.runRoot)) {
      if (!record?.process) {
        await this.#clear(id, null);
        continue;
      }
      known.add(id);
      const { pid, startTime, bootId: boot } = record.process;
      const running = boot === bootId() ? holdProcess(id, pid, startTime) : null;
      this.#entries.set(id, { record, running });
      if (running) await this.#parts.tracking?.add(id, null);
      else await this.#parts.runtime.end(id, this.#runDir(id), null);
    }
    const { store } = this.#parts;
    const { owned, orphaned } = store.trees();
    for (const id of owned) if (id.startsWith('sbx_') && !known.has(id)) await this.#clear(id, null);
    for (const id of orphaned) await this.#sweep(id);
    await this.#checkpoints.sweep();
  }
}

/** Reaps what loses its parents, where the image has it. Only whether the name is there is asked: nothing of the tree is opened. */
const reaper = (tree: Tree): string[] =>
  lstatSync(`${tree.path}/usr/bin/tini`, { throwIfNoEntry: false }) ? ['/usr/bin/tini', '-s', '--'] : [];
