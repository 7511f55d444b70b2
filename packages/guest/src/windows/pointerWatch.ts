/**
 * Where the pointer is, whoever moves it: asked when the X server says that something did, ten times a second at most. A press that was over
 * before we asked is told all the same, and its end after it. Nothing is asked while nothing moves.
 *
 * resting → (moved) → asking → (answer, told when it is another) → waiting, EVERY_MS → (moved meanwhile, or a press to end) asking | resting
 */
import type { XPointer } from './xWire.ts';

const EVERY_MS = 100;

export class PointerWatch {
  readonly #ask: () => Promise<XPointer | undefined>;
  readonly #tell: (pointer: XPointer) => void;
  #phase: 'resting' | 'asking' | 'waiting' = 'resting';
  #moved = false;
  #pressed = 0;
  #told: XPointer | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(ask: () => Promise<XPointer | undefined>, tell: (pointer: XPointer) => void) {
    this.#ask = ask;
    this.#tell = tell;
  }

  moved(pressed: number): void {
    this.#moved = true;
    this.#pressed |= pressed;
    if (this.#phase === 'resting') void this.#look();
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    this.#phase = 'asking';
    this.#moved = false;
    const pressed = this.#pressed;
    this.#pressed = 0;
    const now = await this.#ask();
    if (now === undefined) {
      this.#phase = 'resting';
      return;
    }
    const buttons = now.buttons | pressed;
    const before = this.#told;
    if (before?.x !== now.x || before.y !== now.y || before.buttons !== buttons) {
      this.#told = { ...now, buttons };
      this.#tell(this.#told);
    }
    this.#moved ||= buttons !== now.buttons;
    this.#phase = 'waiting';
    this.#timer = setTimeout(() => {
      if (this.#moved) void this.#look();
      else this.#phase = 'resting';
    }, EVERY_MS);
  }
}
