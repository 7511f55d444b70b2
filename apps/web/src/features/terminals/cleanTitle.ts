// Controls, bidi overrides and isolates, zero-width and line separators: a title must not look like another or break out of its line.
const HOSTILE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
const MOST = 80;

/** A window title that a program in the sandbox chose, fit to be shown. */
export function cleanTitle(title: string): string {
  const clean = title.replace(HOSTILE, '').trim();
  return clean.length > MOST ? `${[...clean].slice(0, MOST - 1).join('')}…` : clean;
}
