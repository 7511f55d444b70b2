/** The embedded driver: sandboxes of this host, made by the keeper, spoken to through their guests. */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Keeper, KeeperInfo, KeeperNotice } from '@sandglass/keeper';
import { AppError, CheckpointId, type ImageName, type Limits, SandboxId } from '@sandglass/protocol';
import type {
  BaseFiles,
  CreateSpec,
  Driver,
  DriverReport,
  DriverSandbox,
  SandboxSink,
} from '../../sandboxes/driver.ts';
import { capabilitiesOf, defaultLimits, imageScreens } from './capabilities.ts';
import { toFileChanges } from './fileNotices.ts';
import { GuestFiles } from './guestFiles.ts';
import type { GuestLink } from './guestLink.ts';
import { GuestSecrets } from './guestSecrets.ts';
import { asked } from './keeperErrors.ts';
import { configureGuest, Launcher } from './launcher.ts';
import { type LocalHost, LocalSandbox } from './localSandbox.ts';
import { type WarmCounts, WarmPool } from './warmPool.ts';

export interface LocalDriverOptions {
  readonly keeper: Keeper;
  /** Where secrets and the marks of warm sandboxes are kept. Made when missing. */
  readonly stateDir: string;
  /** How many sandboxes of each image wait for somebody. Default: base 2, desktop and browser 1. */
  readonly warm?: WarmCounts;
  readonly randomBytes?: (count: number) => Uint8Array;
  readonly freeMb?: () => number;
}

interface Live {
  readonly sandbox: LocalSandbox;
  readonly sink: SandboxSink;
}

const defaultWarm: WarmCounts = { base: 2, desktop: 1, browser: 1 };
/** A guest that only reads. */
const BASE_MEMORY_MB = 256;
/** Images appear while they are built; levels do not change. */
const INFO_FRESH_MS = 2_000;

export class LocalDriver implements Driver {
  readonly name = 'local';
  readonly #keeper: Keeper;
  readonly #secrets: GuestSecrets;
  readonly #launcher: Launcher;
  readonly #pool: WarmPool;
  readonly #live = new Map<SandboxId, Live>();
  readonly #stopListening: () => void;
  #info: { value: KeeperInfo; atMs: number } | null = null;
  #poolOpened: Promise<void> | null = null;

