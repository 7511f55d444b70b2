/**
 * Trees where there is no btrfs: each sandbox is an overlay over its image, a checkpoint is a copy of what it changed (about a
 * second per GB). With root the overlay is mounted here; without, the sandbox mounts it in its own namespace.
 * Layout: `<id>/base` (the image's name), `<id>/upper`, and for sandboxes `<id>/work` and `<id>/merged`.
 */
import { execFile } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { absent } from './btrfsStore.ts';
import { SHIFT } from './bundle.ts';
import { Refusal } from './errors.ts';
import { isOfAnother, isOrphaned, readTrees, writeOwner } from './owners.ts';
import { removeTree } from './removeTree.ts';
import { AS_MAPPED_ROOT } from './rootless.ts';
import type { Source, Store, Tree } from './runtime.ts';

const run = promisify(execFile);
const DISK_MEMORY_MS = 10_000;

export class OverlayStore implements Store {
  readonly limitsDisk = false;
  readonly memoryRoot: string;
  readonly tracked: 'overlay' | null;
  readonly #pool: string;
  readonly #dataDir: string;
  readonly #rootless: boolean;
  readonly #sizes = new Map<string, { bytes: number; atMs: number }>();

  constructor(pool: string, dataDir: string, options: { rootless: boolean }) {
    this.#pool = pool;
    this.memoryRoot = `${pool}/.memory`;
    this.#dataDir = dataDir;
    this.#rootless = options.rootless;
    this.tracked = options.rootless ? null : 'overlay';
    mkdirSync(`${pool}/.owners`, { recursive: true });
    if (options.rootless) return;
    chownSync(pool, 0, SHIFT);
    chmodSync(pool, 0o710);
  }

  async create(id: string, source: Source): Promise<Tree> {
    const from = 'image' in source ? `img_${source.image}` : source.checkpoint;
    if (!existsSync(`${this.#pool}/${from}`)) throw absent(source);
    const base = 'image' in source ? from : readFileSync(`${this.#pool}/${from}/base`, 'utf8');
    const path = this.#claim(id, base);
    try {
      for (const name of ['work', 'merged']) mkdirSync(`${path}/${name}`);
      if ('image' in source) {
        mkdirSync(`${path}/upper`);
        if (!this.#rootless) chownSync(`${path}/upper`, SHIFT, SHIFT);
      } else await this.#command('cp', ['-a', `${this.#pool}/${from}/upper`, `${path}/upper`]);
      const layers = `lowerdir=${this.#pool}/${base},upperdir=${path}/upper,workdir=${path}/work`;
      if (this.#rootless) return { path: `${path}/merged`, overlay: `userxattr,${layers}` };
      // With these two, files can be told apart by handle: trackers and memory checkpoints need it.
      const options = `index=on,nfs_export=on,${layers}`;
      await run('mount', ['-t', 'overlay', '-o', options, `sandglass_${id}`, `${path}/merged`]);
      return { path: `${path}/merged` };
    } catch (error) {
      await this.remove(id);
      throw error;
    }
  }

  async limit(): Promise<void> {}

  async diskBytes(id: string): Promise<number> {
    const known = this.#sizes.get(id);
    if (known && performance.now() - known.atMs < DISK_MEMORY_MS) return known.bytes;
    // Files that vanish meanwhile make it complain, and still it counts.
    const { stdout } = await this.#command('du', ['-s', '-B1', `${this.#pool}/${id}/upper`]).catch((error) => error);
    const bytes = Number.parseInt(stdout, 10) || 0;
    this.#sizes.set(id, { bytes, atMs: performance.now() });
    return bytes;
  }

  async settle(): Promise<void> {}

  async snapshot(id: string, checkpoint: string): Promise<void> {
    const path = this.#claim(checkpoint, readFileSync(`${this.#pool}/${id}/base`, 'utf8'));
    try {
      await this.#command('cp', ['-a', '--reflink=auto', `${this.#pool}/${id}/upper`, `${path}/upper`]);
    } catch (error) {
      await this.remove(checkpoint);
      throw error;
    }
  }

  async remove(id: string): Promise<void> {
    const path = `${this.#pool}/${id}`;
    this.#sizes.delete(id);
    if (!this.#rootless) await removeTree(path);
    else if (existsSync(path)) await this.#command('rm', ['-rf', '--one-file-system', path]);
    rmSync(`${this.#pool}/.owners/${id}`, { force: true });
  }

  trees(): { owned: string[]; orphaned: string[] } {
    return readTrees(this.#pool, this.#dataDir);
  }

  own(id: string): void {
    writeOwner(this.#pool, this.#dataDir, id);
  }

  isOrphaned(id: string): boolean {
    return isOrphaned(this.#pool, id);
  }

  isOfAnother(id: string): boolean {
    return isOfAnother(this.#pool, this.#dataDir, id);
  }

  #claim(id: string, base: string): string {
    const path = `${this.#pool}/${id}`;
    if (existsSync(path)) throw new Refusal('alreadyExists', `There is a tree named ${id} already.`);
    this.own(id);
    mkdirSync(path, { mode: 0o711 });
    writeFileSync(`${path}/base`, base);
    return path;
  }

  /** Files inside belong to ids that only exist in a user namespace of ours. */
  #command(command: string, args: readonly string[]) {
    const [first, ...rest] = this.#rootless ? [...AS_MAPPED_ROOT, command, ...args] : [command, ...args];
    return run(first!, rest, { maxBuffer: 2 ** 24 });
  }
}
