import type { ChannelEnd, TerminalHandlers, TerminalRights, TerminalSize } from '@sandglass/client';
import { type Exit, isAppError, type TerminalId, type Terminal as TerminalResource } from '@sandglass/protocol';
import { Model } from '../../platform/store.ts';
import { cleanTitle } from './cleanTitle.ts';

/** Where a terminal's bytes come from: the live stream now, a recording later. The client's Terminal handle fits. */
export interface TerminalSource {
  readonly info: TerminalResource;
  attach(handlers: TerminalHandlers): unknown;
  detach(): void;
  type(text: string): boolean;
  resize(size: TerminalSize): Promise<void>;
}

/** What draws it. Promises hold back the next bytes and the acknowledgement. */
export interface TerminalScreen {
  write(bytes: Uint8Array): Promise<void>;
  reset(drawing: Uint8Array, size: TerminalSize): Promise<void>;
  resize(size: TerminalSize): void;
}

/**
 * connecting → live ⇄ lost · any → ended (it exited, or its sandbox did) · any → failed.
 * lost: the link broke, it comes back by itself; what is shown is the last that was known.
 */
export type TerminalPhase =
  | { readonly phase: 'connecting' | 'live' | 'lost' }
  | { readonly phase: 'ended'; readonly exit: Exit | null }
  | { readonly phase: 'failed'; readonly error: Error };

export type TerminalState = TerminalPhase & {
  readonly mayInput: boolean;
  /** This viewer decides the size; otherwise the pane shows it at the size it has. */
  readonly sizing: boolean;
  /** Who does: the name of a token. */
  readonly sizedBy: string | null;
  readonly size: TerminalSize;
  /** The title that what runs in it gave itself; cleaned. */
  readonly title: string;
  /** The link came back a moment ago. */
  readonly returned: boolean;
  /** Counts keys that went nowhere, so that the view can say why. */
  readonly refusedKeys: number;
};

/** A drag of a splitter asks for a hundred sizes; each would reflow the shell. */
const RESIZE_AFTER_MS = 120;
/** Long enough to read one line. */
const RETURNED_MS = 4_000;

/** One terminal as a pane needs it. Knows no xterm and no socket. */
export class TerminalModel extends Model<TerminalState> {
  readonly #source: TerminalSource;
  #screen: TerminalScreen | null = null;
  #blocked = false;
  #resizeTimer: ReturnType<typeof setTimeout> | undefined;
  #returnedTimer: ReturnType<typeof setTimeout> | undefined;
  /** Sizes asked for and not yet heard back: their echo must not undo a newer wish. */
  #askedSizes: string[] = [];

  constructor(source: TerminalSource) {
    const { columns, rows, exit } = source.info;
    const start = {
      mayInput: false,
      sizing: false,
      sizedBy: null,
      size: { columns, rows },
      title: '',
      returned: false,
      refusedKeys: 0,
    };
    super(exit === null ? { phase: 'connecting', ...start } : { phase: 'ended', exit, ...start });
    this.#source = source;
  }

  get id(): TerminalId {
    return this.#source.info.id;
  }

  /** Draws on `screen` until the returned function is called. */
  show(screen: TerminalScreen): () => void {
    this.#screen = screen;
    screen.resize(this.state.size);
    this.#source.attach({
      onOutput: (bytes) => this.#screen?.write(bytes),
      onReset: (drawing, size) => {
        this.set({ ...this.state, size });
        return this.#screen?.reset(drawing, size);
      },
      onResize: (size) => this.#handleSize(size),
      onRights: (rights) => this.#handleRights(rights),
      onLost: () => this.set({ ...this.#withPhase({ phase: 'lost' }), mayInput: false }),
      onEnded: (end) => this.#handleEnded(end),
    });
    return () => {
      clearTimeout(this.#resizeTimer);
      clearTimeout(this.#returnedTimer);
      this.#screen = null;
      this.#source.detach();
    };
  }

  /** Somebody else has control: keys are not sent, as the server would refuse them. */
  block(blocked: boolean): void {
    this.#blocked = blocked;
  }

  /** Keys and pastes of the person. */
  type(text: string): void {
    const may = this.state.phase === 'live' && this.state.mayInput && !this.#blocked;
    if (may && this.#source.type(text)) return;
    this.set({ ...this.state, refusedKeys: this.state.refusedKeys + 1 });
  }

  /** The pane has room for this size. Only the viewer that decides asks for it, and not for every pixel of a drag. */
  fit(size: TerminalSize): void {
    if (!this.state.sizing || this.state.phase !== 'live') return;
    clearTimeout(this.#resizeTimer);
    this.#resizeTimer = setTimeout(() => this.#ask(size), RESIZE_AFTER_MS);
  }

  setTitle(title: string): void {
    this.set({ ...this.state, title: cleanTitle(title) });
  }

  #ask(size: TerminalSize): void {
    const { columns, rows } = this.state.size;
    if (!this.state.sizing || (size.columns === columns && size.rows === rows)) return;
    this.#askedSizes.push(name(size));
    this.set({ ...this.state, size });
    this.#screen?.resize(size);
    this.#source.resize(size).catch(() => undefined);
  }

  #handleRights({ mayInput, sizing, sizedBy }: TerminalRights): void {
    const returned = this.state.phase === 'lost';
    this.set({ ...this.#withPhase({ phase: 'live' }), mayInput, sizing, sizedBy, returned });
    clearTimeout(this.#returnedTimer);
    if (returned) this.#returnedTimer = setTimeout(() => this.set({ ...this.state, returned: false }), RETURNED_MS);
  }

  #handleSize(size: TerminalSize): void {
    const at = this.#askedSizes.indexOf(name(size));
    if (at !== -1) {
      this.#askedSizes.splice(0, at + 1);
      return;
    }
    this.#askedSizes = [];
    this.set({ ...this.state, size });
    this.#screen?.resize(size);
  }

  #handleEnded(end: ChannelEnd): void {
    if (end.reason === 'closed') return;
    const still = { ...this.state, mayInput: false, sizing: false };
    if (end.reason === 'exited') this.set({ ...still, phase: 'ended', exit: end.exit });
    else if (end.reason === 'sandboxEnded') this.set({ ...still, phase: 'ended', exit: null });
    else if (isAppError(end.error) && (end.error.code === 'gone' || end.error.code === 'notFound'))
      this.set({ ...still, phase: 'ended', exit: this.#source.info.exit });
    else this.set({ ...still, phase: 'failed', error: end.error });
  }

  /** An ended terminal stays ended, whatever late news says. */
  #withPhase(next: TerminalPhase): TerminalState {
    return this.state.phase === 'ended' || this.state.phase === 'failed' ? this.state : { ...this.state, ...next };
  }
}

const name = (size: TerminalSize): string => `${size.columns}x${size.rows}`;

/** `ended with exit code 1`, `ended by SIGHUP`. */
export function describeExit(exit: Exit | null): string {
  if (exit === null) return 'ended with its sandbox';
  if (exit.signal !== null) return `ended by ${exit.signal}`;
  return `ended with exit code ${exit.code ?? 0}`;
}
