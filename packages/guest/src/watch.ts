/**
 * Changes under a directory, for sandboxes whose host cannot tell (level L0). Each directory is watched first and listed then, so
 * that what is made in a new directory is not missed; what is made and removed between the two is.
 */
import { type Dirent, type FSWatcher, watch } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileChange } from '@sandglass/protocol';
import { named, native } from './files/native.ts';

const MOST_DIRECTORIES = 8192;
const MOST_CHANGES_AT_ONCE = 500;
const FLUSH_MS = 50;
/** Large, generated, and nobody's work: their names would drown the rest. */
const IGNORED = new Set(['node_modules', '.git', '.cache', '__pycache__', '.npm']);
/** What the guest itself makes and removes again (`files/writing.ts`, `pipes.ts`). */
const OWN = '.sandglass-';

type Change = Pick<FileChange, 'path' | 'kind' | 'directory'>;

export class Watch {
  readonly #root: string;
  readonly #report: (changes: Change[], dropped: number) => void;
  readonly #watchers = new Map<string, FSWatcher>();
  /** What is known to exist: path → is it a directory. */
  readonly #known = new Map<string, boolean>();
  #pending: Change[] = [];
  #dropped = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(root: string, report: (changes: Change[], dropped: number) => void) {
    this.#root = root;
    this.#report = report;
  }

  async open(): Promise<void> {
    await this.#enter(this.#root, false);
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
    if (this.#timer) clearTimeout(this.#timer);
  }

  async #enter(directory: string, announce: boolean): Promise<void> {
    if (this.#watchers.has(directory) || this.#watchers.size >= MOST_DIRECTORIES) return;
    try {
      const watcher = watch(native(directory), { encoding: 'buffer' }, (_event, name) => {
        void this.#look(directory, name === null ? '' : named(name));
      });
      watcher.on('error', () => this.#leave(directory));
      this.#watchers.set(directory, watcher);
    } catch {
      this.#dropped += 1;
      return;
    }
    const options = { withFileTypes: true, encoding: 'buffer' } as const;
    const items = (await readdir(native(directory), options).catch(() => [])) as unknown as Dirent<Buffer>[];
    for (const item of items) {
      const name = named(item.name);
      if (name.startsWith(OWN)) continue;
      const path = join(directory, name);
      if (announce && !this.#known.has(path)) this.#say({ path, kind: 'created', directory: item.isDirectory() });
      this.#known.set(path, item.isDirectory());
      if (item.isDirectory() && !IGNORED.has(name)) await this.#enter(path, announce);
    }
  }

  async #look(directory: string, name: string): Promise<void> {
    if (name === '' || name.startsWith(OWN)) return;
    const path = join(directory, name);
    const found = await lstat(native(path)).catch(() => null);
    const before = this.#known.get(path);
    if (!found) {
      if (before === undefined) return;
      this.#known.delete(path);
      if (before) this.#leave(path);
      this.#say({ path, kind: 'deleted', directory: before });
      return;
    }
    const isDirectory = found.isDirectory();
    this.#known.set(path, isDirectory);
    if (before === undefined) this.#say({ path, kind: 'created', directory: isDirectory });
    else if (!isDirectory) this.#say({ path, kind: 'modified', directory: false });
    if (isDirectory && !IGNORED.has(name)) await this.#enter(path, true);
  }

  #leave(directory: string): void {
    for (const [path, watcher] of this.#watchers) {
      if (path !== directory && !path.startsWith(`${directory}/`)) continue;
      watcher.close();
      this.#watchers.delete(path);
    }
    for (const path of this.#known.keys()) if (path.startsWith(`${directory}/`)) this.#known.delete(path);
  }

  #say(change: Change): void {
    const last = this.#pending.at(-1);
    if (last && last.path === change.path && last.kind === change.kind) return;
    if (this.#pending.length >= MOST_CHANGES_AT_ONCE) this.#dropped += 1;
    else this.#pending.push(change);
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS);
  }

  #flush(): void {
    this.#timer = null;
    const changes = this.#pending;
    const dropped = this.#dropped;
    this.#pending = [];
    this.#dropped = 0;
    this.#report(changes, dropped);
  }
}
