/** Pictures to draw and to compare, for tests of screens. */
import { inflateSync } from 'node:zlib';
import type { PixelSurface } from '@sandglass/replay';
import type { XClient } from './xClient.ts';

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Pixels that differ. Infinity when the sizes do. */
export function countDifferent(surface: PixelSurface, truth: Picture): number {
  if (surface.width !== truth.width || surface.height !== truth.height) return Number.POSITIVE_INFINITY;
  let different = 0;
  for (let from = 0, at = 0; from < truth.rgb.length; from += 3, at += 4) {
    const isSame =
      surface.rgba[at] === truth.rgb[from] &&
      surface.rgba[at + 1] === truth.rgb[from + 1] &&
      surface.rgba[at + 2] === truth.rgb[from + 2];
    if (!isSame) different++;
  }
  return different;
}

/** Numbers in [0, 1) that are the same in every run. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

/** Rectangles of one colour, somewhere on the screen. */
export function drawRectangles(
  draw: XClient,
  screen: { width: number; height: number },
  count: number,
  random = createRandom(1),
): void {
  for (let i = 0; i < count; i++) {
    const [x, y] = [Math.floor(random() * screen.width), Math.floor(random() * screen.height)];
    const width = 1 + Math.floor(random() * (screen.width - x));
    const height = 1 + Math.floor(random() * (screen.height - y));
    draw.fill(Math.floor(random() * 0xff_ffff), { x, y, width, height });
  }
}

/** A smooth picture: X sends it as JPEG. */
export function drawPhoto(
  draw: XClient,
  area: { x: number; y: number; width: number; height: number },
  shift = 0,
): void {
  const pixels = new Uint32Array(area.width * area.height);
  for (let y = 0; y < area.height; y++) {
    for (let x = 0; x < area.width; x++) {
      const red = Math.round((x * 255) / area.width);
      const green = Math.round((y * 255) / area.height);
      pixels[y * area.width + x] = (red << 16) | (green << 8) | (((x * y + shift) >> 5) & 255);
    }
  }
  draw.image(pixels, area);
}

/** Few colours in a fine pattern: X sends a palette. */
export function drawPattern(
  draw: XClient,
  area: { x: number; y: number; width: number; height: number },
  colours: number,
): void {
  const random = createRandom(colours);
  const palette = Array.from({ length: colours }, () => Math.floor(random() * 0xff_ffff));
  const pixels = new Uint32Array(area.width * area.height).map(() => palette[Math.floor(random() * colours)]!);
  draw.image(pixels, area);
}

/** Only what `encodePng` writes: one IDAT, true colour, filter up. */
export function decodePng(png: Uint8Array): Picture {
  const bytes = Buffer.from(png);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const dataBytes = bytes.readUInt32BE(33);
  const filtered = inflateSync(bytes.subarray(41, 41 + dataBytes));
  const row = width * 3;
  const rgb = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < row; x++) {
      rgb[y * row + x] = filtered[y * (row + 1) + 1 + x]! + (y > 0 ? rgb[(y - 1) * row + x]! : 0);
    }
  }
  return { width, height, rgb };
}
