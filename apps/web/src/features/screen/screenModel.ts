import type { ChannelEnd, ScreenHandlers, ScreenView } from '@sandglass/client';
import { type ErrorCode, isAppError } from '@sandglass/protocol';
import { Model } from '../../platform/store.ts';
import { CursorsModel } from './cursorsModel.ts';
import { ScreenMeter } from './screenMeter.ts';
import { StrokesModel } from './strokesModel.ts';

/** Where pictures come from and input goes: the live stream now, a recording later. */
export interface ScreenSource {
  watch(handlers: ScreenHandlers): ScreenView;
}

/** What draws the messages. */
export interface ScreenPicture {
  draw(encoded: Uint8Array): Promise<void>;
}

/**
 * connecting → live ⇄ lost · live, connecting ⇄ away · any → ended | failed.
 * lost: the link broke. away: its X server is not there now (starting, restoring, adopted after a restart); asked again every
 * second. In both the picture is the last that was known, and it comes back by itself.
 */
export type ScreenPhase =
  | { readonly phase: 'connecting' | 'live' | 'lost' | 'away' | 'ended' }
  | { readonly phase: 'failed'; readonly error: Error };

export type ScreenState = ScreenPhase & {
  readonly mayInput: boolean;
  /** Null before the first picture. */
  readonly size: { readonly width: number; readonly height: number } | null;
  /** What the sandbox put on its clipboard, until the person took it. */
  readonly copied: string | null;
};

/** One screen as a pane needs it. Knows no canvas and no socket. */
export class ScreenModel extends Model<ScreenState> {
  readonly cursors = new CursorsModel();
  readonly strokes = new StrokesModel();
  readonly meter = new ScreenMeter();
  readonly #source: ScreenSource;
  #view: ScreenView | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;
  #buttons = 0;
  #at = { x: 0, y: 0 };

  constructor(source: ScreenSource) {
    super({ phase: 'connecting', mayInput: false, size: null, copied: null });
    this.#source = source;
  }

  /** Follows the screen onto `picture` until the returned function is called; the state keeps what was known last. */
  show(picture: ScreenPicture): () => void {
    this.#watch(picture);
    return () => {
      clearTimeout(this.#again);
      this.releasePointer();
      this.cursors.clear();
      this.strokes.clear();
      this.#view?.close();
      this.#view = null;
    };
  }

  #watch(picture: ScreenPicture): void {
    this.#view = this.#source.watch({
      onMessage: (encoded) => {
        this.meter.handleBytes(encoded.length);
        void picture.draw(encoded);
      },
      onCursor: (mark) => (mark.key === undefined ? this.cursors : this.strokes).handleMark(mark),
      onClipboard: (copied) => this.set({ ...this.state, copied }),
      onRights: ({ mayInput }) => this.set({ ...this.state, phase: 'live', mayInput }),
      onLost: () => this.set({ ...this.state, phase: 'lost', mayInput: false }),
      onEnded: (end) => this.#handleEnded(end, picture),
    });
  }

  /** The picture has reached this position. */
  handleDrawn(seq: number): void {
    this.#view?.acknowledge(seq);
    this.meter.handleDrawn();
  }

  handleSize(width: number, height: number): void {
    this.set({ ...this.state, size: { width, height } });
  }

  key(keysym: number, down: boolean): void {
    // Letting go is always allowed: a key must not stay down because the right to press it went away.
    if (this.#mayInput() || !down) this.#view?.key(keysym, down);
    if (down) this.meter.handleInput();
  }

  pointer(x: number, y: number, buttons: number): void {
    if (!this.#mayInput()) return;
    if (buttons !== this.#buttons) this.meter.handleInput();
    this.#at = { x, y };
    this.#buttons = buttons;
    this.#view?.pointer(x, y, buttons);
  }

  /** Presses and lets go of one button where the pointer is. */
  click(button: number): void {
    this.pointer(this.#at.x, this.#at.y, this.#buttons | button);
    this.pointer(this.#at.x, this.#at.y, this.#buttons & ~button);
  }

  releasePointer(): void {
    if (this.#buttons === 0) return;
    this.#buttons = 0;
    this.#view?.pointer(this.#at.x, this.#at.y, 0);
  }

  /** Puts the person's text on the sandbox's clipboard. False when it could not be sent. */
  sendClipboard(text: string): boolean {
    // The frame limit; a longer paste is better uploaded as a file.
    return this.#mayInput() && (this.#view?.clipboard(text.slice(0, MAX_CLIPBOARD_CHARACTERS)) ?? false);
  }

  /** The person has taken, or does not want, what the sandbox copied. */
  dismissCopied(): void {
    this.set({ ...this.state, copied: null });
  }

  /** Asks for a screen of this size; X decides, the next picture says what it became. */
  resize(width: number, height: number): void {
    if (!this.#mayInput()) return;
    this.#view?.resize(clamp(width, 320, 7680), clamp(height, 240, 4320));
  }

  #mayInput(): boolean {
    return this.state.phase === 'live' && this.state.mayInput;
  }

  #handleEnded(end: ChannelEnd, picture: ScreenPicture): void {
    if (end.reason === 'closed') return;
    const still = { ...this.state, mayInput: false };
    this.#buttons = 0;
    if (end.reason === 'sandboxEnded' || (end.reason === 'error' && hasCode(end.error, ['gone', 'notFound'])))
      this.set({ ...still, phase: 'ended' });
    else if (end.reason === 'exited' || hasCode(end.error, ['notSupported', 'wrongState', 'portClosed'])) {
      this.set({ ...still, phase: 'away' });
      this.#again = setTimeout(() => this.#watch(picture), AGAIN_AFTER_MS);
    } else this.set({ ...still, phase: 'failed', error: end.error });
  }
}

/** X starts within this, cold. */
const AGAIN_AFTER_MS = 1_000;
const hasCode = (error: Error, codes: readonly ErrorCode[]) => isAppError(error) && codes.includes(error.code);

const MAX_CLIPBOARD_CHARACTERS = 131_072;

const clamp = (value: number, least: number, most: number) => Math.max(least, Math.min(most, Math.floor(value)));
