/** The part of a terminal's state that the serializer leaves out: title, hidden cursor, its shape, margins, mouse encoding. */
import type headless from '@xterm/headless';

type Terminal = InstanceType<typeof headless.Terminal>;
/** Private modes that are kept as they are set. 25: cursor shown; 1005, 1006, 1015, 1016: how the mouse is reported. */
const MODES = new Map([
  [25, true],
  [1005, false],
  [1006, false],
  [1015, false],
  [1016, false],
]);
const MAX_TITLE_CHARACTERS = 1_000;

export class ExtraState {
  readonly #terminal: Terminal;
  readonly #changed = new Map<number, boolean>();
  #title = '';
  #cursorShape = 0;
  #margins: { top: number; bottom: number } | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    const { parser } = terminal;
    terminal.onTitleChange((title) => {
      this.#title = title.slice(0, MAX_TITLE_CHARACTERS);
    });
    // Returning false lets the terminal handle it as well.
    parser.registerCsiHandler({ prefix: '?', final: 'h' }, (params) => this.#setModes(params, true));
    parser.registerCsiHandler({ prefix: '?', final: 'l' }, (params) => this.#setModes(params, false));
    parser.registerCsiHandler({ intermediates: ' ', final: 'q' }, ([shape]) => {
      this.#cursorShape = Number(shape ?? 0);
      return false;
    });
    parser.registerCsiHandler({ final: 'r' }, ([top, bottom]) => {
      this.#setMargins(Number(top ?? 0) || 1, Number(bottom ?? 0) || terminal.rows);
      return false;
    });
    parser.registerCsiHandler({ intermediates: '!', final: 'p' }, () => this.#reset());
    parser.registerEscHandler({ final: 'c' }, () => this.#reset());
    // Both give the other screen or another size, which has no margins.
    terminal.buffer.onBufferChange(() => {
      this.#margins = undefined;
    });
    terminal.onResize(() => {
      this.#margins = undefined;
    });
  }

  draw(): string {
    let out = '';
    // Setting margins moves the cursor; it is put back.
    if (this.#margins) out += `\x1b7\x1b[${this.#margins.top};${this.#margins.bottom}r\x1b8`;
    for (const [mode, on] of this.#changed) if (on !== MODES.get(mode)) out += `\x1b[?${mode}${on ? 'h' : 'l'}`;
    if (this.#cursorShape !== 0) out += `\x1b[${this.#cursorShape} q`;
    // A control character would end the sequence.
    if (this.#title !== '') out += `\x1b]2;${this.#title.replaceAll(/\p{Cc}/gu, '')}\x07`;
    return out;
  }

  #setModes(params: readonly (number | number[])[], on: boolean): false {
    for (const mode of params) if (typeof mode === 'number' && MODES.has(mode)) this.#changed.set(mode, on);
    return false;
  }

  #setMargins(top: number, bottom: number): void {
    if (top >= bottom) return;
    const isWhole = top === 1 && bottom >= this.#terminal.rows;
    this.#margins = isWhole ? undefined : { top, bottom: Math.min(bottom, this.#terminal.rows) };
  }

  #reset(): false {
    this.#changed.clear();
    this.#cursorShape = 0;
    this.#margins = undefined;
    return false;
  }
}
