/** Notes among what a search finds. */
import type { Found, Note, Seq } from '@sandglass/protocol';
import { cutAround } from '../search/cutAround.ts';
import { hasWords, wordsOf } from './words.ts';

/** @param seqAt where in its log a moment is */
export function foundNotes(notes: readonly Note[], words: string, seqAt: (note: Note) => Seq): Found[] {
  const terms = wordsOf(words);
  return notes
    .filter(({ text }) => hasWords(text, terms))
    .map((note) => ({
      sandbox: note.sandbox,
      seq: seqAt(note),
      atUs: note.atUs,
      wallMs: note.createdAtMs,
      source: 'note' as const,
      place: note.id,
      ...cutAround(note.text, terms),
    }));
}
