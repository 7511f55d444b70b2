/**
 * The whole state of an emulator as something to write to an empty one of its size, which then is as this one: whatever comes next,
 * both show the same. In this order, because later parts change how earlier ones would be read:
 * lines with the saved cursor in its row · tab stops · margins · the other screen, likewise · modes · character sets · cursor · look.
 *
 * No sequence can say: the look of an empty cell beyond its background, half a wide character that an insertion moved, and in a row
 * of the other screen that came under a cursor past its edge by scrolling, which characters erasing by choice passes by.
 */
import type { Emulator } from '../emulator.ts';
import { charsetName, drawCharsets } from './charsets.ts';
import { APART, drawLines, fillEdge, hasSavedCursor } from './drawLines.ts';
import { type Inner, type InnerBuffer, innerOf } from './inner.ts';
import { fillOf, lookAt, lookOf, savedLookOf } from './looks.ts';
import { drawModes } from './modes.ts';
import { Pen } from './pen.ts';

export function drawTerminal(emulator: Emulator, title: string): string {
  const inner = innerOf(emulator);
  const { normal, alt, active } = inner.buffers;
  const pen = new Pen();
  const size = { columns: inner.cols, rows: inner.rows, charsetOf: charsetName };
  drawLines(pen, normal, { ...size, kind: 'normal' });
  pen.write(tabStops(normal, inner.cols) + margins(normal, inner.rows));
  if (hasSavedCursor(alt)) saveOther(pen, inner);
  if (active === alt) {
    pen.write(placeNormal(normal, inner, false));
    pen.look('');
    pen.write('\x1b[?1047h\x1b[H');
    drawLines(pen, alt, { ...size, kind: 'other', ...(endsOnNothing(inner) ? { protectedRow: alt.y } : {}) });
    pen.write(tabStops(alt, inner.cols) + margins(alt, inner.rows));
  }
  pen.write(drawModes(inner));
  // A control character would end the sequence.
  if (title !== '') pen.write(`\x1b]2;${title.replaceAll(/\p{Cc}/gu, '')}\x07`);
  drawCursor(pen, inner);
  return pen.text;
}

/** The other screen keeps its saved cursor while it is not there. */
function saveOther(pen: Pen, { buffers: { alt }, cols }: Inner): void {
  const charset = charsetName(alt.savedCharset);
  pen.write(`\x1b[?1047h\x1b[${alt.savedY + 1};${Math.min(alt.savedX + 1, cols)}H`);
  if (alt.savedX >= cols) pen.write(fillEdge(alt.savedX, cols));
  pen.look(savedLookOf(alt.savedCurAttrData));
  pen.write(`\x1b(${charset}\x1b7\x1b(B\x1b[?1047l`);
}

/** The cursor, the look of what comes next, and whether a mark that comes next joins the character before. */
function drawCursor(pen: Pen, inner: Inner): void {
  const { active, normal } = inner.buffers;
  const look = lookOf(inner._inputHandler._curAttrData);
  const state = inner._inputHandler._parser.precedingJoinState;
  const joined = state === 0 ? undefined : characterBefore(inner, (state >> 1) & 3);
  // Drawn as it stands there, not as its set would have it.
  if (active !== normal && active.x >= inner.cols && !joined) {
    placeOtherPastEdge(pen, inner);
    pen.write(drawCharsets(inner));
    pen.lookAgain(look);
    return;
  }
  pen.write(drawCharsets(inner));
  if (joined) pen.write(place(joined.column, inner));
  else pen.write(active === normal ? placeNormal(active, inner, true) : place(active.x, inner));
  pen.lookAgain(look);
  if (joined) pen.write(printed(joined, inner));
}

