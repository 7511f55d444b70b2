/** All of a terminal's state that what comes next depends on: two with the same show the same from then on. */
import type { Emulator } from '../src/recorder/terminal/emulator.ts';

interface Extended {
  readonly underlineStyle: number;
  readonly underlineColor: number;
}

interface Line {
  readonly isWrapped: boolean;
  readonly length: number;
  readonly _extendedAttrs: Readonly<Record<number, Extended | undefined>>;
  getString(column: number): string;
  getWidth(column: number): number;
  getFg(column: number): number;
  getBg(column: number): number;
}

interface Buffer {
  readonly lines: { readonly length: number; get(row: number): Line };
  readonly x: number;
  readonly y: number;
  readonly ybase: number;
  readonly scrollTop: number;
  readonly scrollBottom: number;
  readonly savedX: number;
  readonly savedY: number;
  readonly savedCurAttrData: { readonly fg: number; readonly bg: number };
  readonly savedCharset: object | undefined;
  readonly tabs: Readonly<Record<number, boolean>>;
}

interface Core {
  writeSync(data: string | Uint8Array): void;
  readonly buffers: { readonly normal: Buffer; readonly alt: Buffer; readonly active: Buffer };
  readonly coreService: {
    readonly isCursorHidden: boolean;
    readonly modes: object;
    readonly decPrivateModes: { readonly wraparound: boolean };
  };
  readonly coreMouseService: { readonly activeProtocol: string; readonly activeEncoding: string };
  readonly _charsetService: { readonly charset: unknown; readonly glevel: number; readonly _charsets: unknown[] };
  readonly _inputHandler: {
    readonly _curAttrData: { readonly fg: number; readonly bg: number; readonly extended: Extended };
    readonly _parser: { readonly precedingJoinState: number };
  };
}

/** Colours as they are shown: the emulator leaves bits of an older colour where the mode does not read them. */
function plain(value: number): number {
  const mode = value & 0x300_0000;
  if (mode === 0x300_0000) return value >>> 0;
  return (value & (mode === 0 ? ~0x3ff_ffff : ~0xff_ff00)) >>> 0;
}

const UNDERLINE = 0x1000_0000;
const HAS_EXTENDED = 0x1000_0000;

function look(fg: number, bg: number, extended: Extended | undefined): string {
  const style = bg & HAS_EXTENDED ? (extended?.underlineStyle ?? 0) : 1;
  const shown = [
    plain(style === 0 ? fg & ~UNDERLINE : fg),
    plain(bg & ~HAS_EXTENDED),
    bg & HAS_EXTENDED && style > 0 ? `${style}/${plain(extended!.underlineColor)}` : '',
  ];
  return shown.join(':').replace('0:0:', '');
}

function line(of: Line): string {
  const cells = Array.from({ length: of.length }, (_, column) => {
    const [text, width, bg] = [of.getString(column), of.getWidth(column), of.getBg(column)];
    // Of nothing only the background is seen.
    if (text === '') return `_${look(0, bg & 0x3ff_ffff, undefined)}`;
    return `${text}${width === 1 ? '' : width}${look(of.getFg(column), bg, of._extendedAttrs[column])}`;
  });
  return `${of.isWrapped ? '↪' : ' '}${cells.join(' ').replace(/[ _]+$/u, '')}`;
}

function buffer({ lines, tabs, savedCurAttrData: { fg, bg }, savedCharset, ...of }: Buffer, columns: number) {
  const { x, y, ybase, scrollTop, scrollBottom, savedX, savedY } = of;
  return {
    lines: Array.from({ length: lines.length }, (_, row) => line(lines.get(row))),
    tabs: Object.keys(tabs).filter((column) => tabs[Number(column)] && Number(column) < columns),
    at: { x, y, ybase, scrollTop, scrollBottom },
    saved: { savedX, savedY, fg: plain(fg), bg: plain(bg), savedCharset: savedCharset ?? null },
  };
}

/** At once: a write that is waited for takes a timer's turn, which many of them make slow. */
export function writeNow(terminal: Emulator, data: string | Uint8Array): void {
  (terminal as unknown as { _core: Core })._core.writeSync(data);
}

export function terminalState(terminal: Emulator) {
  const core = (terminal as unknown as { _core: Core })._core;
  const { buffers, coreService, coreMouseService, _charsetService: charsets, _inputHandler: input } = core;
  const { normal, alt, active } = buffers;
  const { fg, bg, extended } = input._curAttrData;
  const { wraparound } = coreService.decPrivateModes;
  const other = buffer(alt, terminal.cols);
  return {
    columns: terminal.cols,
    rows: terminal.rows,
    active: active === normal ? 'normal' : 'other',
    normal: buffer(normal, terminal.cols),
    other: active === alt ? other : { saved: other.saved },
    modes: { ...coreService.modes, ...coreService.decPrivateModes, isCursorHidden: coreService.isCursorHidden },
    mouse: [coreMouseService.activeProtocol, coreMouseService.activeEncoding],
    charset: [charsets.charset ?? null, charsets.glevel, [0, 1, 2, 3].map((slot) => charsets._charsets[slot] ?? null)],
    look: look(fg, bg, extended),
    // Zero after a sequence; whether it joined one itself does not matter to the next. A wide character that found no room at the
    // edge of a terminal that does not wrap is not written, but would be joined.
    joins: wraparound ? (input._parser.precedingJoinState >> 1) & 3 : undefined,
  };
}
