/** The only file that knows xterm. Loaded when a terminal is first shown. */
import type { TerminalSize } from '@sandglass/client';
import { guardTerminal } from '@sandglass/replay';
import { FitAddon } from '@xterm/addon-fit';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { WebglAddon } from '@xterm/addon-webgl';
import { type ITheme, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { findSafeLink } from './safeLink.ts';
import type { TerminalScreen } from './terminalModel.ts';

export interface XtermOptions {
  readonly element: HTMLElement;
  readonly theme: ITheme;
  readonly onText: (text: string) => void;
  readonly onTitle: (title: string) => void;
  readonly onLink: (url: URL) => void;
}

const FONT = '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, monospace';
const FONT_PX = 12;

/** xterm in an element: draws, measures, and turns keys into text. */
export class XtermScreen implements TerminalScreen {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  #webgl: WebglAddon | null = null;
  #answers = false;
  #room: { widthPx: number; heightPx: number; leastFontPx: number } | null = null;
  #phase: 'open' | 'disposed' = 'open';

  constructor(options: XtermOptions) {
    const terminal = new Terminal({
      allowProposedApi: true,
      fontFamily: FONT,
      fontSize: FONT_PX,
      lineHeight: 1.25,
      theme: options.theme,
      scrollback: 10_000,
      cursorBlink: false,
      macOptionIsMeta: true,
      minimumContrastRatio: 4.5,
      disableStdin: true,
      linkHandler: {
        activate: (_, text) => {
          const url = findSafeLink(text);
          if (url !== undefined) options.onLink(url);
        },
        allowNonHttpProtocols: false,
      },
    });
    this.#terminal = terminal;
    terminal.loadAddon(this.#fit);
    terminal.loadAddon(new Unicode11Addon());
    terminal.unicode.activeVersion = '11';
    terminal.loadAddon(
      new WebLinksAddon((_, text) => {
        const url = findSafeLink(text);
        if (url !== undefined) options.onLink(url);
      }),
    );
    this.#guard();
    guardTerminal(terminal);
    terminal.attachCustomKeyEventHandler((event) => this.#handleKey(event));
    terminal.onData(options.onText);
    terminal.onTitleChange(options.onTitle);
    terminal.open(options.element);
    terminal.textarea?.setAttribute('aria-label', 'Keyboard of the terminal. Control Alt Escape leaves it.');
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      if (this.#phase === 'disposed') resolve();
      else this.#terminal.write(bytes, resolve);
    });
  }

  async reset(drawing: Uint8Array, size: TerminalSize): Promise<void> {
    if (this.#phase === 'disposed') return;
    this.#terminal.reset();
    this.resize(size);
    await this.write(drawing);
  }

  resize(size: TerminalSize): void {
    if (this.#phase === 'disposed') return;
    if (size.columns === this.#terminal.cols && size.rows === this.#terminal.rows) return;
    this.#terminal.resize(size.columns, size.rows);
    if (this.#room !== null) this.#shrink();
  }

  /** What would fit the element at the usual font; undefined while it has no size. */
  measure(): TerminalSize | undefined {
    this.#room = null;
    this.#setFont(FONT_PX);
    const size = this.#fit.proposeDimensions();
    if (size === undefined || !Number.isFinite(size.cols) || !Number.isFinite(size.rows)) return undefined;
    return { columns: Math.max(2, size.cols), rows: Math.max(1, size.rows) };
  }

  /**
   * Keeps the font small enough that the whole terminal is seen in the given room, but not below `leastFontPx`: from there
   * on the room scrolls. Its size in characters stays.
   */
  shrinkInto(room: { widthPx: number; heightPx: number }, leastFontPx: number): void {
    this.#room = { ...room, leastFontPx };
    this.#shrink();
  }

  #shrink(): void {
    const room = this.#room;
    if (room === null) return;
    this.#setFont(FONT_PX);
    const screen = this.#terminal.element?.querySelector<HTMLElement>('.xterm-screen');
    if (screen === null || screen === undefined || screen.offsetWidth === 0) return;
    const scale = Math.min(1, room.widthPx / screen.offsetWidth, room.heightPx / screen.offsetHeight);
    if (scale < 1) this.#setFont(Math.max(room.leastFontPx, Math.floor(FONT_PX * scale * 2) / 2));
  }

  setTheme(theme: ITheme): void {
    this.#terminal.options.theme = theme;
  }

  /** `mayInput`: keys are taken. `answers`: this viewer speaks for the terminal when a program asks what it is. */
  setRights(rights: { mayInput: boolean; answers: boolean }): void {
    this.#terminal.options.disableStdin = !rights.mayInput;
    this.#answers = rights.answers;
  }

  /** Browsers allow about 16 WebGL contexts a page: only what is seen has one. Without one xterm draws with the DOM. */
  setVisible(visible: boolean): void {
    if (!visible) this.#dropWebgl();
    else if (this.#webgl === null && this.#phase === 'open') {
      try {
        const webgl = new WebglAddon();
        webgl.onContextLoss(() => this.#dropWebgl());
        this.#terminal.loadAddon(webgl);
        this.#webgl = webgl;
      } catch {
        // No WebGL here: the DOM renderer is slower and looks the same.
      }
    }
  }

  focus(): void {
    this.#terminal.focus();
  }

  paste(text: string): void {
    this.#terminal.paste(text);
  }

  dispose(): void {
    if (this.#phase === 'disposed') return;
    this.#phase = 'disposed';
    this.#dropWebgl();
    this.#terminal.dispose();
  }

  #setFont(px: number): void {
    if (this.#terminal.options.fontSize !== px) this.#terminal.options.fontSize = px;
  }

  #dropWebgl(): void {
    const webgl = this.#webgl;
    this.#webgl = null;
    if (webgl === null) return;
    // The add-on's own dispose leaves the context alive, and they are few.
    for (const canvas of this.#terminal.element?.querySelectorAll('canvas') ?? [])
      canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext();
    webgl.dispose();
  }

  /**
   * Output is hostile. The clipboard is never written by it (OSC 52). Questions (who are you, where is the cursor, which
   * colour) are answered by the one viewer that decides the size; a dozen answers would be typed into the shell.
   */
  #guard(): void {
    const { parser } = this.#terminal;
    parser.registerOscHandler(52, () => true);
    const silent = () => !this.#answers;
    for (const id of [
      { final: 'c' },
      { prefix: '>', final: 'c' },
      { prefix: '=', final: 'c' },
      { final: 'n' },
      { prefix: '?', final: 'n' },
    ])
      parser.registerCsiHandler(id, silent);
    for (const id of [
      { intermediates: '$', final: 'p' },
      { prefix: '?', intermediates: '$', final: 'p' },
      { final: 't' },
    ])
      parser.registerCsiHandler(id, silent);
    parser.registerDcsHandler({ intermediates: '$', final: 'q' }, silent);
    for (const code of [4, 10, 11, 12]) parser.registerOscHandler(code, (data) => data.includes('?') && silent());
  }

  /** Copy and paste as everywhere else; the rest goes to the shell. */
  #handleKey(event: KeyboardEvent): boolean {
    if (event.type !== 'keydown' || !event.ctrlKey || event.altKey || event.metaKey) return true;
    const key = event.key.toLowerCase();
    if (key === 'v') return false;
    if (key !== 'c' || !this.#terminal.hasSelection()) return !(key === 'c' && event.shiftKey);
    event.preventDefault();
    void navigator.clipboard?.writeText(this.#terminal.getSelection()).catch(() => undefined);
    this.#terminal.clearSelection();
    return false;
  }
}

/** The font must be there before xterm measures its cells. */
export async function loadTerminalFont(): Promise<void> {
  await Promise.all([
    document.fonts.load(`${FONT_PX}px ${FONT}`),
    document.fonts.load(`bold ${FONT_PX}px ${FONT}`),
  ]).catch(() => undefined);
}
