/** What a secret looks like, as something that can be found in a text, and be guessed to begin at its end. */
import { RE2JS } from 're2js';

export interface Span {
  readonly start: number;
  /** After its last character. */
  readonly end: number;
}

export interface SecretPattern {
  /** The first one that begins at `from` or after it. */
  find(text: string, from: number): Span | undefined;
  /** The first place at which a secret may have begun that the text does not hold whole; its length when there is none. */
  mayBeginAt(text: string): number;
  /** Whether much of what may be one is likely to be one: then it is worth waiting for the rest. */
  readonly telling: boolean;
  /** Less of a beginning is let go at once: it tells nothing, and most of what begins so is none. */
  readonly heldFrom: number;
}

/** Bytes are looked at one character each, so what is not ASCII is another text there. */
export interface SecretKind {
  readonly inText: SecretPattern;
  readonly inBytes: SecretPattern;
}

export const asBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

export function valuePattern(value: string): SecretPattern {
  return {
    telling: true,
    heldFrom: 1,
    find(text, from) {
      const start = text.indexOf(value, from);
      return start === -1 ? undefined : { start, end: start + value.length };
    },
    mayBeginAt: (text) => beginningAt(text, value) ?? text.length,
  };
}

/** Where the text ends with a beginning of `value`, the longest one; not with all of it. */
function beginningAt(text: string, value: string): number | undefined {
  const first = value[0] as string;
  for (let at = text.indexOf(first, Math.max(0, text.length - value.length + 1)); at !== -1; ) {
    if (value.startsWith(text.slice(at))) return at;
    at = text.indexOf(first, at + 1);
  }
  return undefined;
}

/** A token longer than this is not taken for one. */
const MAX_TOKEN = 4096;
const MAX_KEY_BLOCK = 16_384;

/** Tokens of ours and of services that agents use say what they are by how they begin: prefixes, what follows, how much of it. */
const tokens: readonly [prefixes: readonly string[], follows: string, least: number][] = [
  [['sgt_'], 'a-z0-9_', 30],
  [['sk-', 'sk_live_', 'rk_live_', 'gsk_', 'glpat-', 'npm_', 'hf_', 'pypi-'], 'A-Za-z0-9_-', 20],
  [['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'], 'A-Za-z0-9_', 30],
  [['xoxb-', 'xoxp-', 'xoxa-', 'xoxs-'], 'A-Za-z0-9-', 20],
  [['AKIA', 'ASIA'], 'A-Z0-9', 16],
  [['AIza'], 'A-Za-z0-9_-', 35],
  // A signed token: three parts, the first two of which are JSON.
  [['eyJ'], 'A-Za-z0-9_.-', 60],
];
const KEY_BEGIN = '-----BEGIN ';
const KEY = '-----BEGIN [A-Z ]{0,24}PRIVATE KEY-----';
const KEY_END = '-----END [A-Z ]{0,24}PRIVATE KEY-----';

const prefixes = tokens.flatMap(([some]) => some);
const anyOf = (some: readonly string[]) => `(?:${some.join('|')})`;
const candidate = new RegExp(anyOf([...prefixes, KEY_BEGIN]), 'g');
const wholes = [
  ...tokens.map(([some, follows, least]) => `${anyOf(some)}[${follows}]{${least},${MAX_TOKEN}}`),
  `${KEY}[\\s\\S]{0,${MAX_KEY_BLOCK}}?${KEY_END}`,
].join('|');
const whole = new RegExp(wholes, 'y');
const openToken = new RegExp(`(?:${tokens.map(([some, follows]) => `${anyOf(some)}[${follows}]*`).join('|')})$`, 'g');
const openKey = new RegExp(`${KEY}(?![\\s\\S]*${KEY_END})`);
/** A-Z a-z 0-9 _ . - */
const isTokenCharacter = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 48 && code <= 57) ||
  (code >= 65 && code <= 90) ||
  code === 95 ||
  code === 46 ||
  code === 45;
const isWordCharacter = (character: string | undefined) => character !== undefined && /[A-Za-z0-9]/.test(character);

const tokenOrKey: SecretPattern = {
  telling: true,
  // How tokens begin is known to everybody.
  heldFrom: 2,
  find(text, from) {
    // One fast pass for how they begin; what follows is looked at only there.
    candidate.lastIndex = from;
    for (let hit = candidate.exec(text); hit; hit = candidate.exec(text)) {
      if (isWordCharacter(text[hit.index - 1])) continue;
      whole.lastIndex = hit.index;
      const match = whole.exec(text);
      if (match) return { start: hit.index, end: hit.index + match[0].length };
    }
    return undefined;
  },
  mayBeginAt(text) {
    // Tokens and how they begin are of one kind of characters: they can only have begun in the last run of these.
    let runAt = text.length;
    while (runAt > 0 && text.length - runAt < MAX_TOKEN && isTokenCharacter(text.charCodeAt(runAt - 1))) runAt--;
    const run = text.slice(runAt);
    const places = prefixes.flatMap((prefix) => {
      const at = beginningAt(run, prefix);
      return at === undefined || isWordCharacter(run[at - 1]) ? [] : [runAt + at];
    });
    openToken.lastIndex = 0;
    for (let hit = openToken.exec(run); hit; hit = openToken.exec(run)) {
      if (!isWordCharacter(run[hit.index - 1])) places.push(runAt + hit.index);
      openToken.lastIndex = hit.index + 1;
    }
    const keyBegins = beginningAt(text, KEY_BEGIN);
    if (keyBegins !== undefined) places.push(keyBegins);
    const keyAt = text.lastIndexOf(KEY_BEGIN);
    if (keyAt !== -1 && text.length - keyAt < MAX_KEY_BLOCK) {
      const block = text.slice(keyAt);
      if (openKey.test(block) || /^-----BEGIN [A-Z ]{0,40}-{0,5}$/.test(block)) places.push(keyAt);
    }
    return Math.min(text.length, ...places);
  },
};

export const wellKnown: SecretKind = { inText: tokenOrKey, inBytes: tokenOrKey };

/** A pattern of the owner is looked for within so much of a line. */
const MAX_LINE = 1024;

/** A pattern of the server's owner, within a line. @throws Error with what is wrong with it. */
export function lineKind(source: string): SecretKind {
  const pattern = (written: string): SecretPattern => {
    const compiled = RE2JS.compile(written);
    return {
      // Every line may be the beginning of one.
      telling: false,
      heldFrom: 1,
      find(text, from) {
        const matcher = compiled.matcher(text);
        for (let at = from; at <= text.length && matcher.find(at); at = matcher.end() + 1)
          if (matcher.end() > matcher.start()) return { start: matcher.start(), end: matcher.end() };
        return undefined;
      },
      mayBeginAt(text) {
        const lineAt = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
        return Math.max(lineAt, text.length - MAX_LINE);
      },
    };
  };
  return { inText: pattern(source), inBytes: pattern(asBytes(source)) };
}
