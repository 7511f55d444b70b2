/**
 * What a person made of something that was shown to them without its secrets and cut: what they left alone is put back as it was.
 * A mark is put back where it stands at the place of the one that was shown, and nowhere else; else the edit is refused, so that
 * neither a mark nor the cut end of a long text is ever taken for what it stands for.
 *
 * In one text a mark is at its place when all before it, or all behind it, is as it was shown; or when the words that hold marks
 * are the same ones, in their order, each behind the same word.
 */
import { isDeepStrictEqual } from 'node:util';
import { AppError } from '@sandglass/protocol';
import { REMOVED, type Redactor } from '../recorder/redaction/redactor.ts';
import type { Span } from '../recorder/redaction/secretPatterns.ts';

export interface Placing {
  /** As it was shown: without secrets, and cut (lib/bounded.ts). */
  readonly shown: Readonly<Record<string, unknown>>;
  /** What it was. */
  readonly original: Readonly<Record<string, unknown>>;
  readonly redactor: Redactor;
  /** What it is called in an error: `arguments`, `result`. */
  readonly name: string;
}

/** @throws AppError `badRequest` with the place in `details.issues` */
export function placed(edited: Record<string, unknown>, placing: Placing): Record<string, unknown> {
  const { shown, original, redactor, name } = placing;
  // Nothing was hidden: a mark is what somebody wrote.
  if (isDeepStrictEqual(shown, original)) return edited;
  return new Places(redactor).value(edited, { shown, original, path: name }) as Record<string, unknown>;
}

interface Place {
  readonly shown: unknown;
  readonly original: unknown;
  readonly path: string;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

class Places {
  readonly #redactor: Redactor;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  value(edited: unknown, place: Place): unknown {
    if (place.shown !== undefined && isDeepStrictEqual(edited, place.shown)) return place.original;
    if (typeof edited === 'string') return this.#text(edited, place);
    if (Array.isArray(edited)) return this.#list(edited, place);
    return isObject(edited) ? this.#object(edited, place) : edited;
  }

  #text(edited: string, { shown, original, path }: Place): string {
    const known = typeof shown === 'string' && typeof original === 'string';
    const marks = known ? marksOf(shown, original, this.#redactor) : [];
    const there = occurrences(edited, marks);
    if (there.length === 0) return edited;
    const origins = known ? originsOf(edited, there, shown, marks) : null;
    if (origins === null) throw misplaced(path);
    let out = '';
    let at = 0;
    for (const [i, { start, end }] of there.entries()) {
      out += edited.slice(at, start) + origins[i];
      at = end;
    }
    return out + edited.slice(at);
  }

  #list(edited: readonly unknown[], { shown, original, path }: Place): unknown[] {
    const seen = Array.isArray(shown) ? shown : [];
    const was = Array.isArray(original) ? original : [];
    // A list that was cut says so in its last item, which stands for the rest.
    const isCut = seen.length > 0 && was.length >= seen.length && !isDeepStrictEqual(seen.at(-1), was[seen.length - 1]);
    const rest = isCut && CUT_LIST.test(String(seen.at(-1))) ? was.slice(seen.length - 1) : null;
    const same = (one: unknown, other: unknown) => isDeepStrictEqual(one, other);
    let before = 0;
    while (before < edited.length && before < seen.length && same(edited[before], seen[before])) before++;
    let behind = 0;
    const most = Math.min(edited.length, seen.length) - before;
    while (behind < most && same(edited.at(-1 - behind), seen.at(-1 - behind))) behind++;
    return edited.flatMap((item, i) => {
      const from = i < before || edited.length === seen.length ? i : seen.length - (edited.length - i);
      const isKnown = i < before || edited.length === seen.length || i >= edited.length - behind;
      if (rest !== null && same(item, seen.at(-1))) {
        if (i === edited.length - 1) return rest;
        throw misplaced(`${path}.${i}`);
      }
      const place = isKnown ? { shown: seen[from], original: was[from] } : { shown: undefined, original: undefined };
      return [this.value(item, { ...place, path: `${path}.${i}` })];
    });
  }

  #object(edited: Record<string, unknown>, { shown, original, path }: Place): Record<string, unknown> {
    const seen = isObject(shown) ? shown : {};
    const was = isObject(original) ? original : {};
    const names = namesOf(seen, was);
    const entries = Object.entries(edited).flatMap(([key, item]) => {
      const at = `${path}.${key}`;
      if (!Object.hasOwn(seen, key)) {
        if (key.includes(REMOVED)) throw misplaced(at);
        return [[key, this.value(item, { shown: undefined, original: undefined, path: at })] as const];
      }
      const name = names.get(key);
      if (name !== undefined)
        return [[name, this.value(item, { shown: seen[key], original: was[name], path: at })] as const];
      // The entry that stands for those that were cut.
      if (key === '…' && item === seen[key])
        return Object.entries(was).filter(([each]) => ![...names.values()].includes(each));
      throw misplaced(at);
    });
    return Object.fromEntries(entries);
  }
}

const CUT_LIST = /^… \(\d+ more\)$/;
const CUT_TEXT = /… \((\d+) more characters\)$/;

