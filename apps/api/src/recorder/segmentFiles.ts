/** Open segment files, few at a time: thousands of tracks share a bounded number of descriptors. */
import { closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

// Far below the usual limit of 1024, so that sockets have room; a busy server writes to some tens of tracks at once.
const DEFAULT_MAX_OPEN = 128;

export class SegmentFiles {
  readonly #open = new Map<string, { fd: number; onEvict: () => void }>();
  readonly #maxOpen: number;

  constructor(maxOpen = DEFAULT_MAX_OPEN) {
    this.#maxOpen = maxOpen;
  }

  get openCount(): number {
    return this.#open.size;
  }

  /**
   * The descriptor of a file, opened (and created) when needed; valid until the next call. `onEvict` runs just before the
   * file is closed to make room.
   */
  use(path: string, onEvict: () => void): number {
    const known = this.#open.get(path);
    if (known) {
      // Maps keep insertion order: the first is the one used longest ago.
      this.#open.delete(path);
      this.#open.set(path, known);
      return known.fd;
    }
    for (const [oldest, file] of this.#open) {
      if (this.#open.size < this.#maxOpen) break;
      file.onEvict();
      this.close(oldest);
    }
    const fd = openFile(path);
    this.#open.set(path, { fd, onEvict });
    return fd;
  }

  close(path: string): void {
    const file = this.#open.get(path);
    if (!file) return;
    this.#open.delete(path);
    closeSync(file.fd);
  }

  closeAll(): void {
    for (const path of [...this.#open.keys()]) this.close(path);
  }
}

function openFile(path: string): number {
  const flags = constants.O_RDWR | constants.O_CREAT;
  try {
    return openSync(path, flags, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return openSync(path, flags, 0o600);
  }
}
