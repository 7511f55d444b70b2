/** The screen as an agent sees it, at the size it was told. */
import { AppError, type SandboxId } from '@sandglass/protocol';
import type { Sharp } from 'sharp';
import type { Services } from '../../services.ts';
import { type Point, type Size, shownSize } from './scale.ts';

export interface Shot extends Size {
  readonly png: Uint8Array;
  readonly screen: Size;
}

/** A screen is no larger than this, whatever its sandbox says. */
const MAX_PIXELS = 7680 * 4320;

/** `declared` null: the screen's own size, made smaller where models could not see it whole. */
export async function takeShot(
  services: Pick<Services, 'screens'>,
  sandbox: SandboxId,
  declared: Size | null,
): Promise<Shot> {
  const png = await services.screens.png(sandbox);
  const screen = sizeOfPng(png);
  const shown = declared ?? shownSize(screen);
  if (shown.width === screen.width && shown.height === screen.height) return { png, ...shown, screen };
  const scaled = await (await open(png))
    .resize(shown.width, shown.height, { fit: 'fill' })
    .png({ compressionLevel: 3 })
    .toBuffer();
  return { png: scaled, ...shown, screen };
}

/** A part of the screen, as large as the whole is shown, with all the pixels it has. Corners are those of the screen. */
export async function zoomShot(
  services: Pick<Services, 'screens'>,
  sandbox: SandboxId,
  region: { readonly from: Point; readonly to: Point; readonly shown: Size },
): Promise<Uint8Array> {
  const png = await services.screens.png(sandbox);
  const screen = sizeOfPng(png);
  // A person may have moved the corners, and the screen may be another by now.
  const [left, right] = within(region.from.x, region.to.x, screen.width);
  const [top, bottom] = within(region.from.y, region.to.y, screen.height);
  const width = right - left;
  const height = bottom - top;
  if (width < 2 || height < 2) throw new AppError('badRequest', 'The region to zoom into is empty: name two corners.');
  return await (await open(png))
    .extract({ left, top, width, height })
    .resize(region.shown.width, region.shown.height, { fit: 'inside' })
    .png({ compressionLevel: 3 })
    .toBuffer();
}

const within = (one: number, other: number, length: number): [number, number] => {
  const places = [one, other].map((place) => Math.max(0, Math.min(length, Math.round(place))));
  return [Math.min(...places), Math.max(...places)];
};

/** Loaded at the first picture that is not the screen as it is. */
async function open(png: Uint8Array): Promise<Sharp> {
  const { default: sharp } = await import('sharp');
  return sharp(png, { limitInputPixels: MAX_PIXELS });
}

/** Its header says it; the picture is our own. */
export function sizeOfPng(png: Uint8Array): Size {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}
