/**
 * Takes secrets out of bytes that come in pieces. What may be the beginning of a secret is kept back, for a moment: then it is
 * let go, and should the rest come later, the mark takes its place. Everything else goes through as it is, at once.
 */
import { REMOVED, type Redactor, secretsIn } from './redactor.ts';
import { asBytes, type SecretPattern } from './secretPatterns.ts';

/** Less than a frame of a screen: an echo that is kept back is not seen to be late. */
const SHORT_MS = 12;
/** So much of one known secret is hardly chance: somebody types it. */
const LIKELY_CHARACTERS = 8;
const LIKELY_MS = 400;
/** Of a secret whose beginning has gone out, so much is looked at again together with what comes. */
const CONTEXT_CHARACTERS = 4096;
/** Never kept back more than this. */
const MAX_HELD_CHARACTERS = 20_000;

const MARK = asBytes(REMOVED);

export interface RedactedPiece {
  readonly bytes: Uint8Array;
  /** Bytes of the source that it stands for. */
  readonly sourceBytes: number;
  readonly removed: number;
}

export interface RedactedStreamOptions {
  readonly redactor: Pick<Redactor, 'bytePatterns'>;
  readonly emit: (piece: RedactedPiece) => void;
  /** Calls once after so many milliseconds; returns the way to call it off. */
  readonly after: (ms: number, call: () => void) => () => void;
}

export class RedactedStream {
  readonly #options: RedactedStreamOptions;
  /** What went out last, as far as a secret may have begun in it. */
  #context = '';
  #held = '';
  #cancel: (() => void) | null = null;

  constructor(options: RedactedStreamOptions) {
    this.#options = options;
  }

  get heldBytes(): number {
    return this.#held.length;
  }

  push(bytes: Uint8Array): void {
    const patterns = this.#options.redactor.bytePatterns;
    if (patterns.length === 0 && this.#held === '') {
      this.#options.emit({ bytes, sourceBytes: bytes.length, removed: 0 });
      return;
    }
    const before = this.#held;
    this.#held += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    this.#release('open', before === '' ? bytes : undefined);
  }

  /** Lets go of what is kept back: nothing more is to be expected for now. */
  flush(): void {
    if (this.#held !== '') this.#release('ended');
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** `whole`: the bytes of all that is held, where they are at hand. */
  #release(phase: 'open' | 'ended', whole?: Uint8Array): void {
    this.close();
    const patterns = this.#options.redactor.bytePatterns;
    const text = this.#context + this.#held;
    const goneOut = this.#context.length;
    let out = '';
    let at = goneOut;
    let removed = 0;
    let contextAt = 0;
    let begun = beginnings(text, 0, patterns);
    const hold = () =>
      phase === 'ended' ? text.length : Math.max(begun.holdAt, at, text.length - MAX_HELD_CHARACTERS);
    let holdAt = hold();
    for (const span of secretsIn(text, patterns)) {
      if (span.end <= goneOut) continue;
      if (span.start >= holdAt) break;
      out += text.slice(at, Math.max(at, span.start)) + MARK;
      at = span.end;
      contextAt = span.end;
      removed++;
      begun = beginnings(text, span.end, patterns);
      holdAt = hold();
    }
    const upTo = Math.max(at, holdAt);
    const sourceBytes = upTo - goneOut;
    if (removed === 0 && whole && upTo === text.length) this.#emit(whole, sourceBytes, 0);
    else if (sourceBytes > 0) this.#emit(Buffer.from(out + text.slice(at, upTo), 'latin1'), sourceBytes, removed);
    // What has begun and gone out, and one more: whether a word goes on.
    this.#context = text.slice(Math.max(contextAt, Math.min(begun.at, upTo) - 1, upTo - CONTEXT_CHARACTERS), upTo);
    this.#held = text.slice(upTo);
    if (this.#held === '') return;
    const likely = patterns.some(
      (one) => one.telling && one.mayBeginAt(this.#held) <= this.#held.length - LIKELY_CHARACTERS,
    );
    const waitMs = likely ? LIKELY_MS : SHORT_MS;
    this.#cancel = this.#options.after(waitMs, () => this.flush());
  }

  #emit(bytes: Uint8Array, sourceBytes: number, removed: number): void {
    this.#options.emit({ bytes, sourceBytes, removed });
  }
}

/** Where the first secret may have begun that the text does not hold whole, and the first worth keeping back. */
function beginnings(text: string, from: number, patterns: readonly SecretPattern[]): { at: number; holdAt: number } {
  const tail = from === 0 ? text : text.slice(from);
  let at = tail.length;
  let holdAt = tail.length;
  for (const pattern of patterns) {
    const begun = pattern.mayBeginAt(tail);
    at = Math.min(at, begun);
    if (tail.length - begun >= pattern.heldFrom) holdAt = Math.min(holdAt, begun);
  }
  return { at: from + at, holdAt: from + holdAt };
}
