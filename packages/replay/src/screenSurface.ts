/** What a screen is drawn on. `Image` is whatever its JPEG decoder makes. */
export interface ScreenSurface<Image = unknown> {
  /** Everything drawn before is gone or undefined: a whole picture follows. */
  resize(width: number, height: number): void;
  pixels(rgba: Uint8ClampedArray<ArrayBuffer>, area: SurfaceArea): void;
  /** Where alpha is 0, what is there stays; everywhere else it is 255. */
  layer(rgba: Uint8ClampedArray<ArrayBuffer>, area: SurfaceArea): void;
  fill(red: number, green: number, blue: number, area: SurfaceArea): void;
  decode(jpeg: Uint8Array): Promise<Image>;
  image(image: Image, area: SurfaceArea): void;
  /** The image will not be used again. */
  release(image: Image): void;
}

export interface SurfaceArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
