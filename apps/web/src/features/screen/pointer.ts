/** A pointer's position and buttons as RFB knows them. */
export interface PointerState {
  readonly x: number;
  readonly y: number;
  readonly buttons: number;
}

export interface PointerLike {
  readonly clientX: number;
  readonly clientY: number;
  /** DOM mask: 1 left, 2 right, 4 middle, 8 back, 16 forward. */
  readonly buttons: number;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const LEFT = 1;
const MIDDLE = 2;
const RIGHT = 4;
export const wheelButtons = { up: 8, down: 16, left: 32, right: 64 } as const;

export function rfbButtons(dom: number): number {
  return (dom & 1 ? LEFT : 0) | (dom & 4 ? MIDDLE : 0) | (dom & 2 ? RIGHT : 0);
}

/** Where a pointer is on the sandbox's screen, however the picture is scaled. Outside is clamped to the edge, for drags. */
export function screenPoint(event: PointerLike, box: Box, size: { width: number; height: number }): PointerState {
  const at = (value: number, from: number, length: number, most: number) =>
    Math.max(0, Math.min(most - 1, Math.floor(((value - from) / Math.max(1, length)) * most)));
  return {
    x: at(event.clientX, box.left, box.width, size.width),
    y: at(event.clientY, box.top, box.height, size.height),
    buttons: rfbButtons(event.buttons),
  };
}

/** One notch of a wheel is 100–120 px in browsers; a touchpad sends a few px at a time. */
const NOTCH_PX = 60;
const LINE_PX = 20;
const PAGE_PX = 400;
/** A flung touchpad must not queue up seconds of scrolling. */
const MOST_NOTCHES = 8;

/** Collects wheel movement into the clicks of buttons 4 to 7 that X knows. */
export class Wheel {
  #x = 0;
  #y = 0;

  /** The buttons to click, in order. */
  turn(event: { readonly deltaX: number; readonly deltaY: number; readonly deltaMode: number }): number[] {
    const unit = event.deltaMode === 0 ? 1 : event.deltaMode === 1 ? LINE_PX : PAGE_PX;
    this.#x += event.deltaX * unit;
    this.#y += event.deltaY * unit;
    const clicks: number[] = [];
    this.#y = drain(this.#y, [wheelButtons.up, wheelButtons.down], clicks);
    this.#x = drain(this.#x, [wheelButtons.left, wheelButtons.right], clicks);
    return clicks;
  }
}

function drain(amount: number, [negative, positive]: readonly [number, number], clicks: number[]): number {
  const notches = Math.trunc(amount / NOTCH_PX);
  for (let i = 0; i < Math.min(Math.abs(notches), MOST_NOTCHES); i++) clicks.push(notches < 0 ? negative : positive);
  return amount - notches * NOTCH_PX;
}
