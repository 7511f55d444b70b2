/** Whether the disk that holds the recordings has room: asked of the disk, now and then, and of every write that fails. */
import { statfsSync } from 'node:fs';
import { isAppError } from '@sandglass/protocol';

const CODES = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL']);

/** Of a file, or of SQLite. */
export function isNoSpace(error: unknown): boolean {
  if (isAppError(error)) return error.code === 'noSpace';
  return error instanceof Error && 'code' in error && CODES.has(String(error.code));
}

export interface SpaceOptions {
  /** Below this the disk counts as full, so that events and the databases still have room. */
  readonly floorBytes: number;
  readonly freeBytes: () => number;
}

/** Once full, it takes some room more to be not: or it would go back and forth with every file. */
const MARGIN = 0.25;
const LEAST_MARGIN_BYTES = 1_048_576;

export class DiskSpace {
  readonly #options: SpaceOptions;
  #phase: 'roomy' | 'full' = 'roomy';

  constructor(options: SpaceOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#phase === 'full';
  }

  get freeBytes(): number {
    return this.#options.freeBytes();
  }

  /** A write failed: it is full, whatever the disk says. */
  failed(): void {
    this.#phase = 'full';
  }

  look(): void {
    const { floorBytes, freeBytes } = this.#options;
    const free = freeBytes();
    if (free < floorBytes) this.#phase = 'full';
    else if (free >= floorBytes + Math.max(LEAST_MARGIN_BYTES, floorBytes * MARGIN)) this.#phase = 'roomy';
  }
}

export function freeBytesOf(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}