function placeNormal(normal: InnerBuffer, inner: Inner, hasModes: boolean): string {
  const isOutside = normal.y < normal.scrollTop || normal.y > normal.scrollBottom;
  const row = `\x1b[${normal.y + 1};${Math.min(normal.x + 1, inner.cols)}H`;
  if (hasModes && inner.coreService.decPrivateModes.origin) {
    const top = normal.y - normal.scrollTop;
    if (!isOutside && normal.x < inner.cols) return `\x1b[${top + 1};${normal.x + 1}H`;
  } else if (normal.x < inner.cols) return row;
  // Whoever counts rows from the margins cannot say where it is; the other screen has none.
  const edge = normal.x >= inner.cols ? fillEdge(normal.x, inner.cols) : '';
  return `\x1b[?1047h${row}${edge}\x1b[?1047l`;
}

function place(column: number, inner: Inner): string {
  const { active } = inner.buffers;
  const top = inner.coreService.decPrivateModes.origin ? active.scrollTop : 0;
  return `\x1b[${active.y - top + 1};${column + 1}H`;
}

interface Character {
  readonly column: number;
  readonly width: number;
  readonly text: string;
  readonly look: string;
}

/** The one that the cursor stands right behind. */
function characterBefore(inner: Inner, width: number): Character | undefined {
  const { active } = inner.buffers;
  const column = active.x - width;
  const line = active.lines.get(active.ybase + active.y);
  if (column < 0 || column >= inner.cols) return undefined;
  const text = line.getString(column);
  if (text === '' || line.getWidth(column) !== width) return undefined;
  return { column, width, text, look: lookAt(line, column) };
}

/** Written once more in its place, also where writing moves what is behind. */
function printed({ width, text }: Character, { coreService }: Inner): string {
  return `${coreService.modes.insertMode && width > 0 ? `\x1b[${width}P` : ''}${width === 0 ? APART : ''}${text}`;
}

/** Of the other screen, whose cursor is past the edge of a row with nothing in its last cell. */
function endsOnNothing(inner: Inner): boolean {
  const { active } = inner.buffers;
  return active.x >= inner.cols && lastCharacter(inner) === undefined;
}

function lastCharacter(inner: Inner): Character | undefined {
  const { active } = inner.buffers;
  const line = active.lines.get(active.ybase + active.y);
  for (const column of [inner.cols - 1, inner.cols - 2]) {
    const width = line.getWidth(column);
    const text = line.getString(column);
    if (text !== '' && column + Math.max(1, width) === inner.cols)
      return { column, width, text, look: lookAt(line, column) };
    if (text !== '' || width !== 0) return undefined;
  }
  return undefined;
}

function placeOtherPastEdge(pen: Pen, inner: Inner): void {
  const { alt } = inner.buffers;
  const last = lastCharacter(inner);
  if (last) {
    pen.write(place(last.column, inner));
    pen.lookAgain(last.look);
    pen.write(printed(last, inner));
    if (alt.x > inner.cols) pen.write(fillEdge(alt.x, inner.cols).slice(1));
    return;
  }
  // What is printed there is erased again, by the one erasing that leaves the cursor: all that is not protected goes.
  pen.write(place(inner.cols - 1, inner));
  pen.lookAgain(fillOf(alt.lines.get(alt.y).getBg(inner.cols - 1)));
  pen.write(` \x1b[?1K${fillEdge(alt.x, inner.cols).slice(1)}`);
}

function tabStops({ tabs }: InnerBuffer, columns: number): string {
  const stops = Array.from({ length: columns }, (_, column) => column).filter((column) => tabs[column]);
  const usual = Math.ceil(columns / 8);
  if (stops.length === usual && stops.every((column) => column % 8 === 0)) return '';
  return `\x1b[3g${stops.map((column) => `\x1b[${column + 1}G\x1bH`).join('')}`;
}

function margins({ scrollTop, scrollBottom }: InnerBuffer, rows: number): string {
  return scrollTop === 0 && scrollBottom === rows - 1 ? '' : `\x1b[${scrollTop + 1};${scrollBottom + 1}r`;
}
