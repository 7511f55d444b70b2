// Controls, bidi overrides and isolates, zero-width, line separators: each can make a path look like another.
const HOSTILE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** A path that the sandbox chose, with what cannot be seen written out. */
export function shownPath(path: string): string {
  return path.replace(HOSTILE, (c) => `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`);
}