/** Shown name → its own. They stand in one order; one that could be two is none. */
function namesOf(seen: Record<string, unknown>, was: Record<string, unknown>): Map<string, string> {
  const own = Object.keys(was);
  const names = new Map<string, string>();
  const plain = own.filter((key) => Object.hasOwn(seen, key));
  for (const key of plain) names.set(key, key);
  const masked = Object.keys(seen).filter((key) => !names.has(key) && key !== '…');
  const hidden = own.filter((key) => !names.has(key));
  if (masked.length === hidden.length)
    for (const [i, key] of masked.entries())
      if (key.includes(REMOVED) || hidden[i]?.startsWith(key)) names.set(key, hidden[i] as string);
  return names;
}

/** Something in a shown text that stands for something else. */
interface Mark extends Span {
  readonly text: string;
  readonly original: string;
}

/** Where they stand in what was shown; null-like (one mark that fits nowhere) when what is secret has changed since. */
function marksOf(shown: string, original: string, redactor: Redactor): Mark[] {
  const marks: Mark[] = [];
  let text = '';
  let at = 0;
  for (const span of redactor.spans(original)) {
    text += original.slice(at, span.start);
    marks.push({
      start: text.length,
      end: text.length + REMOVED.length,
      text: REMOVED,
      original: original.slice(span.start, span.end),
    });
    text += REMOVED;
    at = span.end;
  }
  text += original.slice(at);
  for (let from = text.indexOf(REMOVED); from !== -1; from = text.indexOf(REMOVED, from + 1))
    if (!marks.some(({ start, end }) => from < end && from + REMOVED.length > start))
      marks.push({ start: from, end: from + REMOVED.length, text: REMOVED, original: REMOVED });
  marks.sort((one, other) => one.start - other.start);
  if (text === shown) return marks;
  return cutMarks(shown, text, { marks, original });
}

/** A text that was cut ends with a mark that stands for the rest, with the mark that it was cut in. */
function cutMarks(shown: string, text: string, of: { marks: readonly Mark[]; original: string }): Mark[] {
  const said = CUT_TEXT.exec(shown);
  const kept = said ? shown.length - said[0].length : -1;
  const unknown = { start: 0, end: 0, text: said?.[0] ?? REMOVED, original: '' };
  if (!said || !text.startsWith(shown.slice(0, kept)) || text.length - kept !== Number(said[1])) return [unknown];
  const whole = of.marks.filter(({ end }) => end <= kept);
  const start = Math.min(kept, ...of.marks.filter((mark) => mark.end > kept).map((mark) => mark.start));
  // Behind the last whole mark both texts go on alike.
  const last = whole.at(-1);
  const read = whole.reduce((sum, mark) => sum + mark.original.length - mark.text.length, 0);
  const from = Math.max(start, last?.end ?? 0) + read;
  return [...whole, { start, end: shown.length, text: shown.slice(start), original: of.original.slice(from) }];
}

/** Every mark in a text that somebody edited, whatever it stands for. */
function occurrences(edited: string, marks: readonly Mark[]): Span[] {
  const found: Span[] = [];
  const texts = [...new Set([...marks.map(({ text }) => text), REMOVED])].sort((a, b) => b.length - a.length);
  for (let at = 0; at < edited.length; ) {
    const here = texts.find((text) => edited.startsWith(text, at));
    if (here === undefined) at++;
    else {
      found.push({ start: at, end: at + here.length });
      at += here.length;
    }
  }
  return found;
}

/** What each stands for; null when one of them cannot be told. */
function originsOf(edited: string, there: readonly Span[], shown: string, marks: readonly Mark[]): string[] | null {
  let before = 0;
  while (before < edited.length && before < shown.length && edited[before] === shown[before]) before++;
  let behind = 0;
  const most = Math.min(edited.length, shown.length);
  while (behind < most && edited.at(-1 - behind) === shown.at(-1 - behind)) behind++;
  const shift = shown.length - edited.length;
  const inPlace = there.map(({ start, end }) => {
    const isAt = (from: number) => marks.find((mark) => mark.start === from && mark.end - mark.start === end - start);
    return (
      (end <= before ? isAt(start) : undefined) ?? (start >= edited.length - behind ? isAt(start + shift) : undefined)
    );
  });
  if (inPlace.every((mark) => mark !== undefined)) return inPlace.map(({ original }) => original);
  const inWords = wordsAround(edited, there);
  const wereInWords = wordsAround(shown, marks);
  if (!isDeepStrictEqual(inWords, wereInWords)) return null;
  return marks.map(({ original }) => original);
}

/** For each mark the word that it stands in, and the one before that. */
function wordsAround(text: string, spans: readonly Span[]): string[] {
  return spans.map(({ start, end }) => {
    const word = /\S*$/.exec(text.slice(0, start))?.[0] ?? '';
    const rest = /^\S*/.exec(text.slice(end))?.[0] ?? '';
    const previous = /(\S+)\s+$/.exec(text.slice(0, start - word.length))?.[1] ?? '';
    return [previous, word, text.slice(start, end), rest].join('\n');
  });
}

const misplaced = (path: string): AppError => {
  const message = `A hidden part (${REMOVED}, or the cut end of a long text) does not stand where it stood when it was shown, so what it was cannot be put back. Leave it at its place, or write what you mean in its stead.`;
  return new AppError('badRequest', `${path}: ${message}`, { details: { issues: [{ path, message }] } });
};
