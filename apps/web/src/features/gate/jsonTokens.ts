/** JSON as a person reads it, in pieces that can be told apart by colour. Pure. */

export type TokenKind = 'key' | 'text' | 'number' | 'word' | 'plain';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

/** More than this is not drawn; the recording has it. */
const MAX_CHARACTERS = 20_000;
const token = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

export function jsonTokens(value: unknown): Token[] {
  const whole = compact(value);
  const json = whole.length > MAX_CHARACTERS ? `${whole.slice(0, MAX_CHARACTERS)}…` : whole;
  const tokens: Token[] = [];
  let at = 0;
  for (const match of json.matchAll(token)) {
    const [found, text, colon, number] = match;
    if (match.index > at) tokens.push({ kind: 'plain', text: json.slice(at, match.index) });
    if (text !== undefined) {
      tokens.push({ kind: colon === undefined ? 'text' : 'key', text });
      if (colon !== undefined) tokens.push({ kind: 'plain', text: colon });
    } else tokens.push({ kind: number === undefined ? 'word' : 'number', text: found });
    at = match.index + found.length;
  }
  if (at < json.length) tokens.push({ kind: 'plain', text: json.slice(at) });
  return tokens;
}

/** A field a line, what is inside a field on its line: `{ "action": "left_click",\n  "coordinate": [275, 532] }`. */
function compact(value: unknown): string {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return JSON.stringify(value, null, 1) ?? '';
  const fields = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${oneLine(each)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(',\n  ')} }`;
}

const oneLine = (value: unknown): string =>
  JSON.stringify(value, null, 1)
    ?.replace(/\n\s*/g, ' ')
    .replace(/([[{]) | ([\]}])/g, '$1$2') ?? 'null';
