import { FilesAt, FilesCursor, type StartFiles } from '@sandglass/replay';
import { Model } from './model.ts';
import type { PlayheadModel } from './playheadModel.ts';

/**
 * reading → shown | none | failed · each → any of them, with the next moment. While one is read, what was shown before stays.
 * live: the present is shown, and nobody asks.
 */
export type PastFilesState =
  | { readonly phase: 'live' | 'reading' }
  /** A new object for each tree that differs from the one before. */
  | { readonly phase: 'shown'; readonly files: FilesAt }
  /** Nothing of files was recorded by then. */
  | { readonly phase: 'none' }
  | { readonly phase: 'failed'; readonly error: unknown };

/** Reads the tree of the playhead's moment, and again when that is another one. */
export class PastFilesModel extends Model<PastFilesState> {
  readonly #playhead: Pick<PlayheadModel, 'state' | 'subscribe' | 'recordingAt'>;
  readonly #start: StartFiles | null;
  #cursor: FilesCursor | undefined;
  #shown = '';
  #ask = 0;

  /** `start`: the files that were there before anything was recorded; a file has none. */
  constructor(playhead: Pick<PlayheadModel, 'state' | 'subscribe' | 'recordingAt'>, start: StartFiles | null) {
    super({ phase: playhead.state.head.phase === 'live' ? 'live' : 'reading' });
    this.#playhead = playhead;
    this.#start = start && remembering(start);
  }

  /** Reads the moment that is shown, also after it could not be read. */
  readonly retry = (): void => {
    const mine = ++this.#ask;
    this.#show(mine).catch((error) => {
      if (mine !== this.#ask) return;
      this.#shown = '';
      this.set({ phase: 'failed', error });
    });
  };

  /** @returns stop */
  follow(): () => void {
    const unsubscribe = this.#playhead.subscribe(this.retry);
    this.retry();
    return () => {
      this.#ask++;
      unsubscribe();
    };
  }

  async #show(mine: number): Promise<void> {
    const { head } = this.#playhead.state;
    if (head.phase === 'live') {
      this.#shown = '';
      return this.set({ phase: 'live' });
    }
    if (this.state.phase !== 'shown') this.set({ phase: 'reading' });
    const recording = await this.#playhead.recordingAt(head.atUs);
    if (mine !== this.#ask) return;
    this.#cursor ??= new FilesCursor(recording);
    const shown = await this.#cursor.show(head.atUs);
    if (mine !== this.#ask || shown.what === 'superseded') return;
    if (shown.what === 'nothing') {
      this.#shown = '';
      return this.set({ phase: 'none' });
    }
    const { tree } = shown;
    if (this.#shown === tree.identity) return;
    this.#shown = tree.identity;
    const blob = (hash: string) => recording.blob(hash);
    this.set({ phase: 'shown', files: new FilesAt(tree, { start: this.#start, blob }) });
  }
}

/** Of the start nothing ever changes: each folder is asked for once. */
function remembering(start: StartFiles): StartFiles {
  const lists = new Map<string, ReturnType<StartFiles['list']>>();
  const stats = new Map<string, ReturnType<StartFiles['stat']>>();
  const once = <T>(known: Map<string, Promise<T>>, path: string, ask: (path: string) => Promise<T>): Promise<T> => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const asked = ask(path);
    known.set(path, asked);
    // What failed is asked for again.
    asked.catch(() => known.delete(path));
    return asked;
  };
  return {
    list: (path) => once(lists, path, start.list),
    stat: (path) => once(stats, path, start.stat),
    read: start.read,
  };
}
