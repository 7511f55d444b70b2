/** Where a page lies on the sandbox's screen, so that what an agent does in it is seen where it happens. Pure. */
import { type Fields, fieldsOf, numberOf, textOf } from './message.ts';

export interface Place {
  readonly left: number;
  readonly top: number;
  /** Pixels of the screen to one of the page. */
  readonly scale: number;
}

/** Runs in the page; what it says is checked before it is used. */
export const PLACE =
  '[screenX + (outerWidth - innerWidth) / 2, screenY + outerHeight - innerHeight, devicePixelRatio, outerWidth]';

export function readPlace(result: Fields): Place | null {
  const value = fieldsOf(result['result'])['value'];
  if (!Array.isArray(value) || value.length !== 4) return null;
  const [left, top, scale, width] = value.map(Number) as [number, number, number, number];
  // A page without a window says that it is none wide.
  if (![left, top, scale].every(Number.isFinite) || !(scale > 0.1 && scale < 10) || !(width > 0)) return null;
  return { left, top, scale };
}

const bits: Readonly<Record<string, number>> = { left: 1, middle: 2, right: 4 };
/** CDP's `buttons` is 1 left, 2 right, 4 middle; RFB's mask is 1 left, 2 middle, 4 right. */
const maskOf = (held: number): number => (held & 1) | ((held & 4) >> 1) | ((held & 2) << 1);

/** A command that moves or presses the mouse → the point and the mask on the screen; null when it is none, or lies outside. */
export function markOf(
  method: string,
  params: Fields,
  { left, top, scale }: Place,
): { x: number; y: number; buttons: number } | null {
  if (method !== 'Input.dispatchMouseEvent') return null;
  const type = textOf(params['type']);
  const pressed = type === 'mousePressed' ? (bits[textOf(params['button'])] ?? 1) : 0;
  const held = type === 'mouseReleased' ? 0 : maskOf(numberOf(params['buttons']));
  const x = Math.round(left + numberOf(params['x']) * scale);
  const y = Math.round(top + numberOf(params['y']) * scale);
  if (x < 0 || y < 0 || x > 65_535 || y > 65_535) return null;
  return { x, y, buttons: pressed | held };
}
