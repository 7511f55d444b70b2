import type { FilmSlot } from './filmStrip.ts';
import { type Scene, xOf } from './scene.ts';

/** Screens are about this wide for their height; a still of another shape is cut at its sides. */
const ASPECT = 1.6;
/** Room above and below. */
const INSET_PX = 2;

/** The least share of the width that a slot takes. */
export const slotShare = (filmHeightPx: number, widthPx: number): number =>
  ((filmHeightPx - 2 * INSET_PX) * ASPECT * 0.75) / Math.max(1, widthPx);

/** The film strip; a hatch where a picture is on its way. */
export function paintFilm(context: CanvasRenderingContext2D, scene: Scene, slots: readonly FilmSlot[]): void {
  const { layout, palette, scale } = scene;
  if (layout.film === null) return;
  const top = Math.round((layout.film.topPx + INSET_PX) * scale);
  const height = Math.round((layout.film.heightPx - 2 * INSET_PX - 1) * scale);
  for (const slot of slots) {
    const left = Math.round(xOf(scene, slot.fromUs) * scale);
    const right = Math.round(xOf(scene, slot.toUs) * scale) - Math.max(1, Math.round(scale));
    const width = right - left;
    if (width < 2 || slot.none) continue;
    context.save();
    context.beginPath();
    context.roundRect(left, top, width, height, 2 * scale);
    context.clip();
    if (slot.picture === null) {
      const ground = context.createLinearGradient(left, top, right, top + height);
      ground.addColorStop(0, palette.screenFrom);
      ground.addColorStop(1, palette.screenTo);
      context.fillStyle = ground;
      context.globalAlpha = 0.55;
      context.fillRect(left, top, width, height);
      context.globalAlpha = 0.25;
      context.strokeStyle = palette.label;
      context.lineWidth = scale;
      context.beginPath();
      for (let x = left - height; x < right; x += 6 * scale) {
        context.moveTo(x, top + height);
        context.lineTo(x + height, top);
      }
      context.stroke();
    } else paintCover(context, slot.picture, { left, top, width, height });
    context.restore();
  }
}

/** Fills the box with the middle of the picture, not stretched. */
function paintCover(
  context: CanvasRenderingContext2D,
  picture: ImageBitmap,
  box: { left: number; top: number; width: number; height: number },
): void {
  const zoom = Math.max(box.width / picture.width, box.height / picture.height);
  const width = box.width / zoom;
  const height = box.height / zoom;
  context.drawImage(
    picture,
    (picture.width - width) / 2,
    (picture.height - height) / 2,
    width,
    height,
    box.left,
    box.top,
    box.width,
    box.height,
  );
}
