import type { CursorShape } from '@sandglass/replay';

/** Browsers ignore larger ones. */
const MOST_PX = 128;

/** A CSS cursor that looks like the sandbox's own. */
export function cursorStyle(shape: CursorShape | null): string {
  if (shape === null || shape.width > MOST_PX || shape.height > MOST_PX) return shape === null ? 'none' : 'default';
  const canvas = document.createElement('canvas');
  canvas.width = shape.width;
  canvas.height = shape.height;
  canvas.getContext('2d')?.putImageData(new ImageData(shape.rgba, shape.width, shape.height), 0, 0);
  return `url(${canvas.toDataURL()}) ${shape.hotspotX} ${shape.hotspotY}, default`;
}