  private constructor(options: LocalDriverOptions, secrets: GuestSecrets) {
    const { keeper, randomBytes } = options;
    this.#keeper = keeper;
    this.#secrets = secrets;
    this.#launcher = new Launcher({ keeper, secrets, ...(randomBytes ? { randomBytes } : {}) });
    this.#pool = new WarmPool({
      directory: join(options.stateDir, 'warm'),
      launcher: this.#launcher,
      counts: options.warm ?? defaultWarm,
      describe: (image) => this.#describe(image),
      ...(options.freeMb ? { freeMb: options.freeMb } : {}),
    });
    this.#stopListening = keeper.onNotice((notice) => this.#hear(notice));
  }

  static async open(options: LocalDriverOptions): Promise<LocalDriver> {
    await mkdir(options.stateDir, { recursive: true, mode: 0o700 });
    return new LocalDriver(options, await GuestSecrets.open(join(options.stateDir, 'secrets')));
  }

  async probe(): Promise<DriverReport> {
    this.#info = null;
    const info = await this.#readInfo();
    void this.#openPool();
    return {
      driver: this.name,
      level: info.level,
      levelReason: info.levelReason,
      probes: info.probes.map((probe) => ({ ...probe })),
      capabilities: capabilitiesOf(info, 'base'),
      images: info.images.map(({ name, ready, sizeBytes }) => ({
        name,
        ready,
        sizeBytes,
        defaults: defaultLimits(info, name),
        screen: imageScreens[name],
      })),
      host: { ...info.host, pids: mostPids() },
      privilege: info.privilege,
    };
  }

  reserve(image: ImageName): SandboxId | undefined {
    return this.#pool.reserve(image);
  }

  async create(spec: CreateSpec, sink: SandboxSink): Promise<DriverSandbox> {
    // Levels do not change while the keeper runs: nobody waits for fresh figures here.
    const info = this.#info?.value ?? (await this.#readInfo());
    const watch = info.tracking === 'inotify';
    const warm = await this.#pool.take(spec.id);
    let link: GuestLink;
    if (warm) {
      link = warm.link;
      try {
        if (!isSameLimits(warm.limits, spec.limits)) {
          await asked(this.#keeper.ask('setLimits', { id: spec.id, limits: spec.limits }));
        }
      } catch (error) {
        link.close();
        await this.#launcher.remove(spec.id);
        throw error;
      }
    } else {
      link = await this.#launcher.launch(toLaunch(spec, spec.limits), () => this.#gone(spec.id), sink);
    }
    try {
      link.sink = sink;
      await configureGuest(link, spec, { watch });
    } catch (error) {
      link.close();
      await this.#launcher.remove(spec.id);
      throw error;
    } finally {
      this.#pool.refill();
    }
    return this.#add(spec, sink, { link, info, frozen: false });
  }

  async list(): ReturnType<Driver['list']> {
    await this.#openPool();
    const { sandboxes, checkpoints } = await asked(this.#keeper.ask('list', {}));
    const known = sandboxes.flatMap(({ id, state }) => {
      const parsed = SandboxId.safeParse(id);
      return parsed.success && !this.#pool.has(parsed.data) ? [{ id: parsed.data, state }] : [];
    });
    return { sandboxes: known, checkpoints: checkpoints.flatMap((id) => CheckpointId.safeParse(id).data ?? []) };
  }

  async adopt(spec: CreateSpec, sink: SandboxSink): Promise<DriverSandbox> {
    const info = await this.#readInfo();
    const { sandboxes } = await asked(this.#keeper.ask('list', {}));
    const found = sandboxes.find(({ id }) => id === spec.id);
    if (!found || found.state === 'dead') throw new AppError('sandboxLost', 'The sandbox ended while no server ran.');
    const frozen = found.state === 'frozen';
    const link = await this.#launcher.rejoin(spec.id, { onGone: () => this.#gone(spec.id), frozen, sink });
    if (!frozen) await configureGuest(link, spec, { watch: info.tracking === 'inotify' });
    return this.#add(spec, sink, { link, info, frozen });
  }

  async discard(id: SandboxId): Promise<void> {
    if (await this.#pool.drop(id)) return;
    this.#live.get(id)?.sandbox.end('The sandbox was removed.');
    this.#live.delete(id);
    await asked(this.#keeper.ask('kill', { id }));
    await this.#secrets.remove(id);
  }

  async removeCheckpoint(checkpoint: CheckpointId): Promise<void> {
    await asked(this.#keeper.ask('removeCheckpoint', { checkpoint }));
    await this.#secrets.remove(checkpoint);
  }

  async openBase(id: SandboxId, source: Parameters<Driver['openBase']>[1]): Promise<BaseFiles> {
    const info = await this.#readInfo();
    const { cpus, memoryMb, diskMb, pids } = defaultLimits(info, source.image);
    // Not configured: its guest answers for files, and starts nothing that the image or the checkpoint would run.
    const link = await this.#launcher.launch(
      {
        id,
        source: 'checkpoint' in source ? { checkpoint: source.checkpoint } : { image: source.image },
        limits: {
          cpus: Math.min(cpus, 1),
          memoryMb: Math.min(memoryMb, BASE_MEMORY_MB),
          diskMb,
          pids: Math.min(pids, 64),
        },
        memory: false,
      },
      () => link.close(),
    );
    let closing: Promise<void> | null = null;
    return {
      files: new GuestFiles(() => link),
      close: () => {
        closing ??= (async () => {
          link.close();
          await this.#launcher.remove(id);
        })();
        return closing;
      },
    };
  }

  async close(): Promise<void> {
    await this.#poolOpened;
    await this.#pool.close();
    this.#stopListening();
    for (const { sandbox } of [...this.#live.values()]) await sandbox.release();
  }

  #openPool(): Promise<void> {
    this.#poolOpened ??= this.#pool.open().catch(() => {});
    return this.#poolOpened;
  }

  async #readInfo(): Promise<KeeperInfo> {
    const nowMs = performance.now();
    if (this.#info && nowMs - this.#info.atMs < INFO_FRESH_MS) return this.#info.value;
    const value = await asked(this.#keeper.ask('info', {}));
    this.#info = { value, atMs: nowMs };
    return value;
  }

  async #describe(image: ImageName): Promise<{ ready: boolean; limits: Limits; watch: boolean }> {
    const info = await this.#readInfo();
    const ready = info.images.some((i) => i.name === image && i.ready);
    return { ready, limits: defaultLimits(info, image), watch: info.tracking === 'inotify' };
  }

  #add(
    spec: CreateSpec,
    sink: SandboxSink,
    found: { link: GuestLink; info: KeeperInfo; frozen: boolean },
  ): LocalSandbox {
    const { id } = spec;
    const sandbox = new LocalSandbox({
      id,
      capabilities: capabilitiesOf(found.info, spec.source.image),
      host: this.#hostOf(spec, sink),
      link: found.link,
      frozen: found.frozen,
    });
    this.#live.set(id, { sandbox, sink });
    this.#launcher.settled(id);
    return sandbox;
  }

  #hostOf(spec: CreateSpec, sink: SandboxSink): LocalHost {
    const { id } = spec;
    return {
      keeper: this.#keeper,
      restore: (checkpoint, memory) => this.#restore({ ...spec, source: { ...spec.source, checkpoint, memory } }, sink),
      checkpointed: async (checkpoint, memory) => {
        const secret = memory ? await this.#secrets.find(id) : null;
        if (secret !== null) await this.#secrets.put(checkpoint, secret);
      },
      killed: async () => {
        this.#live.delete(id);
        await this.#secrets.remove(id);
      },
      released: () => this.#live.delete(id),
    };
  }

  async #restore(spec: CreateSpec, sink: SandboxSink): Promise<GuestLink> {
    const info = await this.#readInfo();
    await asked(this.#keeper.ask('kill', { id: spec.id }));
    try {
      const link = await this.#launcher.launch(toLaunch(spec, spec.limits), () => this.#gone(spec.id), sink);
      await configureGuest(link, spec, { watch: info.tracking === 'inotify' });
      this.#launcher.settled(spec.id);
      return link;
    } catch (error) {
      this.#lose(spec.id, 'The sandbox could not be started from its checkpoint.');
      throw error;
    }
  }

  #hear(notice: KeeperNotice): void {
    if (notice.notice === 'stopping') return;
    const id = SandboxId.safeParse(notice.id);
    if (!id.success) return;
    const live = this.#live.get(id.data);
    if (notice.notice === 'files') {
      const changes = toFileChanges(notice.changes);
      if (live && (changes.length > 0 || notice.dropped > 0)) live.sink.fileChanges(changes, notice.dropped);
    } else if (live && !live.sandbox.expectsEnd) {
      this.#lose(id.data, notice.reason);
    } else if (!live || live.sandbox.expectsEnd) {
      this.#launcher.ended(id.data, notice.reason);
      void this.#pool.drop(id.data);
    }
  }

  /** No word from its guest for a long time, though it is not frozen. */
  #gone(id: SandboxId): void {
    this.#lose(id, 'The guest of the sandbox does not answer any more; it may have been ended from inside.');
  }

  #lose(id: SandboxId, reason: string): void {
    const live = this.#live.get(id);
    if (!live) return;
    this.#live.delete(id);
    live.sandbox.end(reason);
    void this.#launcher.remove(id);
    live.sink.lost(reason);
  }
}

function toLaunch(spec: CreateSpec, limits: Limits): Parameters<Launcher['launch']>[0] {
  const { source } = spec;
  return 'checkpoint' in source
    ? { id: spec.id, source: { checkpoint: source.checkpoint }, limits, memory: source.memory }
    : { id: spec.id, source: { image: source.image }, limits, memory: false };
}

/** What the kernel numbers; without /proc no bound is known. */
function mostPids(): number {
  try {
    return Number(readFileSync('/proc/sys/kernel/pid_max', 'latin1'));
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function isSameLimits(a: Limits, b: Limits): boolean {
  return a.cpus === b.cpus && a.memoryMb === b.memoryMb && a.diskMb === b.diskMb && a.pids === b.pids;
}
