/** The visible part of a terminal as runs of plain text with colours: safe to put into a page as it is. */
import { MINIATURE_COLUMNS, MINIATURE_ROWS, type Miniature, type MiniatureRun } from '@sandglass/protocol';
import type { IBufferCell, Terminal } from '@xterm/headless';

export type MiniatureLines = Pick<Miniature, 'columns' | 'rows' | 'lines' | 'cursor'> & { readonly seq: number };

/** Exact colours are told from those of the palette by this bit. */
const EXACT = 0x100_0000;
/** Control, format (direction, zero width), private-use and half characters: a picture of text needs none of them. */
const UNSHOWN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** A cell holds one character and its marks; some write thousands of marks on one. */
const MAX_CELL_LENGTH = 8;
/** Pictures drawn with coloured blocks have one a character; past these the rest of a line keeps the last one's look. */
const MAX_RUNS = 48;

/** The last rows with anything on them, the cursor's included. */
export function readCells(terminal: Terminal): Omit<MiniatureLines, 'seq'> {
  const buffer = terminal.buffer.active;
  const columns = Math.min(terminal.cols, MINIATURE_COLUMNS);
  const lines: MiniatureRun[][] = [];
  for (let row = 0; row < terminal.rows; row++) {
    const line = buffer.getLine(buffer.baseY + row);
    lines.push(line ? readLine((x, cell) => line.getCell(x, cell), columns, buffer.getNullCell()) : []);
  }
  while (lines.length > buffer.cursorY + 1 && lines.at(-1)!.length === 0) lines.pop();
  const cut = Math.max(0, lines.length - MINIATURE_ROWS);
  while (lines.at(-1)?.length === 0) lines.pop();
  const cursor = { column: Math.min(buffer.cursorX, columns - 1), row: buffer.cursorY - cut };
  return {
    columns,
    rows: Math.min(terminal.rows, MINIATURE_ROWS),
    lines: lines.slice(cut),
    cursor: cursor.row >= 0 && cursor.row < MINIATURE_ROWS ? cursor : null,
  };
}

function readLine(
  cellAt: (x: number, cell: IBufferCell) => IBufferCell | undefined,
  columns: number,
  reused: IBufferCell,
): MiniatureRun[] {
  const runs: MiniatureRun[] = [];
  for (let x = 0; x < columns; x++) {
    const cell = cellAt(x, reused);
    if (!cell) break;
    // The second half of a wide character.
    if (cell.getWidth() === 0) continue;
    const look = lookOf(cell);
    const shown = cell.isInvisible() ? '' : cell.getChars().slice(0, MAX_CELL_LENGTH).replace(UNSHOWN, '');
    const text = shown === '' ? ' '.repeat(cell.getWidth()) : shown;
    const last = runs.at(-1);
    if (last && (runs.length === MAX_RUNS || isSameLook(last, look))) last.text += text;
    else runs.push({ text, ...look });
  }
  const last = runs.at(-1);
  if (last && last.background === undefined && !last.inverse && !last.underline) last.text = last.text.trimEnd();
  if (last?.text === '') runs.pop();
  return runs;
}

type Look = Omit<MiniatureRun, 'text'>;

function lookOf(cell: IBufferCell): Look {
  return {
    ...(cell.isFgDefault() ? {} : { foreground: cell.isFgRGB() ? EXACT + cell.getFgColor() : cell.getFgColor() }),
    ...(cell.isBgDefault() ? {} : { background: cell.isBgRGB() ? EXACT + cell.getBgColor() : cell.getBgColor() }),
    ...(cell.isBold() ? { bold: true } : {}),
    ...(cell.isDim() ? { dim: true } : {}),
    ...(cell.isUnderline() ? { underline: true } : {}),
    ...(cell.isInverse() ? { inverse: true } : {}),
  };
}

function isSameLook(a: Look, b: Look): boolean {
  return (
    a.foreground === b.foreground &&
    a.background === b.background &&
    a.bold === b.bold &&
    a.dim === b.dim &&
    a.underline === b.underline &&
    a.inverse === b.inverse
  );
}
