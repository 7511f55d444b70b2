// Controls, bidi overrides and isolates, zero-width, line separators, lone surrogates: each can make a name look like another.
// Also bytes that are no UTF-8, as the protocol encodes them in names.
const HOSTILE =
  /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udfff]|[\u{10ff80}-\u{10ffff}]/gu;

export interface NamePart {
  readonly text: string;
  readonly escaped: boolean;
}

/** A file name as it may be shown: what cannot be seen is written out, `evil\u202Etxt.exe`. */
export function splitName(name: string): NamePart[] {
  const parts: NamePart[] = [];
  let from = 0;
  for (const match of name.matchAll(HOSTILE)) {
    if (match.index > from) parts.push({ text: name.slice(from, match.index), escaped: false });
    parts.push({ text: written(match[0]), escaped: true });
    from = match.index + match[0].length;
  }
  if (from < name.length) parts.push({ text: name.slice(from), escaped: false });
  return parts;
}

function written(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  if (point >= 0x10ff80) return `\\x${(point & 0xff).toString(16).toUpperCase()}`;
  return `\\u${point.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The same of several lines, which stay lines. */
export const shownLines = (text: string): string => text.split('\n').map(shownName).join('\n');

export function shownName(name: string): string {
  return splitName(name)
    .map((part) => part.text)
    .join('');
}
