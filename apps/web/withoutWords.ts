import type { Plugin } from 'vite';

const calls = ['.describe(', '.meta('] as const;

/**
 * Leaves the contract's explanations out of the page: they are for OpenAPI, which the server makes, and are a good part of what a
 * browser would fetch before it can draw anything. The schemas themselves stay as they are.
 */
export function withoutWords(): Plugin {
  return {
    name: 'without-words',
    enforce: 'pre',
    transform(code, id) {
      if (!/\/packages\/protocol\/src\/.*\.ts$/.test(id)) return null;
      return { code: withoutExplanations(code), map: null };
    },
  };
}

/** The code without calls of `.describe(…)` and `.meta(…)`. */
export function withoutExplanations(code: string): string {
  let out = '';
  let at = 0;
  while (at < code.length) {
    const call = calls.find((each) => code.startsWith(each, at));
    if (call !== undefined) {
      at = endOfCall(code, at + call.length);
      continue;
    }
    const end = endOfQuoted(code, at);
    out += code.slice(at, end);
    at = end;
  }
  return out;
}

/** After the parenthesis that closes the one before `from`. */
function endOfCall(code: string, from: number): number {
  let depth = 1;
  let at = from;
  while (depth > 0 && at < code.length) {
    if (code[at] === '(') depth++;
    if (code[at] === ')') depth--;
    at = endOfQuoted(code, at);
  }
  return at;
}

/** After the string or comment that begins here, or after one character. */
function endOfQuoted(code: string, at: number): number {
  const first = code[at] ?? '';
  if (code.startsWith('//', at)) return after(code, '\n', at + 2);
  if (code.startsWith('/*', at)) return after(code, '*/', at + 2);
  if (first !== "'" && first !== '"' && first !== '`') return at + 1;
  let end = at + 1;
  while (end < code.length && code[end] !== first) end += code[end] === '\\' ? 2 : 1;
  return end + 1;
}

function after(code: string, what: string, from: number): number {
  const found = code.indexOf(what, from);
  return found < 0 ? code.length : found + what.length;
}
