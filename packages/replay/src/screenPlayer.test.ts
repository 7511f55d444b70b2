import {
  encodeScreenMessage,
  RECORD_LOSSLESS,
  type RecordKind,
  recordKind,
  type ScreenRecord,
  screenMessage,
} from '@sandglass/protocol';
import fc from 'fast-check';
import { deflateSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { PixelSurface } from './pixelSurface.ts';
import { type CursorShape, ScreenPlayer } from './screenPlayer.ts';
import type { ScreenSurface } from './screenSurface.ts';

const record = (kind: RecordKind, area: [number, number, number, number], payload: Uint8Array): ScreenRecord => {
  const [x, y, width, height] = area;
  return { x, y, width, height, kind, flags: RECORD_LOSSLESS, payload };
};
const fill = (x: number, colour: number) =>
  record(recordKind.fill, [x, 0, 1, 1], Uint8Array.of(colour, colour, colour));
/** Its payload says which; the surface below decodes it when told to. */
const jpeg = (x: number, name: number) => record(recordKind.jpeg, [x, 0, 1, 1], Uint8Array.of(name));

let lastSeq = 0;
function message(
  records: ScreenRecord[],
  type: 'update' | 'liveSet' = 'update',
  size = { width: 4, height: 1 },
): Uint8Array {
  lastSeq++;
  return encodeScreenMessage({ type: screenMessage[type], seq: lastSeq, atUs: lastSeq * 10, ...size, records });
}

/** A surface that notes what happens; JPEGs are decoded when `finish` is called, in any order. */
function noteSurface() {
  const notes: string[] = [];
  const decoding = new Map<number, { resolve: (name: number) => void; reject: (error: Error) => void }>();
  const surface: ScreenSurface<number> = {
    resize: (width, height) => void notes.push(`resize ${width}x${height}`),
    pixels: (_, area) => void notes.push(`pixels ${area.x}`),
    layer: (_, area) => void notes.push(`layer ${area.x}`),
    fill: (red, _green, _blue, area) => void notes.push(`fill ${area.x} ${red}`),
    decode: (bytes) => new Promise((resolve, reject) => decoding.set(bytes[0]!, { resolve, reject })),
    image: (image, area) => void notes.push(`image ${area.x} ${image}`),
    release: (image) => void notes.push(`release ${image}`),
  };
  return {
    surface,
    notes,
    finish: (name: number) => decoding.get(name)!.resolve(name),
    fail: (name: number) => decoding.get(name)!.reject(new Error('broken')),
  };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('screen player', () => {
  test('text is drawn at once; what comes after a picture waits for it', async () => {
    const { surface, notes, finish } = noteSurface();
    const drawn: number[] = [];
    const player = new ScreenPlayer(surface, { onDrawn: ({ seq }) => drawn.push(seq) });
    void player.draw(message([fill(0, 7)]));
    expect(notes).toEqual(['resize 4x1', 'fill 0 7']);
    void player.draw(message([jpeg(1, 1), fill(1, 8)]));
    void player.draw(message([fill(2, 9)]));
    void player.draw(message([jpeg(3, 2)]));
    finish(2);
    await settle();
    expect(drawn).toHaveLength(1);
    finish(1);
    await settle();
    expect(notes.slice(2)).toEqual(['image 1 1', 'fill 1 8', 'release 1', 'fill 2 9', 'image 3 2', 'release 2']);
    expect(drawn).toEqual([...drawn].sort((a, b) => a - b));
    expect(drawn).toHaveLength(4);
  });

  test('whatever order pictures are decoded in, drawing keeps the order of the messages', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 12 }), fc.infiniteStream(fc.nat()), async (kinds, picks) => {
        const { surface, notes, finish } = noteSurface();
        const player = new ScreenPlayer(surface);
        const jpegs: number[] = [];
        for (const [i, isJpeg] of kinds.entries()) {
          if (isJpeg) jpegs.push(i);
          void player.draw(message([isJpeg ? jpeg(i, i) : fill(i, i)], 'update', { width: 12, height: 1 }));
        }
        while (jpegs.length > 0) {
          const [name] = jpegs.splice((picks.next().value as number) % jpegs.length, 1);
          finish(name!);
          await settle();
        }
        const places = notes.filter((note) => /^(fill|image)/.test(note)).map((note) => Number(note.split(' ')[1]));
        expect(places).toEqual(kinds.map((_, i) => i));
      }),
      { numRuns: 40 },
    );
  });

  test('a live set makes what waits superfluous, and its images are released', async () => {
    const { surface, notes, finish } = noteSurface();
    const player = new ScreenPlayer(surface);
    void player.draw(message([jpeg(0, 1)]));
    const superfluous = player.draw(message([jpeg(1, 2)]));
    const whole = player.draw(message([fill(0, 1)], 'liveSet', { width: 8, height: 2 }));
    await superfluous;
    finish(1);
    finish(2);
    await whole;
    expect(notes).toEqual(['release 2', 'resize 4x1', 'image 0 1', 'release 1', 'resize 8x2', 'fill 0 1']);
    expect(player.size).toEqual({ width: 8, height: 2 });
  });

  test('what cannot be drawn is said and left out', async () => {
    const { surface, notes, fail } = noteSurface();
    const errors: unknown[] = [];
    const player = new ScreenPlayer(surface, { onError: (error) => errors.push(error) });
    const broken = record(recordKind.rgb, [0, 0, 2, 2], deflateSync(new Uint8Array(5)));
    const drawn = player.draw(message([jpeg(0, 1), broken, fill(1, 5)]));
    fail(1);
    await drawn;
    expect(errors).toHaveLength(2);
    expect(notes).toEqual(['resize 4x1', 'fill 1 5']);
    expect(() => player.draw(new Uint8Array(3))).toThrow(RangeError);
  });

  test('after dispose nothing is drawn or reported', async () => {
    const { surface, notes, finish } = noteSurface();
    const drawn: number[] = [];
    const player = new ScreenPlayer(surface, { onDrawn: ({ seq }) => drawn.push(seq) });
    const first = player.draw(message([jpeg(0, 1)]));
    const second = player.draw(message([jpeg(1, 2)]));
    player.dispose();
    finish(1);
    finish(2);
    await Promise.all([first, second]);
    await settle();
    expect(drawn).toEqual([]);
    expect(notes.sort()).toEqual(['release 1', 'release 2']);
    expect(() => player.draw(message([]))).toThrow('disposed');
  });

  test('the pointer has a layer of its own', async () => {
    const shapes: (CursorShape | null)[] = [];
    const player = new ScreenPlayer(new PixelSurface(), { onCursor: (shape) => shapes.push(shape) });
    const rgba = Uint8Array.from([1, 2, 3, 255, 4, 5, 6, 0]);
    await player.draw(message([record(recordKind.cursor, [1, 0, 2, 1], deflateSync(rgba))]));
    await player.draw(message([record(recordKind.cursor, [0, 0, 0, 0], deflateSync(new Uint8Array(0)))]));
    expect(shapes).toEqual([
      { width: 2, height: 1, hotspotX: 1, hotspotY: 0, rgba: Uint8ClampedArray.from(rgba) },
      null,
    ]);
  });

  test('plain pixels of every kind come out as they went in', async () => {
    const areas = fc.tuple(fc.nat(9), fc.nat(9), fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10 }));
    await fc.assert(
      fc.asyncProperty(
        areas,
        fc.infiniteStream(fc.nat(255)),
        fc.integer({ min: 1, max: 256 }),
        async (area, bytes, colours) => {
          const [x, y, width, height] = area;
          const take = (count: number) => Uint8Array.from({ length: count }, () => bytes.next().value as number);
          const palette = take(colours * 3);
          const indices = take(width * height).map((index) => index % colours);
          const rgb = take(width * height * 3);
          const packed = Uint8Array.from([colours >> 8, colours & 255, ...palette, ...indices]);
          const surface = new PixelSurface();
          const player = new ScreenPlayer(surface);
          const size = { width: 40, height: 20 };
          await player.draw(
            message(
              [
                record(recordKind.rgb, [x, y, width, height], deflateSync(rgb)),
                record(recordKind.palette, [x + 20, y, width, height], deflateSync(packed)),
              ],
              'liveSet',
              size,
            ),
          );
          for (let i = 0; i < width * height; i++) {
            const at = ((y + Math.floor(i / width)) * 40 + x + (i % width)) * 4;
            expect([...surface.rgba.subarray(at, at + 4)]).toEqual([...rgb.subarray(i * 3, i * 3 + 3), 255]);
            const colour = palette.subarray(indices[i]! * 3, indices[i]! * 3 + 3);
            expect([...surface.rgba.subarray(at + 80, at + 84)]).toEqual([...colour, 255]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
