import type { Actor, PointerMark } from '@sandglass/protocol';
import { Model } from '../../platform/store.ts';

/** Somebody else's hand on this screen. */
export interface ScreenCursor {
  readonly by: string;
  readonly actor: Actor;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly pressed: boolean;
  /** Counts presses, so that each draws a ripple of its own. */
  readonly presses: number;
}

/** A hand that rests is still somebody's; one that rests this long is forgotten. */
const FORGET_AFTER_MS = 6_000;

/** The hands of the others, from the log. X draws one pointer for all, so these say whose it was. */
export class CursorsModel extends Model<readonly ScreenCursor[]> {
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor() {
    super([]);
  }

  handleMark({ by, actor, name, x, y, buttons }: PointerMark): void {
    const before = this.state.find((cursor) => cursor.by === by);
    const pressed = (buttons & CLICKS) !== 0;
    const presses = (before?.presses ?? 0) + (pressed && before?.pressed !== true ? 1 : 0);
    const cursor = { by, actor, name, x, y, pressed, presses };
    this.set([...this.state.filter((each) => each.by !== by), cursor]);
    clearTimeout(this.#timers.get(by));
    this.#timers.set(
      by,
      setTimeout(() => this.#forget(by), FORGET_AFTER_MS),
    );
  }

  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.set([]);
  }

  #forget(by: string): void {
    this.#timers.delete(by);
    this.set(this.state.filter((each) => each.by !== by));
  }
}

/** Left, middle and right; the wheel's are no press. */
const CLICKS = 0b111;
