import { AppError, MIN_SEARCH_CHARACTERS } from '@sandglass/protocol';

export interface Terms {
  readonly all: readonly string[];
  /** For FTS5: every term as a phrase, so that nothing a person types is syntax. */
  readonly match: string;
  /** Too short for trigrams: looked for among what the others found. */
  readonly short: readonly string[];
}

/** Words, and phrases in double quotes. @throws AppError badRequest when none is long enough */
export function parseTerms(words: string): Terms {
  const all = [...words.matchAll(/"([^"]+)"|([^\s"]+)/g)].map(([, phrase, word]) => phrase ?? word!);
  const long = all.filter((term) => [...term].length >= MIN_SEARCH_CHARACTERS);
  if (long.length === 0)
    throw new AppError('badRequest', `Give at least one word of ${MIN_SEARCH_CHARACTERS} characters or more.`);
  const short = all.filter((term) => !long.includes(term));
  return { all, match: long.map((term) => `"${term.replaceAll('"', '""')}"`).join(' AND '), short };
}
