/**
 * Versions of files of one recording, each once, by its SHA-256. They lie in the recording's own folder, so they go with it; a fork
 * shares its parent's by hard links, so each goes when the last recording that has it goes.
 */
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, BlobHash } from '@sandglass/protocol';

/** Beside the folders of the tracks. */
export const BLOBS_FOLDER = 'blobs';
const TEMPORARY = '.new';
const NAMED_WITHIN_MS = 10_000;

export class Blobs {
  readonly #directory: string;
  /** Read from the disk when it is first needed: most recordings are only looked at. */
  #known: Map<BlobHash, number> | undefined;
  #bytes = 0;
  /** When each was last asked to be kept: what names it is written a moment later. */
  readonly #putAtMs = new Map<BlobHash, number>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** What they take up on the disk. */
  get sizeBytes(): number {
    this.#sizes();
    return this.#bytes;
  }

  has(hash: BlobHash): boolean {
    return this.#sizes().has(hash);
  }

  /** Of one, or undefined. */
  sizeOf(hash: BlobHash): number | undefined {
    return this.#sizes().get(hash);
  }

  /** In place when it returns. @throws AppError noSpace */
  put(bytes: Uint8Array): BlobHash {
    const hash = createHash('sha256').update(bytes).digest('hex');
    this.#putAtMs.set(hash, performance.now());
    if (this.has(hash)) return hash;
    const path = this.#path(hash);
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      writeFileSync(path + TEMPORARY, bytes, { mode: 0o600 });
      renameSync(path + TEMPORARY, path);
    } catch (error) {
      rmSync(path + TEMPORARY, { force: true });
      throw asNoSpace(error);
    }
    this.#add(hash, bytes.length);
    return hash;
  }

  /** @throws AppError notFound */
  read(hash: BlobHash): Buffer {
    const bytes = this.has(hash) ? readIfThere(this.#path(hash)) : undefined;
    if (bytes !== undefined) return bytes;
    throw new AppError('notFound', 'The recording does not have this version of a file any more.');
  }

  /** Has one of another recording too, without a copy where the disk can do that. False when the other has it no more. */
  share(hash: BlobHash, other: Blobs): boolean {
    if (this.has(hash)) return true;
    if (!other.has(hash)) return false;
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      linkSync(other.#path(hash), this.#path(hash));
      this.#add(hash, other.sizeOf(hash) ?? 0);
    } catch {
      this.put(other.read(hash));
    }
    return true;
  }

  /** Drops those that nothing names any more. @returns how many bytes became free */
  keepOnly(named: ReadonlySet<BlobHash>): number {
    let freedBytes = 0;
    const sinceMs = performance.now() - NAMED_WITHIN_MS;
    for (const [hash, putAtMs] of this.#putAtMs) if (putAtMs < sinceMs) this.#putAtMs.delete(hash);
    for (const [hash, sizeBytes] of [...this.#sizes()]) {
      if (named.has(hash) || this.#putAtMs.has(hash)) continue;
      rmSync(this.#path(hash), { force: true });
      this.#known?.delete(hash);
      this.#bytes -= sizeBytes;
      freedBytes += sizeBytes;
    }
    return freedBytes;
  }

  #add(hash: BlobHash, sizeBytes: number): void {
    this.#sizes().set(hash, sizeBytes);
    this.#bytes += sizeBytes;
  }

  #sizes(): Map<BlobHash, number> {
    if (this.#known !== undefined) return this.#known;
    const known = new Map<BlobHash, number>();
    for (const name of namesIn(this.#directory)) {
      if (name.endsWith(TEMPORARY)) rmSync(join(this.#directory, name), { force: true });
      if (!BlobHash.safeParse(name).success) continue;
      const { size } = statSync(join(this.#directory, name));
      known.set(name, size);
      this.#bytes += size;
    }
    this.#known = known;
    return known;
  }

  /** Hashes become names of files: nothing that is not one may get here. */
  #path(hash: BlobHash): string {
    return join(this.#directory, BlobHash.parse(hash));
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function asNoSpace(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new AppError('noSpace', 'The disk that holds the recordings is full. Make room, then try again.', {
    cause: error,
  });
}
