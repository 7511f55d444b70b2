import { isAppError, type PastEntry } from '@sandglass/protocol';
import { type FilesAt, whyNot } from '@sandglass/replay';
import { Model } from '../../platform/store.ts';

/**
 * reading → text | bytes | lost | missing | failed → any of them, with the next moment. What was shown stays while the next is read,
 * and while the file is the same version.
 */
export type PastDocumentState =
  | { readonly phase: 'reading' }
  | {
      readonly phase: 'text';
      readonly entry: PastEntry;
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly text: string;
    }
  | { readonly phase: 'bytes'; readonly entry: PastEntry; readonly bytes: Uint8Array<ArrayBuffer> }
  /** It was there; what it held is not known, and why. */
  | { readonly phase: 'lost'; readonly entry: PastEntry; readonly why: string }
  | { readonly phase: 'missing' }
  | { readonly phase: 'failed'; readonly error: unknown };

/** One file as it was, at one moment after another. */
export class PastDocument extends Model<PastDocumentState> {
  readonly #path: string;
  #ask = 0;

  constructor(path: string) {
    super({ phase: 'reading' });
    this.#path = path;
  }

  async show(files: FilesAt): Promise<void> {
    const mine = ++this.#ask;
    const next = await this.#read(files);
    if (mine === this.#ask && next !== null) this.set(next);
  }

  /** Null: it is the version that is shown. */
  async #read(files: FilesAt): Promise<PastDocumentState | null> {
    try {
      const entry = await files.stat(this.#path);
      const { state } = this;
      if ('entry' in state && isSame(state.entry, entry)) return null;
      if (entry.kind !== 'file')
        return { phase: 'lost', entry, why: `It was a ${entry.kind === 'symlink' ? 'link' : entry.kind} then.` };
      if (!isReadable(entry)) return { phase: 'lost', entry, why: whyNot(entry.state) };
      const bytes = new Uint8Array((await files.read(this.#path)).bytes);
      const text = textOf(bytes);
      return text === undefined ? { phase: 'bytes', entry, bytes } : { phase: 'text', entry, bytes, text };
    } catch (error) {
      if (isAppError(error) && error.code === 'notFound') return { phase: 'missing' };
      if (isAppError(error) && error.code === 'notSupported')
        return await files
          .stat(this.#path)
          .then((entry): PastDocumentState => ({ phase: 'lost', entry, why: error.message }))
          .catch((failure): PastDocumentState => ({ phase: 'failed', error: failure }));
      return { phase: 'failed', error };
    }
  }
}

const isReadable = ({ state }: PastEntry) => state === 'kept' || state === 'redacted' || state === 'start';

const isSame = (one: PastEntry, other: PastEntry) =>
  one.version === other.version && one.state === other.state && one.modifiedAtMs === other.modifiedAtMs;

/** Undefined for what is no UTF-8 text. */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
