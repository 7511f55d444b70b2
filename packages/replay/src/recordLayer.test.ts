import { RECORD_LOSSLESS, recordKind, type ScreenRecord, screenMessage } from '@sandglass/protocol';
import fc from 'fast-check';
import { deflateSync } from 'fflate';
import { expect, test } from 'vitest';
import { PixelSurface } from './pixelSurface.ts';
import { layerOf } from './recordLayer.ts';
import { ScreenPlayer } from './screenPlayer.ts';

const WIDTH = 40;
const HEIGHT = 20;
const area = fc.record({
  x: fc.nat(WIDTH - 1),
  y: fc.nat(HEIGHT - 1),
  // Some reach beyond the edge of the screen.
  width: fc.integer({ min: 1, max: 24 }),
  height: fc.integer({ min: 1, max: 12 }),
});
const record = fc
  .record({
    area,
    kind: fc.constantFrom(recordKind.fill, recordKind.rgb, recordKind.palette, recordKind.jpeg),
    seed: fc.integer({ min: 1, max: 255 }),
    isBroken: fc.nat(9).map((one) => one === 0),
  })
  .map(({ area, kind, seed, isBroken }): ScreenRecord => {
    const count = area.width * area.height;
    const payload = () => {
      if (kind === recordKind.fill) return Uint8Array.of(seed, 0, 255 - seed);
      if (kind === recordKind.rgb)
        return deflateSync(Uint8Array.from({ length: count * 3 }, (_, at) => (at * seed) & 255));
      if (kind === recordKind.palette)
        return deflateSync(
          Uint8Array.from([0, 2, 1, 2, 3, seed, 5, 6, ...Array.from({ length: count }, (_, at) => at & 1)]),
        );
      // What stands for a JPEG here: its size and a colour.
      return Uint8Array.of(area.width, area.height, seed);
    };
    return { ...area, kind, flags: RECORD_LOSSLESS, payload: isBroken ? new Uint8Array(1) : payload() };
  });

async function decode([width, height, seed]: Uint8Array): Promise<Uint8ClampedArray<ArrayBuffer>> {
  if (width === undefined || height === undefined) throw new Error('no picture');
  return new Uint8ClampedArray(width * height * 4).map((_, at) => (at % 4 === 3 ? 255 : seed!));
}

async function pictureOf(messages: readonly (readonly ScreenRecord[])[]) {
  const surface = new PixelSurface(decode);
  const errors: unknown[] = [];
  const player = new ScreenPlayer(surface, { onError: (error) => errors.push(error) });
  const size = { seq: 1, atUs: 1, width: WIDTH, height: HEIGHT };
  for (const records of messages) await player.draw({ type: screenMessage.update, ...size, records });
  return { rgba: surface.rgba, errors: errors.length };
}

test('many records drawn at once give the picture that they give one after another', { timeout: 30_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 40, maxLength: 60 }), async (records) => {
      const oneByOne = await pictureOf(records.map((each) => [each]));
      expect(await pictureOf([records])).toEqual(oneByOne);
    }),
    { numRuns: 25 },
  );
});

test('it is used for many records alone, and not for a screen larger than memory', () => {
  const fill = { x: 3, y: 2, width: 2, height: 1, kind: recordKind.fill, flags: 1, payload: new Uint8Array(3) };
  const message = { type: screenMessage.update, seq: 1, atUs: 1, width: WIDTH, height: HEIGHT };
  const layer = (count: number, size = { width: WIDTH, height: HEIGHT }) =>
    layerOf(
      { ...message, ...size, records: Array.from({ length: count }, () => fill) },
      () => true,
      () => {},
    );
  expect(layer(5)).toBeUndefined();
  expect(layer(30)?.area).toEqual({ x: 3, y: 2, width: 2, height: 1 });
  expect(layer(30, { width: 65_535, height: 65_535 })).toBeUndefined();
});
