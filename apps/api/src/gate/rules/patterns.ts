/**
 * Patterns → tests of a text. Expressions by RE2 alone: their time grows with the text, whatever they are, at up to 0.1 µs for
 * each character and each step of the expression (0.3 µs before the engine has warmed up). So the text is looked at in windows of
 * so many of both together, and `effort` is told of each.
 */
import { RE2JS } from 're2js';
import { spend, TooLong } from './effort.ts';
import type { Pattern } from './syntax.ts';

type Regexp = Extract<Pattern, { kind: 'regexp' }>;

/** Expressions see no more of one text, its beginning and its end. */
const MOST_CHARACTERS = 8_192;
/** Of one window, characters times steps: some 5 ms at the very worst, some microseconds as a rule. */
const WINDOW_STEPS = 48_000;
/** So that what stands across two windows is seen in the next. */
const OVERLAP = 4;
/**
 * What is longer than that overlap is looked for in larger windows, while that is quick: with four times as many steps all of a text is one
 * window for expressions of up to 23 steps. A window that is slow all the same (made to be) takes 20 ms, and is the last.
 */
const WIDER = [2, 4];
const QUICK_MS = 2;

const compileRegexp = ({ source, ignoreCase }: Regexp): RE2JS =>
  RE2JS.compile(source, RE2JS.MULTILINE | (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0));

/** Steps for each character, or why it is no expression. */
export function sizeOf(pattern: Pattern): number | string {
  if (pattern.kind !== 'regexp') return 0;
  try {
    return compileRegexp(pattern).programSize();
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return said.replace(/^error parsing regexp: /, '').slice(0, 120);
  }
}

export function compilePattern(pattern: Pattern): (text: string) => boolean {
  if (pattern.kind === 'text') return (text) => text.includes(pattern.text);
  if (pattern.kind === 'glob') {
    const whole = compileGlob(pattern.text);
    const size = whole.programSize();
    return (text) => {
      // It is the whole or nothing: there are no windows to look through.
      if (text.length * size > 2 * WINDOW_STEPS) throw new TooLong();
      spend(text.length * size);
      return whole.matches(text);
    };
  }
  const compiled = compileRegexp(pattern);
  const size = compiled.programSize();
  const most = Math.max(64, Math.floor(WINDOW_STEPS / size));
  return (text) => {
    const seen = ends(text);
    if (seen.length <= most) return test(compiled, seen, size);
    const sinceMs = performance.now();
    if (windowsOf(seen, most).some((window) => test(compiled, window, size))) return true;
    return isFoundWider(compiled, { seen, most, sinceMs });
  };
}

/** What was looked for is longer than where two windows meet. */
function isFoundWider(
  compiled: RE2JS,
  { seen, most, sinceMs }: { seen: string; most: number; sinceMs: number },
): boolean {
  for (const times of WIDER) {
    for (const window of windowsOf(seen, most * times)) {
      if (performance.now() - sinceMs > QUICK_MS * times) return false;
      if (compiled.test(window)) return true;
    }
    if (most * times >= seen.length) return false;
  }
  return false;
}

function test(compiled: RE2JS, text: string, size: number): boolean {
  spend(text.length * size);
  return compiled.test(text);
}

/** Beginning and ending with lines where they can; each holds the last quarter of the one before. */
export function windowsOf(text: string, most: number): string[] {
  const windows: string[] = [];
  for (let from = 0; ; ) {
    const end = from + most;
    if (end >= text.length) return [...windows, text.slice(from)];
    const quarter = Math.floor(most / OVERLAP);
    const line = text.lastIndexOf('\n', end - 1);
    const to = line >= end - quarter ? line + 1 : end;
    windows.push(text.slice(from, to));
    const next = text.indexOf('\n', to - quarter);
    from = next !== -1 && next < to - 1 ? next + 1 : to - quarter;
  }
}

const compileGlob = (glob: string): RE2JS => RE2JS.compile(globSource(glob), RE2JS.DOTALL);

/** `**` goes across slashes, `*` and `?` do not; everything else is meant as it is written. */
function globSource(glob: string): string {
  return glob.replace(/\*\*\/|\*\*|\*|\?|[^*?]+/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : RE2JS.quote(part);
  });
}

function ends(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  const half = MOST_CHARACTERS / 2;
  return `${text.slice(0, half)}\n${text.slice(-half)}`;
}
