import { candidatesOf, directoryOfReport, directoryOfTitle } from './fileLinks.ts';

/** Where `user` of every image lives. */
const HOME = '/home/user';
/** A program may make the file that its next line names. */
const KEPT_MS = 5_000;
const MOST_KEPT = 500;

export interface FileFinderOptions {
  /** Whether the sandbox has a file of this name. */
  readonly isFile: (path: string) => Promise<boolean>;
  readonly nowMs: () => number;
}

/** Finds the file that a line of output means, seen from where its shell says it is. */
export class FileFinder {
  readonly #options: FileFinderOptions;
  readonly #known = new Map<string, { readonly atMs: number; readonly isFile: Promise<boolean> }>();
  #reported: string | undefined;
  #titled: string | undefined;

  constructor(options: FileFinderOptions) {
    this.#options = options;
  }

  /** OSC 7. */
  handleDirectory(report: string): void {
    this.#reported = directoryOfReport(report) ?? this.#reported;
  }

  handleTitle(title: string): void {
    this.#titled = directoryOfTitle(title, HOME) ?? this.#titled;
  }

  async find(path: string): Promise<string | undefined> {
    const directories = [this.#reported, this.#titled].filter((each) => each !== undefined);
    for (const candidate of candidatesOf(path, directories, HOME)) if (await this.#isFile(candidate)) return candidate;
    return undefined;
  }

  #isFile(path: string): Promise<boolean> {
    const nowMs = this.#options.nowMs();
    const known = this.#known.get(path);
    if (known !== undefined && nowMs - known.atMs < KEPT_MS) return known.isFile;
    if (this.#known.size >= MOST_KEPT) this.#known.clear();
    const isFile = this.#options.isFile(path).catch(() => false);
    this.#known.set(path, { atMs: nowMs, isFile });
    return isFile;
  }
}
