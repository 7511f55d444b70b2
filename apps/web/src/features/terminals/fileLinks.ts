/** Places in files that output mentions: `src/a.ts:12:3`, `./b.py`, `File "x.py", line 3`, `at /app/c.js:4`. */

export interface FileMention {
  /** Where in the line it stands, in characters. */
  readonly from: number;
  readonly to: number;
  readonly path: string;
  readonly line: number | undefined;
}

// Python's form names the line in words; the others put it behind a colon or in parentheses.
const PYTHON = /File "([^"\u0000-\u001f]{1,400})", line (\d{1,7})/g;
const WORD = /(?:~|\.{1,2})?\/?[\w@+.-]+(?:\/[\w@+.-]+)*(?:(?::(\d{1,7})(?::\d{1,5})?)|\((\d{1,7})(?:,\d{1,5})?\))?/g;
/** A line of output may hold thousands of words; a person points at one of the first. */
const MOST = 20;

/** What may be a file. Whether it is one, only the sandbox knows. */
export function findMentions(line: string): FileMention[] {
  const found: FileMention[] = [];
  for (const match of line.matchAll(PYTHON)) {
    const from = match.index + 'File "'.length;
    found.push({ from, to: from + match[1]!.length, path: match[1]!, line: Number(match[2]) });
  }
  for (const match of line.matchAll(WORD)) {
    if (found.length >= MOST) break;
    const [text, colon, parenthesis] = match;
    const number = colon ?? parenthesis;
    const path = text.replace(/(:\d+(:\d+)?|\(\d+(,\d+)?\))$/, '').replace(/[.:]+$/, '');
    if (!looksLikePath(path) || isPartOfUrl(line, match.index)) continue;
    const from = match.index;
    if (found.some((other) => from < other.to && from + text.length > other.from)) continue;
    const to = from + (number === undefined ? path.length : text.length);
    found.push({ from, to, path, line: number === undefined ? undefined : Number(number) });
  }
  return found;
}

/** A slash, or a name with an ending of letters: `a.ts`, but not `v1.2.3` and not `etc`. */
const looksLikePath = (path: string): boolean =>
  path.length > 1 &&
  path.length < 400 &&
  (/[^/]\/|^[~./]*\/[^/]/.test(path) || /^[\w@+-][\w@+.-]*\.[A-Za-z]\w{0,9}$/.test(path));

const isPartOfUrl = (line: string, at: number): boolean => /[a-z][a-z0-9+.-]+:\/\S*$/i.test(line.slice(0, at));

/** Where a mentioned path may be meant from, the likeliest first. */
export function candidatesOf(path: string, directories: readonly string[], home: string): string[] {
  if (path.startsWith('/')) return [normalize(path)];
  if (path === '~' || path.startsWith('~/')) return [normalize(home + path.slice(1))];
  return [...new Set([...directories, home].map((directory) => normalize(`${directory}/${path}`)))];
}

function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/**
 * Where the shell says it is: OSC 7 (`file://host/path`), or the usual title `user@host: ~/app`. Only a guess of where to
 * look for a file: output may say what it likes.
 */
export function directoryOfReport(report: string): string | undefined {
  try {
    const { protocol, pathname } = new URL(report);
    return protocol === 'file:' ? decodeURIComponent(pathname) : undefined;
  } catch {
    return undefined;
  }
}

export function directoryOfTitle(title: string, home: string): string | undefined {
  const said = /^[\w.-]+@[\w.-]+: ?([~/].*)$/.exec(title)?.[1];
  return said === undefined ? undefined : candidatesOf(said, [], home)[0];
}
