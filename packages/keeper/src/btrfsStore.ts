/** Trees as btrfs subvolumes directly under the pool: snapshots of a running sandbox in constant time, limits by quota. */
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { enableQuota, exclusiveBytes, isBtrfs, limitSubvolume, snapshotSubvolume, syncFilesystem } from './btrfs.ts';
import { SHIFT } from './bundle.ts';
import { Refusal } from './errors.ts';
import { isOfAnother, isOrphaned, readTrees, writeOwner } from './owners.ts';
import { removeTree } from './removeTree.ts';
import type { Source, Store, Tree } from './runtime.ts';

export class BtrfsStore implements Store {
  readonly tracked = 'btrfs';
  readonly limitsDisk: boolean;
  readonly memoryRoot: string;
  readonly #pool: string;
  readonly #dataDir: string;

  private constructor(pool: string, dataDir: string, limitsDisk: boolean) {
    this.#pool = pool;
    this.#dataDir = dataDir;
    this.limitsDisk = limitsDisk;
    this.memoryRoot = `${pool}/.memory`;
  }

  static async open(pool: string, dataDir: string): Promise<BtrfsStore> {
    // Images are built later: until then it is an empty place.
    if (!isBtrfs(pool)) return new BtrfsStore(pool, dataDir, true);
    // Root inside a sandbox must be able to walk through, nobody else on the host.
    chownSync(pool, 0, SHIFT);
    chmodSync(pool, 0o710);
    mkdirSync(`${pool}/.owners`, { recursive: true, mode: 0o700 });
    const quota = await enableQuota(pool).catch(() => null);
    return new BtrfsStore(pool, dataDir, quota !== null);
  }

  async create(id: string, source: Source, diskMb: number): Promise<Tree> {
    const from = 'image' in source ? `img_${source.image}` : source.checkpoint;
    if (!existsSync(`${this.#pool}/${from}`)) throw absent(source);
    const path = `${this.#pool}/${id}`;
    if (existsSync(path)) throw new Refusal('alreadyExists', `There is a tree named ${id} already.`);
    this.own(id);
    try {
      await snapshotSubvolume(`${this.#pool}/${from}`, path, { readOnly: false });
      await this.limit(id, diskMb);
      return { path };
    } catch (error) {
      await this.remove(id);
      throw error;
    }
  }

  async limit(id: string, diskMb: number): Promise<void> {
    if (this.limitsDisk) await limitSubvolume(`${this.#pool}/${id}`, diskMb * 2 ** 20);
  }

  async diskBytes(id: string): Promise<number> {
    return (await exclusiveBytes(`${this.#pool}/${id}`)) ?? 0;
  }

  settle(): Promise<void> {
    return syncFilesystem(this.#pool);
  }

  async snapshot(id: string, checkpoint: string): Promise<void> {
    if (existsSync(`${this.#pool}/${checkpoint}`))
      throw new Refusal('alreadyExists', `There is a checkpoint ${checkpoint} already.`);
    this.own(checkpoint);
    try {
      await snapshotSubvolume(`${this.#pool}/${id}`, `${this.#pool}/${checkpoint}`, { readOnly: true });
    } catch (error) {
      rmSync(`${this.#pool}/.owners/${checkpoint}`, { force: true });
      throw error;
    }
  }

  async remove(id: string): Promise<void> {
    await removeTree(`${this.#pool}/${id}`);
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
}

export const absent = (source: Source): Refusal =>
  'image' in source
    ? new Refusal('notFound', `The image ${source.image} is not built on this host. Run \`npm run doctor\` to see why.`)
    : new Refusal('notFound', `There is no checkpoint ${source.checkpoint} on this host.`);
