/** What ripgrep and grep print, as lines that were found. */
import { join } from 'node:path';
import type { FoundLine } from '@sandglass/protocol';
import { named } from './files/native.ts';

const MOST_TEXT = 400;
/** Shown before the first match of a long line. */
const LEAD = 60;
const MOST_RANGES = 50;

interface Text {
  readonly text?: string;
  readonly bytes?: string;
}
interface RipgrepMatch {
  readonly type: string;
  readonly data: {
    readonly path: Text;
    readonly lines: Text;
    readonly line_number: number | null;
    readonly submatches: readonly { readonly start: number; readonly end: number }[];
  };
}

export function parseRipgrep(line: Buffer, directory: string): FoundLine | null {
  if (!line.subarray(0, 20).includes('"match"')) return null;
  const { data } = JSON.parse(line.toString('utf8')) as RipgrepMatch;
  const bytes = bytesOf(data.lines);
  // Offsets are of bytes; what is shown is counted in UTF-16 units.
  const unit = (offset: number) => bytes.toString('utf8', 0, offset).length;
  const ranges = data.submatches
    .slice(0, MOST_RANGES)
    .map(({ start, end }): [number, number] => [unit(start), unit(end)]);
  return found(join(directory, named(bytesOf(data.path))), data.line_number ?? 1, bytes.toString('utf8'), ranges);
}

/** `path NUL number : text` */
export function parseGrep(line: Buffer, directory: string): FoundLine | null {
  const nul = line.indexOf(0);
  const colon = line.indexOf(58, nul);
  if (nul < 1 || colon < 0) return null;
  const number = Number(line.toString('latin1', nul + 1, colon));
  if (!Number.isSafeInteger(number) || number < 1) return null;
  return found(join(directory, named(line.subarray(0, nul))), number, line.toString('utf8', colon + 1), []);
}

function found(path: string, line: number, whole: string, ranges: readonly [number, number][]): FoundLine {
  const plain = whole.replace(/\r?\n$/, '');
  const first = ranges[0]?.[0] ?? 0;
  const from = plain.length <= MOST_TEXT ? 0 : Math.max(0, first - LEAD);
  const text = plain.slice(from, from + MOST_TEXT);
  const inside = ranges.flatMap(([start, end]): [number, number][] =>
    start - from >= text.length ? [] : [[Math.max(0, start - from), Math.min(text.length, end - from)]],
  );
  return { kind: 'line', path, line, column: first + 1, text, ranges: inside };
}

function bytesOf({ text, bytes }: Text): Buffer {
  return text === undefined ? Buffer.from(bytes ?? '', 'base64') : Buffer.from(text, 'utf8');
}
