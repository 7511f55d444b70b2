/**
 * What a resize leaves in xterm that no escape sequence can say. A state that is drawn for somebody else lacks it, so all terminals
 * that read the same bytes give it up at the same moment: then they stay equal whatever comes.
 */

interface InnerLine {
  readonly length: number;
  getWidth(column: number): number;
  setCell(column: number, cell: unknown): void;
  resize(columns: number, fill: unknown): void;
}

interface InnerBuffer {
  readonly lines: { readonly length: number; maxLength: number; get(row: number): InnerLine | undefined };
  readonly ybase: number;
  readonly tabs: Record<number, boolean | undefined>;
  savedY: number;
  getNullCell(): unknown;
}

interface Inner {
  readonly buffers: { readonly normal: InnerBuffer; readonly alt: InnerBuffer; readonly active: InnerBuffer };
  readonly _inputHandler: { readonly _parser: { precedingJoinState: number } };
}

/** What this needs of an emulator; xterm's with a screen and without one both have it. */
export interface SettledTerminal {
  readonly cols: number;
  readonly rows: number;
  readonly onResize: (listener: () => void) => unknown;
  readonly parser: {
    registerCsiHandler(
      id: { final: string },
      handler: (params: readonly (number | number[])[]) => boolean,
    ): { dispose(): void };
  };
}

export function settleTerminal(terminal: SettledTerminal): void {
  const inner = (terminal as unknown as { _core: Inner })._core;
  terminal.onResize(() => {
    const { normal, alt } = inner.buffers;
    // A mark that comes next stands alone: it may not join what is now elsewhere.
    inner._inputHandler._parser.precedingJoinState = 0;
    // While it is not there it would keep room for the rows of a higher one, and then scroll lines into a history it must not have.
    if (alt.lines.length === 0) alt.lines.maxLength = terminal.rows;
    for (const buffer of [normal, alt]) {
      for (let row = 0; row < buffer.lines.length; row++) cutLine(buffer, row, terminal.cols);
      for (const column of Object.keys(buffer.tabs))
        if (Number(column) >= terminal.cols) delete buffer.tabs[Number(column)];
      buffer.savedY = Math.min(buffer.savedY, buffer.ybase + terminal.rows - 1);
    }
  });
  // The saved cursor goes along with its line when the scrollback is erased.
  terminal.parser.registerCsiHandler({ final: 'J' }, ([part]) => {
    const { active } = inner.buffers;
    if (part === 3) active.savedY = Math.max(0, active.savedY - (active.lines.length - terminal.rows));
    return false;
  });
}

/** The other screen keeps what was right of a narrower one, and half of a wide character stays at its edge. */
function cutLine(buffer: InnerBuffer, row: number, columns: number): void {
  const line = buffer.lines.get(row);
  if (line === undefined) return;
  if (line.length > columns) line.resize(columns, buffer.getNullCell());
  if (line.getWidth(columns - 1) === 2) line.setCell(columns - 1, buffer.getNullCell());
}
