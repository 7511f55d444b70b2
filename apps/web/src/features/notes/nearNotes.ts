import type { Note } from '@sandglass/protocol';

/** A place stays long enough to be read while it plays by. */
const AFTER_US = 4_000_000;
/** Seeking to a note shows it, though the moment was rounded. */
const BEFORE_US = 50_000;

/** Those whose place belongs on the picture of a moment. */
export const notesAt = (notes: readonly Note[], momentUs: number | null): Note[] =>
  momentUs === null
    ? []
    : notes.filter(({ place, atUs }) => place !== null && momentUs >= atUs - BEFORE_US && momentUs <= atUs + AFTER_US);

/** The one that the moment is at, for the list. */
export const noteAt = (notes: readonly Note[], momentUs: number | null): Note | undefined =>
  momentUs === null
    ? undefined
    : notes.findLast(({ atUs }) => momentUs >= atUs - BEFORE_US && momentUs <= atUs + AFTER_US);
