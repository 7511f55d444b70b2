/** Runs in the page, before anything of it: notes each time the pixel has another colour of the palette, whoever drew it. */

export interface Seen {
  readonly atMs: number;
  readonly colour: number;
}

export interface PixelWatch {
  readonly seen: Seen[];
  /** Call before a block: aligns the page's fine clock with the wall clock, forgets what was seen. */
  restart(): void;
}

declare global {
  interface Window {
    pixelWatch: PixelWatch;
  }
}

export function watchPixel({
  x,
  y,
  palette,
}: {
  x: number;
  y: number;
  palette: readonly (readonly [number, number, number])[];
}): void {
  const seen: Seen[] = [];
  let wallOffsetMs = 0;
  let last = -1;
  const look = (context: CanvasRenderingContext2D, left: number, top: number, width: number, height: number): void => {
    const { canvas } = context;
    if (!canvas.isConnected || x < left || y < top || x >= left + width || y >= top + height) return;
    const [red = 0, green = 0, blue = 0] = context.getImageData(x, y, 1, 1).data;
    const colour = palette.findIndex(
      ([r, g, b]) => Math.abs(r - red) < 40 && Math.abs(g - green) < 40 && Math.abs(b - blue) < 40,
    );
    if (colour < 0 || colour === last) return;
    last = colour;
    seen.push({ atMs: performance.now() + wallOffsetMs, colour });
  };
  const prototype = CanvasRenderingContext2D.prototype;
  const { drawImage, putImageData, fillRect } = prototype;
  prototype.drawImage = function (this: CanvasRenderingContext2D, ...words: unknown[]) {
    (drawImage as (...all: unknown[]) => void).apply(this, words);
    const numbers = words.slice(1) as number[];
    const image = words[0] as { width: number; height: number };
    const [left = 0, top = 0, width = image.width, height = image.height] =
      numbers.length === 8 ? numbers.slice(4) : numbers;
    look(this, left, top, width, height);
  } as typeof drawImage;
  prototype.putImageData = function (this: CanvasRenderingContext2D, ...words: unknown[]) {
    (putImageData as (...all: unknown[]) => void).apply(this, words);
    const [image, left, top] = words as [ImageData, number, number];
    look(this, left, top, image.width, image.height);
  } as typeof putImageData;
  prototype.fillRect = function (left, top, width, height) {
    fillRect.call(this, left, top, width, height);
    look(this, left, top, width, height);
  };
  const offsetAtTick = (): number => {
    const before = Date.now();
    let now = before;
    while (now === before) now = Date.now();
    return now - performance.now();
  };
  window.pixelWatch = {
    seen,
    restart() {
      seen.length = 0;
      last = -1;
      // The moment at which the coarse wall clock goes on by one is known exactly, unless the page lost its core just then: that
      // can only make the difference smaller, so the largest of several is right.
      wallOffsetMs = Math.max(...Array.from({ length: 20 }, offsetAtTick));
    },
  };
}
