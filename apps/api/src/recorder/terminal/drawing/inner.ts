/** What xterm 6.0.0 keeps and does not tell: names of its own, read only. */
import type { Emulator } from '../emulator.ts';

export interface InnerLook {
  readonly fg: number;
  readonly bg: number;
  readonly extended: { readonly underlineStyle: number; readonly underlineColor: number } | undefined;
}

export interface InnerLine {
  readonly isWrapped: boolean;
  readonly length: number;
  /** Of a cell with `HAS_EXTENDED` in its background. */
  readonly _extendedAttrs: Readonly<Record<number, InnerLook['extended'] | undefined>>;
  /** '' where there is nothing, also in the second half of a wide character. */
  getString(column: number): string;
  getWidth(column: number): number;
  getFg(column: number): number;
  getBg(column: number): number;
}

/** Maps characters to those of another set; undefined is ASCII. */
export type Charset = Readonly<Record<string, string>> | undefined;

export interface InnerBuffer {
  readonly lines: { readonly length: number; get(row: number): InnerLine };
  readonly x: number;
  readonly y: number;
  readonly ybase: number;
  readonly scrollTop: number;
  readonly scrollBottom: number;
  readonly tabs: Readonly<Record<number, boolean | undefined>>;
  readonly savedX: number;
  readonly savedY: number;
  readonly savedCurAttrData: InnerLook;
  readonly savedCharset: Charset;
}

export interface Inner {
  readonly cols: number;
  readonly rows: number;
  readonly buffers: { readonly normal: InnerBuffer; readonly alt: InnerBuffer; readonly active: InnerBuffer };
  readonly coreService: {
    readonly isCursorHidden: boolean;
    readonly modes: { readonly insertMode: boolean };
    readonly decPrivateModes: {
      readonly applicationCursorKeys: boolean;
      readonly applicationKeypad: boolean;
      readonly bracketedPasteMode: boolean;
      readonly cursorBlink: boolean | undefined;
      readonly cursorStyle: 'block' | 'underline' | 'bar' | undefined;
      readonly origin: boolean;
      readonly reverseWraparound: boolean;
      readonly sendFocus: boolean;
      readonly wraparound: boolean;
    };
  };
  readonly coreMouseService: { readonly activeProtocol: string; readonly activeEncoding: string };
  readonly options: { readonly convertEol?: boolean; readonly cursorBlink?: boolean };
  readonly _charsetService: {
    readonly charset: Charset;
    readonly glevel: number;
    readonly _charsets: readonly Charset[];
  };
  readonly _inputHandler: {
    readonly _curAttrData: InnerLook;
    readonly _parser: { readonly precedingJoinState: number };
  };
}

export const innerOf = (emulator: Emulator): Inner => (emulator as unknown as { _core: Inner })._core;
