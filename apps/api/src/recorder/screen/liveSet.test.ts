import { RECORD_LOSSLESS, recordKind, type ScreenRecord } from '@sandglass/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LiveSet } from './liveSet.ts';

const fill = (x: number, y: number, width: number, height: number, colour = 0): ScreenRecord => ({
  x,
  y,
  width,
  height,
  kind: recordKind.fill,
  flags: RECORD_LOSSLESS,
  payload: Uint8Array.of(colour >> 8, colour & 0xff, 0),
});

function draw(picture: Int32Array, screenWidth: number, record: ScreenRecord): void {
  const colour = (record.payload[0]! << 8) | record.payload[1]!;
  for (let y = record.y; y < record.y + record.height; y++)
    picture.fill(colour, y * screenWidth + record.x, y * screenWidth + record.x + record.width);
}

describe('live set', { timeout: 30_000 }, () => {
  const screens = fc.record({ width: fc.integer({ min: 1, max: 70 }), height: fc.integer({ min: 1, max: 70 }) });
  const boxes = fc.array(
    fc.tuple(fc.nat(69), fc.nat(69), fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 })),
    { maxLength: 60 },
  );

  test('drawn in order it is the picture; every record in it shows; what came since any moment completes a picture of that moment', () => {
    fc.assert(
      fc.property(screens, boxes, fc.nat(60), ({ width, height }, list, moment) => {
        const live = new LiveSet(width, height);
        const whole = new Int32Array(width * height).fill(-1);
        const then = new Int32Array(width * height).fill(-1);
        const owner = new Int32Array(width * height).fill(-1);
        let bytes = 0;
        for (const [i, [x0, y0, w, h]] of list.entries()) {
          const [x, y] = [x0 % width, y0 % height];
          const record = fill(x, y, Math.min(w, width - x), Math.min(h, height - y), i);
          draw(whole, width, record);
          draw(owner, width, record);
          live.add(record, i + 1, i);
          if (i + 1 <= moment) draw(then, width, record);
        }
        const again = new Int32Array(width * height).fill(-1);
        for (const { record } of live.since(0)) {
          draw(again, width, record);
          bytes += record.payload.length;
        }
        expect(again).toEqual(whole);
        expect(new Set(live.since(0).map(({ seq }) => seq - 1))).toEqual(new Set([...owner].filter((i) => i >= 0)));
        expect(live.payloadBytes).toBe(bytes);
        for (const { record } of live.since(moment)) draw(then, width, record);
        expect(then).toEqual(whole);
      }),
      { numRuns: 120 },
    );
  });

  test('is complete when every tile was drawn', () => {
    const live = new LiveSet(100, 50);
    live.add(fill(0, 0, 99, 50), 1, 0);
    expect(live.isComplete).toBe(true);
    const other = new LiveSet(100, 50);
    other.add(fill(0, 0, 90, 50), 1, 0);
    expect(other.isComplete).toBe(false);
  });

  test('the cursor is kept apart and only its last shape', () => {
    const live = new LiveSet(10, 10);
    const cursor: ScreenRecord = { ...fill(1, 1, 3, 3), kind: recordKind.cursor };
    live.add(cursor, 1, 0);
    live.add(fill(0, 0, 10, 10), 2, 0);
    expect(live.isPresentCursor({ ...cursor })).toBe(true);
    expect(live.isPresentCursor({ ...cursor, x: 2 })).toBe(false);
    live.add({ ...cursor, x: 2 }, 3, 0);
    expect(live.since(0).map(({ seq }) => seq)).toEqual([2, 3]);
    expect(live.since(3)).toEqual([]);
  });

  test('knows what is not exact and for how long', () => {
    const live = new LiveSet(32, 32);
    live.add({ ...fill(0, 0, 32, 32), flags: 0 }, 1, 1000);
    live.add({ ...fill(0, 0, 16, 32), flags: 0 }, 2, 2000);
    expect(live.oldestLossyUs).toBe(1000);
    expect(live.lossy(1500).map(({ seq }) => seq)).toEqual([1]);
    live.add(fill(0, 0, 32, 32), 3, 3000);
    expect(live.oldestLossyUs).toBeUndefined();
  });
});
