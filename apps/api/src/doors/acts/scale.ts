/** Coordinates as a model gives them ↔ pixels of the screen. A model sees the screen at the size its tool declares. */
import { AppError } from '@sandglass/protocol';

export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Models that see pictures make larger ones smaller themselves, and then point at the wrong place. */
export const MAX_SHOWN_EDGE = 1568;

/** The screen itself where it is small enough, else the same shape with its longer edge at the limit. */
export function shownSize(screen: Size): Size {
  const factor = Math.min(1, MAX_SHOWN_EDGE / Math.max(screen.width, screen.height));
  return { width: Math.round(screen.width * factor), height: Math.round(screen.height * factor) };
}

/** A pixel. @throws AppError badRequest when it lies outside what the model was shown */
export function toScreen(point: Point, shown: Size, screen: Size): Point {
  const { x, y } = cornerToScreen(point, shown, screen);
  return { x: Math.min(screen.width - 1, x), y: Math.min(screen.height - 1, y) };
}

/** Where a region ends: the far edges of the screen are places, too. @throws AppError badRequest */
export function cornerToScreen(point: Point, shown: Size, screen: Size): Point {
  const { x, y } = point;
  if (!(x >= 0 && y >= 0 && x <= shown.width && y <= shown.height))
    throw new AppError(
      'badRequest',
      `${Math.round(x)},${Math.round(y)} lies outside the screen, which is ${shown.width}×${shown.height} as it was shown.`,
    );
  return { x: Math.round((x * screen.width) / shown.width), y: Math.round((y * screen.height) / shown.height) };
}

export function toShown(point: Point, shown: Size, screen: Size): Point {
  return {
    x: Math.min(shown.width - 1, Math.round((point.x * shown.width) / screen.width)),
    y: Math.min(shown.height - 1, Math.round((point.y * shown.height) / screen.height)),
  };
}
