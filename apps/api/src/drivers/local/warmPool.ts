/**
 * Sandboxes started ahead, by image, so that a create finds its machine running. They are marked on disk from before their birth
 * until they are taken: what is still marked at the next start is nobody's and is removed.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { formatId, ImageName, type Limits, SandboxId } from '@sandglass/protocol';
import type { CreateSpec } from '../../sandboxes/driver.ts';
import { imageScreens } from './capabilities.ts';
import type { GuestLink } from './guestLink.ts';
import { configureGuest, type Launcher } from './launcher.ts';

export type WarmCounts = { readonly [I in ImageName]?: number };

export interface Warm {
  readonly id: SandboxId;
  readonly image: ImageName;
  readonly limits: Limits;
  readonly link: GuestLink;
}

/** A create that is under way or has just been goes first. */
const QUIET_MS = 300;
const RETRY_MS = 10_000;
/** What must stay free after one more. */
const NEEDED_MB: Readonly<Record<ImageName, number>> = {
  base: 512,
  desktop: 1536,
  browser: 1536,
  'code-interpreter': 512,
};
export const defaultScreen = { width: 1280, height: 800 };

export class WarmPool {
  readonly #directory: string;
  readonly #launcher: Launcher;
  readonly #counts: WarmCounts;
  readonly #describe: (image: ImageName) => Promise<{ ready: boolean; limits: Limits; watch: boolean }>;
  readonly #freeMb: () => number;
  readonly #idle = new Map<SandboxId, Warm>();
  readonly #reserved = new Map<SandboxId, Warm>();
  #filling: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: {
    directory: string;
    launcher: Launcher;
    counts: WarmCounts;
    describe: (image: ImageName) => Promise<{ ready: boolean; limits: Limits; watch: boolean }>;
    freeMb?: () => number;
  }) {
    this.#directory = options.directory;
    this.#launcher = options.launcher;
    this.#counts = options.counts;
    this.#describe = options.describe;
    this.#freeMb = options.freeMb ?? (() => freemem() / 1_048_576);
  }

  get size(): number {
    return this.#idle.size;
  }

  has(id: SandboxId): boolean {
    return this.#idle.has(id) || this.#reserved.has(id);
  }

  /** Removes what an earlier server left, and begins to fill. */
  async open(): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#directory)) {
      const id = SandboxId.safeParse(name);
      if (id.success) await this.#launcher.remove(id.data);
      await rm(join(this.#directory, name), { force: true });
    }
    this.refill();
  }

  reserve(image: ImageName): SandboxId | undefined {
    for (const warm of this.#idle.values()) {
      if (warm.image !== image || !warm.link.connected) continue;
      this.#idle.delete(warm.id);
      this.#reserved.set(warm.id, warm);
      return warm.id;
    }
    return undefined;
  }

  /** The reserved sandbox, now the caller's. */
  async take(id: SandboxId): Promise<Warm | undefined> {
    const warm = this.#reserved.get(id);
    if (!warm) return undefined;
    this.#reserved.delete(id);
    await this.#unmark(id);
    this.refill();
    return warm;
  }

  /** It ended or is not wanted. @returns whether it was ours. */
  async drop(id: SandboxId): Promise<boolean> {
    const warm = this.#idle.get(id) ?? this.#reserved.get(id);
    if (!warm) return false;
    this.#idle.delete(id);
    this.#reserved.delete(id);
    warm.link.close();
    await this.#launcher.remove(id);
    await this.#unmark(id);
    this.#later(RETRY_MS);
    return true;
  }

  /** Fills up when the house has been quiet for a moment. */
  refill(): void {
    this.#later(QUIET_MS);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#filling;
    for (const id of [...this.#idle.keys(), ...this.#reserved.keys()]) await this.drop(id);
  }

  #later(waitMs: number): void {
    if (this.#closed) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#launcher.starting > 0) {
        this.refill();
        return;
      }
      this.#filling ??= this.#fill()
        .catch(() => this.#later(RETRY_MS))
        .finally(() => {
          this.#filling = null;
        });
    }, waitMs);
    this.#timer.unref();
  }

  async #fill(): Promise<void> {
    for (const image of ImageName.options) {
      while (this.#missing(image)) {
        // Somebody is waiting for a sandbox of their own: they go first.
        if (this.#launcher.starting > 0) {
          this.refill();
          return;
        }
        const { ready, limits, watch } = await this.#describe(image);
        if (!ready || this.#freeMb() < NEEDED_MB[image]) break;
        await this.#startOne(image, limits, watch);
      }
    }
  }

  #missing(image: ImageName): boolean {
    const have = [...this.#idle.values()].filter((warm) => warm.image === image).length;
    return !this.#closed && have < (this.#counts[image] ?? 0);
  }

  async #startOne(image: ImageName, limits: Limits, watch: boolean): Promise<void> {
    const id = formatId('sbx', this.#launcher.randomBytes(10)) as SandboxId;
    await writeFile(join(this.#directory, id), '');
    try {
      const link = await this.#launcher.launch(
        { id, source: { image }, limits, memory: false },
        () => void this.drop(id),
      );
      await configureGuest(link, { ...warmSpec(image, id) }, { watch });
      this.#idle.set(id, { id, image, limits, link });
    } catch (error) {
      await this.#launcher.remove(id);
      await this.#unmark(id);
      throw error;
    }
  }

  async #unmark(id: SandboxId): Promise<void> {
    await rm(join(this.#directory, id), { force: true });
  }
}

/** What most creates ask for: then a warm desktop need not start its screen anew. */
export function warmSpec(image: ImageName, id: SandboxId): Pick<CreateSpec, 'environment' | 'screen' | 'hostname'> {
  return { environment: {}, screen: imageScreens[image] === 'none' ? null : defaultScreen, hostname: hostnameOf(id) };
}

/** Host names have no underscore. */
export function hostnameOf(id: SandboxId): string {
  return id.replace('_', '-');
}
