/** Thumbnails and stills of a real X server: small, of the right colours, and in the log. */
import { decodeStill, type StoredStill } from '@sandglass/replay';
import sharp from 'sharp';
import { describe, expect, test, vi } from 'vitest';
import { drawPattern, drawPhoto } from '../../../test/recorder/pictures.ts';
import { sandbox, startScreenWorld } from '../../../test/recorder/screenWorld.ts';
import { hasXServer } from '../../../test/recorder/xServer.ts';

const PATIENCE = { timeout: 15_000, interval: 20 };

/** Mean distance of two pictures of the same size, 0…255. */
async function distance(jpeg: Uint8Array, truth: { width: number; height: number; rgb: Uint8Array }): Promise<number> {
  const { data, info } = await sharp(jpeg).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const small = await sharp(truth.rgb, { raw: { width: truth.width, height: truth.height, channels: 3 } })
    .resize(info.width, info.height, { fit: 'fill' })
    .raw()
    .toBuffer();
  return data.reduce((sum, value, i) => sum + Math.abs(value - small[i]!), 0) / data.length;
}

describe.skipIf(!hasXServer)('thumbnails of a real X server', () => {
  test('show what X shows, and the log keeps them', async () => {
    await using world = await startScreenWorld({ width: 640, height: 480 });
    const seen: StoredStill[] = [];
    const stop = world.screens.thumbnail(sandbox)?.watch((picture) => seen.push(picture));
    world.draw.fill(0x2244cc, { x: 0, y: 0, width: 640, height: 480 });
    drawPhoto(world.draw, { x: 60, y: 40, width: 300, height: 200 });
    drawPattern(world.draw, { x: 380, y: 260, width: 200, height: 160 }, 7);
    await world.draw.sync();
    await vi.waitFor(async () => {
      const last = seen.at(-1);
      expect(last).toMatchObject({ width: 320, height: 240 });
      expect(await distance(last!.jpeg, await world.truth())).toBeLessThan(6);
    }, PATIENCE);
    stop?.();
    await vi.waitFor(async () => {
      const stills = [...world.log.frames('stills', 0)].map(({ payload }) => decodeStill(payload));
      expect(await distance(stills.at(-1)!.jpeg, await world.truth())).toBeLessThan(6);
    }, PATIENCE);
  });
});
