/** Colours and styles as the sequences that set them. */
import type { InnerLine, InnerLook } from './inner.ts';

const MODE = 0x300_0000;
const PALETTE_16 = 0x100_0000;
const PALETTE_256 = 0x200_0000;
const HAS_EXTENDED = 0x1000_0000;
const PROTECTED = 0x2000_0000;
const UNDERLINE = 0x1000_0000;
const FOREGROUND_FLAGS = [
  [0x800_0000, '1'],
  [0x2000_0000, '5'],
  [0x400_0000, '7'],
  [0x4000_0000, '8'],
  [0x8000_0000, '9'],
] as const;
const BACKGROUND_FLAGS = [
  [0x800_0000, '2'],
  [0x400_0000, '3'],
  [0x4000_0000, '53'],
] as const;

/** Sets this look from the default one; '' for the default. `protect`: erasing by choice passes it by. */
export function lookOf({ fg, bg, extended }: InnerLook, protect = false): string {
  const underline = extended?.underlineColor ?? 0;
  if (fg === 0 && bg === 0 && underline === 0 && !protect) return '';
  const codes: string[] = [];
  for (const [flag, code] of FOREGROUND_FLAGS) if (fg & flag) codes.push(code);
  for (const [flag, code] of BACKGROUND_FLAGS) if (bg & flag) codes.push(code);
  // Style 0: underlined by nothing, as after a saved cursor is restored.
  const style = bg & HAS_EXTENDED ? (extended?.underlineStyle ?? 1) : 1;
  if (fg & UNDERLINE && style > 0) codes.push(style === 1 ? '4' : `4:${style}`);
  codes.push(...colour(fg, 30), ...colour(bg, 40));
  // Kept by the emulator also while nothing is underlined.
  if (underline !== 0) codes.push(...colour(underline, 50));
  const set = codes.length > 0 ? `\x1b[${codes.join(';')}m` : '';
  return protect || bg & PROTECTED ? `${set}\x1b[1"q` : set;
}

/** Of a saved cursor, which keeps no more. */
export const savedLookOf = ({ fg, bg }: InnerLook): string => lookOf({ fg, bg, extended: undefined });

export function lookAt(line: InnerLine, column: number, protect = false): string {
  const [fg, bg] = [line.getFg(column), line.getBg(column)];
  if (fg === 0 && bg === 0 && !protect) return '';
  const extended = bg & HAS_EXTENDED ? line._extendedAttrs[column] : undefined;
  return lookOf({ fg, bg, extended }, protect);
}

/** What erasing leaves: of a look only the background's colour. */
export function fillOf(bg: number): string {
  const [first, ...rest] = colour(bg, 40);
  return first === undefined ? '' : `\x1b[${[first, ...rest].join(';')}m`;
}

function colour(value: number, base: 30 | 40 | 50): string[] {
  const mode = value & MODE;
  if (mode === 0) return [];
  const index = value & 0xff;
  if (mode === PALETTE_16 && base !== 50) return [`${index < 8 ? base + index : base + 60 + index - 8}`];
  if (mode === PALETTE_16 || mode === PALETTE_256) return [`${base + 8};5;${index}`];
  return [`${base + 8};2;${(value >>> 16) & 0xff};${(value >>> 8) & 0xff};${index}`];
}
