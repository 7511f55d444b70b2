/** A terminal without a screen that reads what a real one was sent, so that its state can be drawn for somebody else. */
import { type StoredTerminal, TerminalBoundary, TerminalModes, type TerminalSize } from '@sandglass/replay';
import { type MiniatureLines, readCells } from './cells.ts';
import { drawTerminal } from './drawing/drawTerminal.ts';
import { type Emulator, openEmulator } from './emulator.ts';

const MAX_TITLE_CHARACTERS = 1_000;
const MAX_SCROLLBACK_LINES = 5_000;
/** A cell takes 12 bytes: this is 12 MB for the widest of terminals too. */
const MAX_SCROLLBACK_CELLS = 1_000_000;
/** A sequence that has not ended after so much is not waited for. */
const MAX_HELD_BYTES = 262_144;
/** The emulator gives way to others only between pieces, and the dearest sequences take it 0.25 ms a byte. */
const PIECE_BYTES = 512;

export class TerminalMirror {
  readonly #terminal: Emulator;
  readonly #boundary = new TerminalBoundary();
  #title = '';
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #skipped: TerminalModes | undefined;
  #position = { seq: 0, bytes: 0 };
  #size: TerminalSize;
  /** What is read but not yet part of a clean position. */
  #next = { seq: 0, bytes: 0 };

  /** `scrollbackLines`: none are kept for what only the screen is wanted of. */
  constructor(size: TerminalSize, { scrollbackLines = MAX_SCROLLBACK_LINES }: { scrollbackLines?: number } = {}) {
    this.#size = size;
    const scrollback = Math.min(scrollbackLines, Math.floor(MAX_SCROLLBACK_CELLS / size.columns));
    this.#terminal = openEmulator(size, scrollback);
    this.#terminal.onTitleChange((title) => {
      this.#title = title.slice(0, MAX_TITLE_CHARACTERS);
    });
  }

  /** Output bytes and position of what was read so far. */
  get read(): { readonly seq: number; readonly bytes: number } {
    return this.#next;
  }

  async restore(stored: StoredTerminal): Promise<void> {
    this.resize(stored.seq, stored);
    await this.#write(stored.drawing);
    this.#position = { seq: stored.seq, bytes: stored.bytes };
    this.#next = this.#position;
  }

  /** Takes the next piece; `flush` before drawing, and now and then. */
  output(seq: number, bytes: Uint8Array): void {
    this.#next = { seq, bytes: this.#next.bytes + bytes.length };
    if (this.#skipped) {
      const { modes, rest } = this.#skipped.take();
      this.#skipped = undefined;
      this.#hold(modes);
      this.#hold(rest);
    }
    this.#hold(bytes);
    if (this.#boundary.isClean || this.#heldBytes >= MAX_HELD_BYTES) this.#release();
  }

  /** Resolves when what was taken is drawn. */
  async flush(): Promise<void> {
    await this.#write('');
  }

  /** Goes over output without drawing its text. */
  skip(seq: number, bytes: Uint8Array): void {
    this.#skipped ??= new TerminalModes();
    for (const part of this.#held.splice(0)) this.#skipped.push(part);
    this.#heldBytes = 0;
    this.#skipped.push(bytes);
    this.#next = { seq, bytes: this.#next.bytes + bytes.length };
  }

  /** `flush` first: a resize does not wait for what is still to be drawn. */
  resize(seq: number, size: TerminalSize): void {
    const { columns, rows } = size;
    this.#next = { seq, bytes: this.#next.bytes };
    // What came before it must be drawn before it, also when it ends in the middle of something.
    this.#release();
    if (columns !== this.#size.columns || rows !== this.#size.rows) this.#terminal.resize(columns, rows);
    this.#size = { columns, rows };
  }

  /** The state at the last clean position. */
  draw(): StoredTerminal {
    return { ...this.#position, ...this.#size, drawing: drawTerminal(this.#terminal, this.#title) };
  }

  /** What the screen shows at the last clean position. */
  cells(): MiniatureLines {
    return { seq: this.#position.seq, ...readCells(this.#terminal) };
  }

  dispose(): void {
    this.#terminal.dispose();
  }

  #hold(bytes: Uint8Array): void {
    this.#boundary.push(bytes);
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
  }

  #release(): void {
    for (const part of this.#held)
      for (let at = 0; at < part.length; at += PIECE_BYTES) this.#terminal.write(part.subarray(at, at + PIECE_BYTES));
    this.#held = [];
    this.#heldBytes = 0;
    if (!this.#skipped) this.#position = this.#next;
  }

  #write(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(data, resolve));
  }
}
