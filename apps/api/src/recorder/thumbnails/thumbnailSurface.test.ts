import { deflateRawSync } from 'node:zlib';
import { RECORD_LOSSLESS, type RecordKind, recordKind, type ScreenRecord } from '@sandglass/protocol';
import { PixelSurface, ScreenPlayer } from '@sandglass/replay';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../test/recorder/pictures.ts';
import { ThumbnailSurface } from './thumbnailSurface.ts';

type Area = Pick<ScreenRecord, 'x' | 'y' | 'width' | 'height'>;

const record = (kind: RecordKind, area: Area, payload: Uint8Array): ScreenRecord => ({
  ...area,
  kind,
  flags: RECORD_LOSSLESS,
  payload,
});

function someRecords(width: number, height: number): ScreenRecord[] {
  const random = createRandom(7);
  const whole = { x: 0, y: 0, width, height };
  const out = [record(recordKind.fill, whole, Uint8Array.from([9, 8, 7]))];
  for (let i = 0; i < 12; i++) {
    const [x, y] = [Math.floor(random() * (width - 1)), Math.floor(random() * (height - 1))];
    const area = {
      x,
      y,
      width: 1 + Math.floor(random() * (width - x)),
      height: 1 + Math.floor(random() * (height - y)),
    };
    const count = area.width * area.height;
    if (i % 3 === 0) out.push(record(recordKind.fill, area, Uint8Array.from([i, 2 * i, 3 * i])));
    else if (i % 3 === 1) {
      const rgb = Uint8Array.from({ length: count * 3 }, () => random() * 256);
      out.push(record(recordKind.rgb, area, deflateRawSync(rgb)));
    } else {
      const palette = [0, 3, ...Array.from({ length: 9 }, () => Math.floor(random() * 256))];
      const bytes = Uint8Array.from([...palette, ...Array.from({ length: count }, () => Math.floor(random() * 3))]);
      out.push(record(recordKind.palette, area, deflateRawSync(bytes)));
    }
  }
  return out;
}

async function drawn(width: number, height: number) {
  const surface = new ThumbnailSurface(width, height);
  const truth = new PixelSurface();
  const player = new ScreenPlayer(truth);
  const records = someRecords(width, height);
  await player.draw({ type: 2, seq: 1, atUs: 1, width, height, records });
  for (const each of records) await surface.draw(each);
  return { surface, truth };
}

test('has the pixels that the players have', async () => {
  const { surface, truth } = await drawn(300, 200);
  expect([surface.columns, surface.rows]).toEqual([300, 200]);
  const rgb = Buffer.from(truth.rgba).filter((_, i) => i % 4 !== 3);
  expect(Buffer.compare(surface.rgb, rgb)).toBe(0);
});

test('of a very large screen it keeps every n-th pixel, without seams', async () => {
  const [width, height] = [3001, 1603];
  const { surface, truth } = await drawn(width, height);
  expect(surface.rgb.length).toBeLessThanOrEqual(2_100_000 * 3);
  const step = Math.ceil(width / surface.columns);
  let different = 0;
  for (let y = 0; y < surface.rows; y++)
    for (let x = 0; x < surface.columns; x++) {
      const [at, of] = [(y * surface.columns + x) * 3, (y * step * width + x * step) * 4];
      for (let i = 0; i < 3; i++) if (surface.rgb[at + i] !== truth.rgba[of + i]) different++;
    }
  expect(different).toBe(0);
});

test('draws a JPEG, also a grey one', async () => {
  const surface = new ThumbnailSurface(64, 32);
  const make = (grey: boolean) => {
    const image = sharp({ create: { width: 16, height: 16, channels: 3, background: { r: 90, g: 90, b: 90 } } });
    return (grey ? image.greyscale() : image).jpeg({ quality: 95 }).toBuffer();
  };
  for (const [x, grey] of [
    [8, false],
    [40, true],
  ] as const) {
    await surface.draw(record(recordKind.jpeg, { x, y: 4, width: 16, height: 16 }, await make(grey)));
    const at = (10 * 64 + x + 3) * 3;
    expect(surface.rgb[at]).toBeGreaterThan(80);
    expect(surface.rgb[at + 2]).toBeLessThan(100);
  }
});

describe('hostile records draw nothing', () => {
  const area = { x: 0, y: 0, width: 32, height: 32 };
  const cases: [string, () => Promise<ScreenRecord> | ScreenRecord][] = [
    ['more pixels than its size', () => record(recordKind.rgb, area, deflateRawSync(Buffer.alloc(50_000_000)))],
    ['fewer', () => record(recordKind.rgb, area, deflateRawSync(Buffer.alloc(10)))],
    ['no deflate at all', () => record(recordKind.rgb, area, Buffer.from('rubbish'))],
    [
      'a palette that promises too many colours',
      () => {
        const bytes = Buffer.alloc(2 + 32 * 32 + 3);
        bytes.writeUInt16BE(65_535, 0);
        return record(recordKind.palette, area, deflateRawSync(bytes));
      },
    ],
    ['a short fill', () => record(recordKind.fill, area, Uint8Array.from([1]))],
    [
      'a JPEG of another size',
      async () => {
        const jpeg = await sharp({ create: { width: 4000, height: 4000, channels: 3, background: 'red' } })
          .jpeg()
          .toBuffer();
        return record(recordKind.jpeg, area, jpeg);
      },
    ],
    [
      'a JPEG that breaks off',
      async () => {
        const noise = Buffer.from(Array.from({ length: 32 * 32 * 3 }, (_, i) => (i * 7919) & 255));
        const jpeg = await sharp(noise, { raw: { width: 32, height: 32, channels: 3 } })
          .jpeg()
          .toBuffer();
        return record(recordKind.jpeg, area, jpeg.subarray(0, jpeg.length / 2));
      },
    ],
    [
      'an image that is no JPEG',
      async () => {
        const svg = Buffer.from(
          '<svg xmlns="http://www.w3.org/2000/svg" width="33" height="32"><rect width="33" height="32" fill="red"/></svg>',
        );
        return record(recordKind.jpeg, area, svg);
      },
    ],
  ];
  test.each(cases)('%s', async (_, make) => {
    const surface = new ThumbnailSurface(64, 64);
    await expect(surface.draw(await make())).rejects.toThrow();
    expect(surface.rgb.every((byte) => byte === 0)).toBe(true);
  });

  test('what lies outside is cut', async () => {
    const surface = new ThumbnailSurface(16, 16);
    await surface.draw(record(recordKind.fill, { x: 8, y: 8, width: 500, height: 500 }, Uint8Array.from([1, 1, 1])));
    expect(surface.rgb.filter((byte) => byte === 1)).toHaveLength(8 * 8 * 3);
  });
});
