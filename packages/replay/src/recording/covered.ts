/** The part of a screen that is painted over already: a bit a pixel, so that a row of a window is a dozen words. */
export class Covered {
  readonly #width: number;
  readonly #height: number;
  readonly #rowWords: number;
  readonly #words: Int32Array;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.#rowWords = Math.ceil(width / 32);
    this.#words = new Int32Array(this.#rowWords * height);
  }

  /** @returns whether a pixel of it, as far as it lies on the screen, was not covered before */
  add(area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }): boolean {
    const toX = Math.min(this.#width, area.x + area.width);
    const toY = Math.min(this.#height, area.y + area.height);
    if (area.x >= toX) return false;
    const [first, last] = [area.x >> 5, (toX - 1) >> 5];
    const firstMask = -1 << (area.x & 31);
    const lastMask = -1 >>> (31 - ((toX - 1) & 31));
    let missing = 0;
    for (let y = area.y; y < toY; y++) {
      const row = y * this.#rowWords;
      for (let word = first; word <= last; word++) {
        const mask = (word === first ? firstMask : -1) & (word === last ? lastMask : -1);
        missing |= mask & ~this.#words[row + word]!;
        this.#words[row + word]! |= mask;
      }
    }
    return missing !== 0;
  }
}
