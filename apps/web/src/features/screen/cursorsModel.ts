import type { Actor, PointerMark } from '@sandglass/protocol';
import { Model } from '../../platform/store.ts';

/** Somebody's hand on this screen. */
export interface ScreenCursor {
  readonly by: string;
  readonly actor: Actor;
  readonly name: string;
  /** The hand of this very page: it sees its own arrow, and is drawn only while it presents. */
  readonly own: boolean;
  readonly x: number;
  readonly y: number;
  readonly pressed: boolean;
  /** Counts presses, so that each draws a ripple of its own. */
  readonly presses: number;
}

export type HandMark = PointerMark & { readonly own?: boolean | undefined };

/** A hand that rests is still somebody's; one that rests this long is forgotten. */
const FORGET_AFTER_MS = 6_000;

/** The hands on a screen, from the log. X draws one pointer for all, so these say whose it was. */
export class CursorsModel extends Model<readonly ScreenCursor[]> {
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor() {
    super([]);
  }

  handleMark({ by, actor, name, own = false, x, y, buttons }: HandMark): void {
    const before = this.state.find((cursor) => cursor.by === by);
    const pressed = (buttons & CLICKS) !== 0;
    const presses = (before?.presses ?? 0) + (pressed && before?.pressed !== true ? 1 : 0);
    const cursor = { by, actor, name, own, x, y, pressed, presses };
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
