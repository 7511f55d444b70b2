import { HOME } from '../../platform/home.ts';
import { candidatesOf, directoryOfReport, directoryOfTitle } from './fileLinks.ts';

/** A program may make the file that its next line names. */
const KEPT_MS = 2_000;
const MOST_KEPT = 500;

export interface FileFinderOptions {
  /** The sandbox's file of this name, as a whole path; a relative one is seen from where the terminal's program is now. */
  readonly findFile: (path: string) => Promise<string | undefined>;
  readonly nowMs: () => number;
}

/** Finds the file that a line of output means, seen from where its shell says it is. */
export class FileFinder {
  readonly #options: FileFinderOptions;
  readonly #known = new Map<string, { readonly atMs: number; readonly file: Promise<string | undefined> }>();
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

  /** What a program says of its place is a guess; it helps where the one in front only shows another (tmux, ssh). */
  async find(path: string): Promise<string | undefined> {
    const directories = [this.#reported, this.#titled].filter((each) => each !== undefined);
    const candidates = candidatesOf(path, directories, HOME);
    for (const candidate of isAnchored(path) ? candidates : [path, ...candidates]) {
      const file = await this.#look(candidate);
      if (file !== undefined) return file;
    }
    return undefined;
  }

  #look(path: string): Promise<string | undefined> {
    const nowMs = this.#options.nowMs();
    const known = this.#known.get(path);
    if (known !== undefined && nowMs - known.atMs < KEPT_MS) return known.file;
    if (this.#known.size >= MOST_KEPT) this.#known.clear();
    const file = this.#options.findFile(path).catch(() => undefined);
    this.#known.set(path, { atMs: nowMs, file });
    return file;
  }
}

const isAnchored = (path: string): boolean => path.startsWith('/') || path === '~' || path.startsWith('~/');
