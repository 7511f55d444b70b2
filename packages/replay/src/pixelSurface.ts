import type { ScreenSurface, SurfaceArea } from './screenSurface.ts';

/** Decoded JPEG: RGBA of the size of its record. */
export type DecodedJpeg = Uint8ClampedArray<ArrayBuffer>;

/** A surface in plain memory, for Node: thumbnails, comparisons, tests. */
export class PixelSurface implements ScreenSurface<DecodedJpeg> {
  width = 0;
  height = 0;
  /** RGBA. */
  rgba = new Uint8ClampedArray(0);
  readonly #decode: (jpeg: Uint8Array) => Promise<DecodedJpeg>;

  /** Without a decoder, JPEG records are left out. */
  constructor(decode: (jpeg: Uint8Array) => Promise<DecodedJpeg> = () => Promise.reject(new Error('no JPEG decoder'))) {
    this.#decode = decode;
  }

  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
    this.rgba = new Uint8ClampedArray(width * height * 4);
  }

  pixels(rgba: Uint8ClampedArray, area: SurfaceArea): void {
    const width = Math.min(area.width, this.width - area.x);
    for (let y = 0; y < Math.min(area.height, this.height - area.y); y++) {
      const from = y * area.width * 4;
      this.rgba.set(rgba.subarray(from, from + width * 4), ((area.y + y) * this.width + area.x) * 4);
    }
  }

  layer(rgba: Uint8ClampedArray<ArrayBuffer>, area: SurfaceArea): void {
    const from = new Uint32Array(rgba.buffer);
    const to = new Uint32Array(this.rgba.buffer);
    for (let y = 0; y < area.height; y++) {
      const row = (area.y + y) * this.width + area.x;
      for (let x = 0; x < area.width; x++) {
        const pixel = from[y * area.width + x]!;
        if (pixel !== 0) to[row + x] = pixel;
      }
    }
  }

  fill(red: number, green: number, blue: number, area: SurfaceArea): void {
    const out = new Uint8ClampedArray(area.width * area.height * 4);
    for (let at = 0; at < out.length; at += 4) out.set([red, green, blue, 255], at);
    this.pixels(out, area);
  }

  decode(jpeg: Uint8Array): Promise<DecodedJpeg> {
    return this.#decode(jpeg);
  }

  image(image: DecodedJpeg, area: SurfaceArea): void {
    this.pixels(image, area);
  }

  release(): void {}
}
