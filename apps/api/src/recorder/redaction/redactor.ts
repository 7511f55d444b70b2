/** Knows the secrets of the server or of one sandbox, and writes the mark in their place. */
import { MIN_SECRET_CHARACTERS, spellings } from './secretNames.ts';
import { asBytes, type SecretKind, type SecretPattern, type Span, valuePattern } from './secretPatterns.ts';

/** What stands where a secret was. */
export const REMOVED = '•••';

export class Redactor {
  readonly #parent: Redactor | undefined;
  readonly #kinds: readonly SecretKind[];
  readonly #values = new Map<string, SecretKind[]>();
  #cache: { revision: number; text: SecretPattern[]; bytes: SecretPattern[] } | undefined;
  #revision = 0;

  /** `kinds`: beside what the parent knows. */
  constructor(options: { parent?: Redactor | undefined; kinds?: readonly SecretKind[] } = {}) {
    this.#parent = options.parent;
    this.#kinds = options.kinds ?? [];
  }

  /** From now on it is removed wherever it stands. Returns false for one that is too short to be told from other text. */
  add(value: string): boolean {
    if (value.length < MIN_SECRET_CHARACTERS) return false;
    if (this.#values.has(value)) return true;
    const known = spellings(value).map((spelling) => ({
      inText: valuePattern(spelling),
      inBytes: valuePattern(asBytes(spelling)),
    }));
    this.#values.set(value, known);
    this.#revision++;
    return true;
  }

  forget(value: string): void {
    if (this.#values.delete(value)) this.#revision++;
  }

  /** Changes whenever something is added here or above. */
  get revision(): number {
    return this.#revision + (this.#parent?.revision ?? 0);
  }

  get textPatterns(): readonly SecretPattern[] {
    return this.#all().text;
  }

  get bytePatterns(): readonly SecretPattern[] {
    return this.#all().bytes;
  }

  /** Where they stand in a text, in order. */
  spans(given: string): Span[] {
    return [...secretsIn(given, this.textPatterns)];
  }

  /** The text without its secrets, and how many there were. */
  text(given: string): { readonly text: string; readonly removed: number } {
    let out = '';
    let at = 0;
    let removed = 0;
    for (const span of this.spans(given)) {
      out += given.slice(at, span.start) + REMOVED;
      at = span.end;
      removed++;
    }
    return removed === 0 ? { text: given, removed } : { text: out + given.slice(at), removed };
  }

  /** A copy without secrets, keys included; the same object where there were none. */
  value<T>(given: T): { readonly value: T; readonly removed: number } {
    // Nearly always; and then nothing is copied.
    if (!this.#isIn(given, this.textPatterns)) return { value: given, removed: 0 };
    let removed = 0;
    const clean = (part: unknown): unknown => {
      if (typeof part === 'string') {
        const found = this.text(part);
        removed += found.removed;
        return found.text;
      }
      if (Array.isArray(part)) return part.map(clean);
      if (part === null || typeof part !== 'object') return part;
      return Object.fromEntries(Object.entries(part).map(([key, item]) => [clean(key), clean(item)]));
    };
    const value = clean(given) as T;
    return { value: removed === 0 ? given : value, removed };
  }

  #isIn(part: unknown, patterns: readonly SecretPattern[]): boolean {
    if (typeof part === 'string') return patterns.some((pattern) => pattern.find(part, 0) !== undefined);
    if (part === null || typeof part !== 'object') return false;
    if (Array.isArray(part)) return part.some((each) => this.#isIn(each, patterns));
    return Object.entries(part).some(([key, item]) => this.#isIn(key, patterns) || this.#isIn(item, patterns));
  }

  #all(): { text: SecretPattern[]; bytes: SecretPattern[] } {
    const { revision } = this;
    if (this.#cache?.revision === revision) return this.#cache;
    const own = [...this.#kinds, ...[...this.#values.values()].flat()];
    const text = [...(this.#parent?.textPatterns ?? []), ...own.map((kind) => kind.inText)];
    const bytes = [...(this.#parent?.bytePatterns ?? []), ...own.map((kind) => kind.inBytes)];
    this.#cache = { revision, text, bytes };
    return this.#cache;
  }
}

/** Where secrets stand, in order, none in another: of those that begin at one place the longest. */
export function* secretsIn(text: string, patterns: readonly SecretPattern[], from = 0): Generator<Span> {
  const next = patterns.map((pattern) => pattern.find(text, from));
  let found = next.some((span) => span !== undefined);
  while (found) {
    let first: Span | undefined;
    for (const span of next) {
      if (!span) continue;
      if (!first || span.start < first.start || (span.start === first.start && span.end > first.end)) first = span;
    }
    if (!first) return;
    yield first;
    found = false;
    for (const [i, span] of next.entries()) {
      if (span && span.start < first.end) next[i] = patterns[i]!.find(text, first.end);
      if (next[i]) found = true;
    }
  }
}
