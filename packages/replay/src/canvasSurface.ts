import { ScreenPlayer, type ScreenPlayerEvents } from './screenPlayer.ts';
import type { ScreenSurface, SurfaceArea } from './screenSurface.ts';

/**
 * A canvas of the page or of a worker as a surface. It takes the canvas over: its size is the screen's, scaling is the
 * style's business. JPEGs are decoded by the browser, off the main thread.
 */
export function createCanvasSurface(canvas: HTMLCanvasElement | OffscreenCanvas): ScreenSurface<ImageBitmap> {
  const context = canvas.getContext('2d', { alpha: false }) as
    | CanvasRenderingContext2D
    | OffscreenCanvasRenderingContext2D
    | null;
  if (!context) throw new Error('This browser gives no 2D canvas.');
  return {
    resize(width, height) {
      canvas.width = width;
      canvas.height = height;
    },
    pixels(rgba, area) {
      context.putImageData(new ImageData(rgba, area.width, area.height), area.x, area.y);
    },
    layer(rgba, area) {
      const picture = new ImageData(rgba, area.width, area.height);
      if (!new Uint32Array(rgba.buffer).includes(0)) {
        context.putImageData(picture, area.x, area.y);
        return;
      }
      // Pixels that are put replace everything; a picture that is drawn lets what is beneath shine through.
      const aside = new OffscreenCanvas(area.width, area.height);
      aside.getContext('2d')?.putImageData(picture, 0, 0);
      context.drawImage(aside, area.x, area.y);
    },
    fill(red, green, blue, area: SurfaceArea) {
      context.fillStyle = `rgb(${red},${green},${blue})`;
      context.fillRect(area.x, area.y, area.width, area.height);
    },
    decode: (jpeg) => createImageBitmap(new Blob([jpeg as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' })),
    image(image, area) {
      context.drawImage(image, area.x, area.y, area.width, area.height);
    },
    release: (image) => image.close(),
  };
}

/** Draws screen messages on a canvas of the page or of a worker. */
export function createCanvasPlayer(
  canvas: HTMLCanvasElement | OffscreenCanvas,
  events: ScreenPlayerEvents = {},
): ScreenPlayer<ImageBitmap> {
  return new ScreenPlayer(createCanvasSurface(canvas), events);
}
