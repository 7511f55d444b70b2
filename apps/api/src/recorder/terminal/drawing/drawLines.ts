/** The lines of a buffer, so that an empty one of the same size holds the same: characters, looks, and which of them go on. */
import type { Charset, InnerBuffer, InnerLine } from './inner.ts';
import { fillOf, lookAt, savedLookOf } from './looks.ts';
import type { Pen } from './pen.ts';

/** Does nothing, but what follows does not join the character before. */
export const APART = '\x1b\\';
/** Takes no room; alone it still moves the cursor, also past the edge. */
const MARK = '\u0300';

export interface LinesOptions {
  readonly columns: number;
  readonly rows: number;
  readonly kind: 'normal' | 'other';
  readonly charsetOf: (charset: Charset) => string;
  /** A row whose characters are not to be erased by choice. */
  readonly protectedRow?: number;
}

/** Leaves the cursor in the last row that was drawn. The pen's look is any. */
export function drawLines(pen: Pen, buffer: InnerBuffer, options: LinesOptions): void {
  const { columns, rows, kind } = options;
  const { lines } = buffer;
  const savedRow = kind === 'normal' && hasSavedCursor(buffer) ? Math.min(buffer.savedY, lines.length - 1) : -1;
  const count = lines.length > rows ? lines.length : usedLines(lines, savedRow);
  let fill = '';
  let isDirty = false;
  if (count > 0 && lines.get(0).isWrapped) wrapFirst(pen, options);
  for (let row = 0; row < count; row++) {
    const line = lines.get(row);
    if (row === savedRow) saveCursor(pen, buffer, options);
    const next = row + 1 < lines.length ? lines.get(row + 1) : undefined;
    const goesOn = next?.isWrapped === true;
    const byItself = goesOn && kind === 'normal' && row + 1 !== savedRow && wrapsByItself(line, next, columns);
    if (goesOn && kind === 'other') wrapAhead(pen, columns);
    if (isDirty) {
      pen.look('');
      pen.write('\x1b[X');
    }
    const end = drawLine(pen, line, { columns, fill, protect: row === options.protectedRow });
    if (row + 1 === count && !goesOn) break;
    const scrolls = row + 1 >= rows;
    isDirty = false;
    fill = '';
    if (byItself) {
      if (scrolls) fill = fillOf(next.getBg(0));
    } else if (kind === 'other') {
      pen.write('\x1b[E');
    } else if (goesOn) {
      if (end < columns) pen.write(pastEdge(columns, columns));
      pen.look('');
      pen.write(' \r');
      isDirty = true;
    } else {
      // Else the new line would have this background.
      if (scrolls) pen.look('');
      pen.write('\r\n');
    }
  }
}

interface LineOptions {
  readonly columns: number;
  /** The background that its empty cells have already. */
  readonly fill: string;
  readonly protect: boolean;
}

/** @returns the column of the cursor after it */
function drawLine(pen: Pen, line: InnerLine, { columns, fill, protect }: LineOptions): number {
  let at = 0;
  while (at < columns) {
    const characters = line.getString(at);
    if (characters !== '') {
      const width = line.getWidth(at);
      pen.look(lookAt(line, at, protect));
      pen.write(width === 0 ? `${APART}${characters}` : characters);
      at += Math.max(1, width);
      continue;
    }
    const background = fillOf(line.getBg(at));
    let end = at + 1;
    while (end < columns && line.getString(end) === '' && fillOf(line.getBg(end)) === background) end++;
    if (background !== fill) {
      pen.look(background);
      pen.write(`\x1b[${end - at}X`);
    }
    if (end === columns) return at;
    pen.write(`\x1b[${end - at}C`);
    at = end;
  }
  return columns;
}

/** Whether the next line's first character, written after this line, starts the next one and changes nothing here. */
function wrapsByItself(line: InnerLine, next: InnerLine, columns: number): boolean {
  const width = next.getWidth(0);
  if (next.getString(0) === '' || width === 0) return false;
  if (isTaken(line, columns - 1)) return true;
  // A wide one does not fit the last cell and leaves it empty, in its own look.
  return width === 2 && isTaken(line, columns - 2) && lookAt(line, columns - 1) === lookAt(next, 0);
}

/** By a character, or the second half of one. */
const isTaken = (line: InnerLine, column: number): boolean =>
  line.getString(column) !== '' || line.getWidth(column) === 0;

function usedLines(lines: InnerBuffer['lines'], savedRow: number): number {
  for (let row = lines.length - 1; row >= 0; row--) {
    const line = lines.get(row);
    if (row === savedRow || line.isWrapped) return row + 1;
    for (let column = 0; column < line.length; column++)
      if (line.getString(column) !== '' || fillOf(line.getBg(column)) !== '') return row + 1;
  }
  return 0;
}

/** The first line of all goes on from one that is gone. */
function wrapFirst(pen: Pen, { columns, rows }: LinesOptions): void {
  pen.look('');
  pen.write(`\x1b[${columns}G  ${rows === 1 ? '\x1b[3J' : '\x1b[S'}\x1b[H\x1b[X`);
}

/** Lets the next line go on from this one, which is empty yet; the other screen has all its lines. */
function wrapAhead(pen: Pen, columns: number): void {
  pen.look('');
  pen.write(`\x1b[${columns}G  \r\x1b[X\x1b[A\x1b[${columns}G\x1b[X\r`);
}

/**
 * Brings the cursor of the normal screen past the edge of its row, where only a printed character gets it: it takes its place along
 * from the other screen, which is empty again afterwards.
 */
export function pastEdge(column: number, columns: number): string {
  return `\x1b[?1047h\x1b[${columns}G${fillEdge(column, columns)}\x1b[?1047l`;
}

/** From the last cell on. */
export function fillEdge(column: number, columns: number): string {
  return ` ${APART}${MARK.repeat(column - columns)}`;
}

export function hasSavedCursor({ savedX, savedY, savedCurAttrData, savedCharset }: InnerBuffer): boolean {
  return (
    savedX !== 0 || savedY !== 0 || savedCurAttrData.fg !== 0 || savedCurAttrData.bg !== 0 || savedCharset !== undefined
  );
}

/** Saves it in the row it belongs to, which may be scrolled off later. */
function saveCursor(pen: Pen, buffer: InnerBuffer, { columns, charsetOf }: LinesOptions): void {
  const { savedX, savedCurAttrData, savedCharset } = buffer;
  pen.write(savedX < columns ? `\x1b[${savedX + 1}G` : pastEdge(savedX, columns));
  pen.look(savedLookOf(savedCurAttrData));
  const charset = charsetOf(savedCharset);
  pen.write(charset === 'B' ? '\x1b7\r' : `\x1b(${charset}\x1b7\x1b(B\r`);
}
