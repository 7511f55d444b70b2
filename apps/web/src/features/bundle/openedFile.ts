import { type BundleError, BundleSource, type ByteSource, isBundleError } from '@sandglass/replay/bundle';
import { Model } from '../../platform/store.ts';

/** none → opening → open | failed · open, failed → opening (another file) */
export type OpenedState =
  | { readonly phase: 'none' }
  | { readonly phase: 'opening'; readonly name: string }
  | {
      readonly phase: 'open';
      readonly name: string;
      readonly source: BundleSource;
      /** Another for each file that is opened, also one of the same name. */
      readonly opening: number;
    }
  | { readonly phase: 'failed'; readonly name: string; readonly error: unknown };

/** The recording that this page has open. */
export class OpenedFile extends Model<OpenedState> {
  #ask = 0;

  constructor() {
    super({ phase: 'none' });
  }

  /** The last file asked for wins. */
  async open(name: string, bytes: Blob | ByteSource): Promise<void> {
    const mine = ++this.#ask;
    this.set({ phase: 'opening', name });
    try {
      const source = await BundleSource.open(bytes);
      if (mine === this.#ask) this.set({ phase: 'open', name, source, opening: mine });
    } catch (error) {
      if (mine === this.#ask) this.set({ phase: 'failed', name, error });
    }
  }
}

const titles: Record<BundleError['problem'], string> = {
  notABundle: 'This is no recording',
  foreign: 'This is no recording',
  newer: 'Made by a newer Sandglass',
  truncated: 'The file is not whole',
  refused: 'This file was not opened',
  damaged: 'The file is damaged',
};

export const titleOfFailure = (error: unknown): string =>
  isBundleError(error) ? titles[error.problem] : 'The file could not be read';
