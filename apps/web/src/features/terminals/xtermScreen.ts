/** xterm in an element; with the files beside it that start with xterm the only ones that know it. Loaded when first shown. */
import type { TerminalSize } from '@sandglass/client';
import { guardTerminal } from '@sandglass/replay';
import { FitAddon } from '@xterm/addon-fit';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { type ITheme, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { type ClipboardWrite, guardSequences, type Rights } from './controlSequences.ts';
import type { TerminalScreen } from './terminalModel.ts';
import { addKeys, type KeyEvents, paste } from './xtermKeys.ts';
import { addLinks, createLinkHandler, type LinkEvents } from './xtermLinks.ts';
import { type SearchResult, XtermSearch } from './xtermSearch.ts';
import { XtermWebgl } from './xtermWebgl.ts';

export interface XtermEvents extends LinkEvents, KeyEvents {
  readonly onText: (text: string) => void;
  readonly onTitle: (title: string) => void;
  /** OSC 7: where the shell says it is. */
  readonly onDirectory: (report: string) => void;
  readonly onClipboard: (write: ClipboardWrite) => void;
  readonly onBell: () => void;
  readonly onFound: (result: SearchResult) => void;
  /** Whether the newest line is out of sight below. */
  readonly onScrolledUp: (scrolledUp: boolean) => void;
}

export interface Look {
  readonly theme: ITheme;
  readonly fontPx: number;
  readonly fontFamily: string;
  readonly leastContrast: number;
  readonly screenReader: boolean;
}

/** Draws, measures, and turns keys into text. */
export class XtermScreen implements TerminalScreen {
  readonly search: XtermSearch;
  readonly #terminal: Terminal;
  readonly #events: XtermEvents;
  readonly #fit = new FitAddon();
  readonly #webgl: XtermWebgl;
  readonly #stopKeys: () => void;
  #fontPx: number;
  #rights: Rights = { answersPosition: false, answersIdentity: false };
  #room: { widthPx: number; heightPx: number; leastFontPx: number } | null = null;
  #phase: 'open' | 'disposed' = 'open';

  constructor(element: HTMLElement, look: Look, events: XtermEvents) {
    const terminal = new Terminal({
      allowProposedApi: true,
      fontFamily: look.fontFamily,
      fontSize: look.fontPx,
      lineHeight: 1.25,
      theme: look.theme,
      scrollback: 10_000,
      cursorBlink: false,
      macOptionIsMeta: true,
      minimumContrastRatio: look.leastContrast,
      screenReaderMode: look.screenReader,
      disableStdin: true,
      linkHandler: createLinkHandler(events),
    });
    this.#terminal = terminal;
    this.#events = events;
    this.#fontPx = look.fontPx;
    this.#webgl = new XtermWebgl(terminal);
    terminal.loadAddon(this.#fit);
    terminal.loadAddon(new Unicode11Addon());
    terminal.unicode.activeVersion = '11';
    this.search = new XtermSearch(terminal, events.onFound);
    addLinks(terminal, events);
    guardSequences(terminal.parser, { rights: () => this.#rights, onClipboard: events.onClipboard });
    guardTerminal(terminal);
    terminal.parser.registerOscHandler(7, (report) => {
      events.onDirectory(report);
      return true;
    });
    terminal.onData(events.onText);
    terminal.onTitleChange(events.onTitle);
    terminal.onBell(events.onBell);
    terminal.onRender(() => {
      const { baseY, viewportY } = terminal.buffer.active;
      events.onScrolledUp(viewportY < baseY);
    });
    this.#stopKeys = addKeys(terminal, element, events);
    terminal.open(element);
    terminal.textarea?.setAttribute('aria-label', 'Keyboard of the terminal. Control Alt Escape leaves it.');
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      if (this.#phase === 'disposed') resolve();
      else this.#terminal.write(bytes, resolve);
    });
  }

  /** What the person had selected, and how far up they read, stay where the same text is there again. */
  async reset(drawing: Uint8Array, size: TerminalSize): Promise<void> {
    if (this.#phase === 'disposed') return;
    const terminal = this.#terminal;
    const selected = terminal.getSelection();
    const range = terminal.getSelectionPosition();
    const up = terminal.buffer.active.baseY - terminal.buffer.active.viewportY;
    terminal.reset();
    this.resize(size);
    await this.write(drawing);
    if (this.#isDisposed()) return;
    if (up > 0) terminal.scrollLines(-up);
    if (range === undefined) return;
    const { start, end } = range;
    terminal.select(start.x, start.y, (end.y - start.y) * terminal.cols + end.x - start.x);
    if (terminal.getSelection() !== selected) terminal.clearSelection();
  }

  resize(size: TerminalSize): void {
    if (this.#phase === 'disposed') return;
    if (size.columns === this.#terminal.cols && size.rows === this.#terminal.rows) return;
    this.#terminal.resize(size.columns, size.rows);
    if (this.#room !== null) this.#shrink();
  }

  /** What would fit the element at the person's font; undefined while it has no size. */
  measure(): TerminalSize | undefined {
    this.#room = null;
    this.#setFont(this.#fontPx);
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
    this.#setFont(this.#fontPx);
    const screen = this.#terminal.element?.querySelector<HTMLElement>('.xterm-screen');
    if (screen === null || screen === undefined || screen.offsetWidth === 0) return;
    const scale = Math.min(1, room.widthPx / screen.offsetWidth, room.heightPx / screen.offsetHeight);
    if (scale < 1) this.#setFont(Math.max(room.leastFontPx, Math.floor(this.#fontPx * scale * 2) / 2));
  }

  setLook(look: Look): void {
    const { options } = this.#terminal;
    options.theme = look.theme;
    options.minimumContrastRatio = look.leastContrast;
    options.screenReaderMode = look.screenReader;
    if (options.fontFamily !== look.fontFamily) options.fontFamily = look.fontFamily;
    this.#fontPx = look.fontPx;
  }

  /** `mayInput`: keys are taken. `rights`: which questions of programs this viewer answers. */
  setRights({ mayInput, ...rights }: Rights & { readonly mayInput: boolean }): void {
    this.#terminal.options.disableStdin = !mayInput;
    this.#rights = rights;
  }

  setVisible(visible: boolean): void {
    if (visible && this.#phase === 'open') this.#webgl.use();
    else this.#webgl.drop();
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** Text the person has looked at, or of which nothing needs a look. */
  paste(text: string): void {
    this.#terminal.paste(text);
  }

  /** As a paste from the keyboard: asks where needed. */
  offerPaste(text: string): void {
    paste(this.#terminal, text, this.#events.onPaste);
  }

  scrollToBottom(): void {
    this.#terminal.scrollToBottom();
  }

  get selection(): string {
    return this.#terminal.getSelection();
  }

  selectAll(): void {
    this.#terminal.selectAll();
  }

  dispose(): void {
    if (this.#phase === 'disposed') return;
    this.#phase = 'disposed';
    this.#stopKeys();
    this.#webgl.drop();
    this.#terminal.dispose();
  }

  #isDisposed(): boolean {
    return this.#phase === 'disposed';
  }

  #setFont(px: number): void {
    if (this.#terminal.options.fontSize !== px) this.#terminal.options.fontSize = px;
  }
}
