/** Fingers on a picture of a desktop, as a mouse and a view. Knows no DOM: points in page pixels, time through `after`. */

export interface TouchActions {
  /** A tap: a click. */
  tap(x: number, y: number): void;
  /** A finger that rests: a right click. */
  longPress(x: number, y: number): void;
  drag(phase: 'start' | 'move' | 'end', x: number, y: number): void;
  /** Two fingers that move together. */
  scroll(deltaX: number, deltaY: number): void;
  /** Two fingers apart or together, around a point. */
  pinch(factor: number, x: number, y: number): void;
}

interface Finger {
  readonly startX: number;
  readonly startY: number;
  x: number;
  y: number;
}

/**
 * idle    → one: a finger comes down
 * one     → drag: it moves · rest: it stays (long press) · idle: it lifts (tap) · two: another comes down
 * two     → scroll: both move the same way · pinch: the distance between them changes
 * drag, rest, two, scroll, pinch → idle: the last finger lifts. A second finger ends a drag.
 */
type Phase = 'idle' | 'one' | 'drag' | 'rest' | 'two' | 'scroll' | 'pinch';

/** Fingers tremble. */
const MOVED_PX = 10;
const PINCHED_PX = 18;
export const LONG_PRESS_MS = 500;

export class TouchGestures {
  readonly #actions: TouchActions;
  readonly #after: (delayMs: number, callback: () => void) => () => void;
  readonly #fingers = new Map<number, Finger>();
  #phase: Phase = 'idle';
  #cancelRest: (() => void) | null = null;
  #span = 0;
  #middle = { x: 0, y: 0 };

  constructor(actions: TouchActions, after: (delayMs: number, callback: () => void) => () => void) {
    this.#actions = actions;
    this.#after = after;
  }

  get phase(): Phase {
    return this.#phase;
  }

  down(id: number, x: number, y: number): void {
    this.#fingers.set(id, { startX: x, startY: y, x, y });
    if (this.#fingers.size === 1) {
      this.#phase = 'one';
      this.#cancelRest = this.#after(LONG_PRESS_MS, () => this.#rest());
    } else if (this.#fingers.size === 2 && this.#phase !== 'rest') {
      this.#stopResting();
      if (this.#phase === 'drag') this.#actions.drag('end', x, y);
      this.#phase = 'two';
      ({ span: this.#span, middle: this.#middle } = this.#measure());
    }
  }

  move(id: number, x: number, y: number): void {
    const finger = this.#fingers.get(id);
    if (finger === undefined) return;
    finger.x = x;
    finger.y = y;
    if (this.#phase === 'one' && Math.hypot(x - finger.startX, y - finger.startY) > MOVED_PX) {
      this.#stopResting();
      this.#phase = 'drag';
      this.#actions.drag('start', finger.startX, finger.startY);
    }
    if (this.#phase === 'drag') this.#actions.drag('move', x, y);
    else if (this.#fingers.size >= 2) this.#moveTwo();
  }

  up(id: number): void {
    const finger = this.#fingers.get(id);
    if (finger === undefined) return;
    this.#fingers.delete(id);
    this.#stopResting();
    if (this.#phase === 'one') this.#actions.tap(finger.x, finger.y);
    else if (this.#phase === 'drag') this.#actions.drag('end', finger.x, finger.y);
    if (this.#phase === 'drag' || this.#fingers.size === 0) this.#phase = 'idle';
  }

  cancel(): void {
    const [finger] = this.#fingers.values();
    if (this.#phase === 'drag' && finger !== undefined) this.#actions.drag('end', finger.x, finger.y);
    this.#stopResting();
    this.#fingers.clear();
    this.#phase = 'idle';
  }

  #moveTwo(): void {
    const { span, middle } = this.#measure();
    const [deltaX, deltaY] = [middle.x - this.#middle.x, middle.y - this.#middle.y];
    if (this.#phase === 'two') {
      if (Math.abs(span - this.#span) > PINCHED_PX) this.#phase = 'pinch';
      else if (Math.hypot(deltaX, deltaY) > MOVED_PX) this.#phase = 'scroll';
      else return;
    }
    if (this.#phase === 'pinch' && this.#span > 0) this.#actions.pinch(span / this.#span, middle.x, middle.y);
    if (this.#phase === 'pinch' || this.#phase === 'scroll') {
      if (this.#phase === 'scroll') this.#actions.scroll(deltaX, deltaY);
      this.#span = span;
      this.#middle = middle;
    }
  }

  #measure() {
    const [a, b] = [...this.#fingers.values()] as [Finger, Finger];
    return { span: Math.hypot(a.x - b.x, a.y - b.y), middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } };
  }

  #rest(): void {
    const [finger] = this.#fingers.values();
    if (this.#phase !== 'one' || finger === undefined) return;
    this.#phase = 'rest';
    this.#actions.longPress(finger.x, finger.y);
  }

  #stopResting(): void {
    this.#cancelRest?.();
    this.#cancelRest = null;
  }
}
