/** The image library, behind two functions. Loaded at the first picture: the server starts without it. */
import { THUMBNAIL_SIDE } from '@sandglass/protocol';
import type { Sharp, SharpOptions } from 'sharp';

/** Text stays legible as grey; 70 is about 6 KB. */
const QUALITY = 70;
/** A picture of a screen takes some 10 ms; what takes this long was made to. */
const TIMEOUT_SECONDS = 3;

type MakeImage = (input: Uint8Array, options: SharpOptions) => Sharp;
let loading: Promise<MakeImage> | undefined;

async function load(): Promise<MakeImage> {
  const { default: sharp } = await import('sharp');
  // Pictures are small and take turns: threads of its own and a cache would only cost memory.
  sharp.concurrency(1);
  sharp.cache(false);
  return (input, options) => sharp(input, options);
}

/** RGB of a JPEG that must be of exactly this size. @throws Error when it is not, or is damaged */
export async function decodeJpeg(jpeg: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  loading ??= load();
  const image = (await loading)(jpeg, {
    limitInputPixels: width * height,
    failOn: 'error',
    // Nothing in the file but its pixels is looked at.
    ignoreIcc: true,
    pages: 1,
  });
  const { data, info } = await image
    .timeout({ seconds: TIMEOUT_SECONDS })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.width !== width || info.height !== height || info.channels !== 3)
    throw new RangeError(`a JPEG is of ${info.width}×${info.height}×${info.channels}, not ${width}×${height}×3`);
  return data;
}

export interface SmallPicture {
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** `shape`: the size of the screen that the pixels are of, for its proportions. */
export async function encodeSmall(
  rgb: Uint8Array,
  size: { columns: number; rows: number },
  shape: { width: number; height: number },
): Promise<SmallPicture> {
  loading ??= load();
  const scale = Math.min(1, THUMBNAIL_SIDE / shape.width, THUMBNAIL_SIDE / shape.height);
  const width = Math.max(1, Math.round(shape.width * scale));
  const height = Math.max(1, Math.round(shape.height * scale));
  const raw = { width: size.columns, height: size.rows, channels: 3 as const };
  const jpeg = await (await loading)(rgb, { raw, limitInputPixels: size.columns * size.rows })
    .resize(width, height, { fit: 'fill' })
    .jpeg({ quality: QUALITY })
    .toBuffer();
  return { jpeg, width, height };
}
