/** The words of a rule, each with its place. One pass over the text. */
import { RuleError } from './ruleError.ts';
import { limits } from './syntax.ts';

export type TokenKind = 'word' | 'text' | 'regexp' | 'number' | 'sign' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly at: number;
  readonly length: number;
  /** As it was written; of a text and a regexp what it says. */
  readonly value: string;
  /** Of a number: what is written right behind it, `ms`, `MB` …. Of a regexp: its flags. */
  readonly suffix: string;
}

const SPACE = /[ \t\r\n]+/y;
// A `-` that begins an arrow is not part of the word.
const WORD = /[A-Za-z_](?:[A-Za-z0-9_.]|-(?!>))*\*?|\*/y;
const NUMBER = /-?\d{1,15}(?:\.\d{1,6})?/y;
const UNIT = /[A-Za-z]+/y;
const SIGN = /->|=>|→|<=|>=|!=|==|[<>=(),|]/y;
const TEXT = /"(?:[^"\\\n]|\\[^\n])*"/y;
const REGEXP = /\/((?:[^/\\\n]|\\[^\n])+)\/([a-z]*)/y;

export function tokensOf(text: string): Token[] {
  if (text.length > limits.characters)
    throw new RuleError(`A rule has at most ${limits.characters} characters; this one has ${text.length}.`, {
      at: limits.characters,
    });
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  while (at < text.length) {
    const space = take(SPACE);
    if (space) {
      at += space[0].length;
      continue;
    }
    const token = read(text, at, take);
    tokens.push(token);
    at += token.length;
  }
  tokens.push({ kind: 'end', at: text.length, length: 0, value: '', suffix: '' });
  return tokens;
}

function read(text: string, at: number, take: (pattern: RegExp) => RegExpExecArray | null): Token {
  const token = (kind: TokenKind, length: number, value: string, suffix = ''): Token => ({
    kind,
    at,
    length,
    value,
    suffix,
  });
  const first = text[at] as string;
  if (first === '"') {
    const found = take(TEXT);
    if (!found) throw new RuleError('This text has no closing ".', restOfLine(text, at), ['"']);
    return token('text', found[0].length, unescapeText(found[0], at));
  }
  if (first === '/') {
    const found = take(REGEXP);
    if (!found) throw new RuleError('This expression has no closing /.', restOfLine(text, at), ['/']);
    return token('regexp', found[0].length, unescapeSlashes(found[1] as string), found[2] as string);
  }
  // Arrows before numbers: `-` begins both.
  const sign = take(SIGN);
  if (sign) return token('sign', sign[0].length, sign[0]);
  const number = take(NUMBER);
  if (number) {
    UNIT.lastIndex = at + number[0].length;
    const unit = UNIT.exec(text)?.[0] ?? '';
    return token('number', number[0].length + unit.length, number[0], unit);
  }
  const word = take(WORD);
  if (word) return token('word', word[0].length, word[0]);
  const quotes = /[“”'‘’`]/.test(first) ? ' Put texts between " and ".' : '';
  throw new RuleError(`“${String.fromCodePoint(text.codePointAt(at) as number)}” cannot stand here.${quotes}`, { at });
}

function unescapeText(quoted: string, at: number): string {
  try {
    return JSON.parse(quoted.replaceAll('\t', '\\t')) as string;
  } catch {
    throw new RuleError('In a text only \\" \\\\ \\n \\t and \\u0041 may follow a backslash.', {
      at,
      length: quoted.length,
    });
  }
}

/** `\/` is how a slash is written between slashes; the expression itself has the slash alone. */
const unescapeSlashes = (source: string): string => source.replace(/\\(.)/g, (all, next) => (next === '/' ? '/' : all));

function restOfLine(text: string, at: number): { at: number; length: number } {
  const end = text.indexOf('\n', at);
  return { at, length: (end === -1 ? text.length : end) - at };
}
