/** Draws small pictures and terminals on a canvas. What comes from a sandbox is drawn, never put into the page. */
import type { Miniature, MiniatureRun } from '@sandglass/protocol';
import { tokenColor } from '../../platform/tokenColor.ts';

/** @throws when it is no picture; what was there stays */
export async function paintPicture(canvas: HTMLCanvasElement, jpeg: Uint8Array): Promise<void> {
  const bitmap = await createImageBitmap(new Blob([jpeg as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' }));
  if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
  if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
}

/** Smaller letters are grey dust: of a larger terminal the lower left part is shown. */
const LEAST_LETTER_PX = 6.5;
const MOST_LETTER_PX = 11.5;
/** Width of a letter of the page's monospaced font to its size, and height of a line. */
const LETTER_WIDTH = 0.6;
const LINE_HEIGHT = 1.38;
const EDGE_PX = 12;
/** Who acts stands at the foot: the last line, where things happen, is not under it. */
const FOOT_PX = 34;
const EXACT = 0x100_0000;

export function paintMiniature(canvas: HTMLCanvasElement, miniature: Miniature, palette: Palette): void {
  const context = canvas.getContext('2d');
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (context === null || width === 0) return;
  const density = Math.min(2, globalThis.devicePixelRatio || 1);
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  context.setTransform(density, 0, 0, density, 0, 0);
  context.fillStyle = palette.ground;
  context.fillRect(0, 0, width, height);
  const fits = (width - 2 * EDGE_PX) / (Math.min(miniature.columns, 80) * LETTER_WIDTH);
  const size = Math.max(LEAST_LETTER_PX, Math.min(MOST_LETTER_PX, fits));
  const [letter, line] = [size * LETTER_WIDTH, size * LINE_HEIGHT];
  const rows = Math.max(1, Math.floor((height - EDGE_PX - FOOT_PX) / line));
  const first = Math.max(0, Math.max(miniature.lines.length, (miniature.cursor?.row ?? 0) + 1) - rows);
  context.textBaseline = 'middle';
  for (const [row, runs] of miniature.lines.slice(first).entries())
    paintLine(context, runs, { y: EDGE_PX + row * line, letter, line, size, palette });
  if (miniature.cursor === null) return;
  const { column, row } = miniature.cursor;
  context.fillStyle = palette.text;
  context.fillRect(EDGE_PX + column * letter, EDGE_PX + (row - first) * line + line * 0.12, letter, line * 0.76);
}

interface LinePlace {
  readonly y: number;
  readonly letter: number;
  readonly line: number;
  readonly size: number;
  readonly palette: Palette;
}

function paintLine(context: CanvasRenderingContext2D, runs: readonly MiniatureRun[], place: LinePlace): void {
  const { y, letter, line, size, palette } = place;
  let x = EDGE_PX;
  for (const run of runs) {
    const width = [...run.text].length * letter;
    const [given, under] = [colourOf(run.foreground, palette), colourOf(run.background, palette)];
    const ink = run.inverse ? (under ?? palette.ground) : (given ?? palette.text);
    const ground = run.inverse ? (given ?? palette.text) : under;
    if (ground !== undefined) {
      context.fillStyle = ground;
      context.fillRect(x, y, width, line);
    }
    context.globalAlpha = run.dim ? 0.6 : 1;
    context.fillStyle = ink;
    context.font = `${run.bold ? 600 : 400} ${size}px ${palette.font}`;
    context.fillText(run.text, x, y + line / 2, width);
    if (run.underline) context.fillRect(x, y + line - 1, width, 1);
    context.globalAlpha = 1;
    x += width;
  }
}

export interface Palette {
  readonly text: string;
  readonly ground: string;
  readonly font: string;
  /** The sixteen that a theme gives. */
  readonly named: readonly string[];
}

const NAMES = ['line-strong', 'err', 'ok', 'warn', 'agent', 'human', 'check', 'text-2'] as const;
const BRIGHT = ['text-3', 'err', 'ok', 'sand-text', 'agent', 'human', 'check', 'text'] as const;

/** From the page's tokens, so that both themes are right. */
export function readPalette(): Palette {
  return {
    text: tokenColor('text'),
    ground: tokenColor('term'),
    font: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
    named: [...NAMES, ...BRIGHT].map(tokenColor),
  };
}

const STEPS = [0, 95, 135, 175, 215, 255];

/** xterm's colours: sixteen of the theme, a cube of six steps a side, greys; or exactly what a program asked for. */
export function colourOf(colour: number | undefined, palette: Pick<Palette, 'named'>): string | undefined {
  if (colour === undefined) return undefined;
  if (colour >= EXACT) return rgb((colour >> 16) & 255, (colour >> 8) & 255, colour & 255);
  if (colour < 16) return palette.named[colour];
  if (colour >= 232) return rgb(...([0, 0, 0].map(() => 8 + (colour - 232) * 10) as [number, number, number]));
  const at = colour - 16;
  return rgb(STEPS[Math.floor(at / 36)] ?? 0, STEPS[Math.floor(at / 6) % 6] ?? 0, STEPS[at % 6] ?? 0);
}

const rgb = (red: number, green: number, blue: number): string => `rgb(${red} ${green} ${blue})`;
