import { deflateRawSync } from 'node:zlib';
import {
  decodeScreenMessage,
  encodeScreenMessage,
  recordKind,
  type ScreenRecord,
  screenMessage,
} from '@sandglass/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PixelSurface } from '../pixelSurface.ts';
import { ScreenPlayer } from '../screenPlayer.ts';
import { gatherMessages } from './gathered.ts';

const WIDTH = 12;
const HEIGHT = 8;
const colour = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255));
const area = fc
  .record({
    x: fc.nat(WIDTH - 1),
    y: fc.nat(HEIGHT - 1),
    width: fc.integer({ min: 1, max: WIDTH }),
    height: fc.integer({ min: 1, max: HEIGHT }),
  })
  .map(({ x, y, width, height }) => ({
    x,
    y,
    width: Math.min(width, WIDTH - x),
    height: Math.min(height, HEIGHT - y),
  }));
const record = fc.oneof(
  fc.record({ area, colour }).map(
    ({ area, colour }): ScreenRecord => ({
      ...area,
      kind: recordKind.fill,
      flags: 1,
      payload: Uint8Array.from(colour),
    }),
  ),
  fc.record({ area, seed: fc.nat(255) }).map(({ area, seed }): ScreenRecord => {
    const rgb = Uint8Array.from({ length: area.width * area.height * 3 }, (_, at) => (seed * (at + 7)) % 256);
    return { ...area, kind: recordKind.rgb, flags: 1, payload: deflateRawSync(rgb) };
  }),
);
const whole = (records: readonly ScreenRecord[]): readonly ScreenRecord[] => [
  { ...{ x: 0, y: 0, width: WIDTH, height: HEIGHT }, kind: recordKind.fill, flags: 1, payload: new Uint8Array(3) },
  ...records,
];
const session = fc.array(fc.record({ isWhole: fc.boolean(), records: fc.array(record, { maxLength: 4 }) }), {
  minLength: 1,
  maxLength: 12,
});

async function picture(messages: readonly Uint8Array[]): Promise<Uint8ClampedArray> {
  const surface = new PixelSurface();
  const player = new ScreenPlayer(surface);
  await Promise.all(messages.map((message) => player.draw(message)));
  return surface.rgba;
}

test('messages that are seen as one give the same picture, without what is painted over', async () => {
  await fc.assert(
    fc.asyncProperty(session, async (steps) => {
      const messages = steps.map(({ isWhole, records }, at) =>
        encodeScreenMessage({
          type: at === 0 || isWhole ? screenMessage.liveSet : screenMessage.update,
          ...{ seq: at + 1, atUs: at, width: WIDTH, height: HEIGHT },
          records: at === 0 || isWhole ? whole(records) : records,
        }),
      );
      const gathered = gatherMessages(messages);
      expect(gathered).toHaveLength(1);
      expect(decodeScreenMessage(gathered[0]!)).toMatchObject({ type: screenMessage.liveSet, seq: steps.length });
      expect(await picture(gathered)).toEqual(await picture(messages));
    }),
  );
  const again = Array.from({ length: 300 }, (_, at) =>
    encodeScreenMessage({
      type: screenMessage.update,
      ...{ seq: at + 1, atUs: at, width: WIDTH, height: HEIGHT },
      records: [
        { ...{ x: 0, y: 0, width: 1, height: 1 }, kind: recordKind.cursor, flags: 0, payload: new Uint8Array(4) },
        {
          ...{ x: 2, y: 2, width: 4, height: 4 },
          kind: recordKind.fill,
          flags: 1,
          payload: new Uint8Array([at % 256, 0, 0]),
        },
      ],
    }),
  );
  const [one] = gatherMessages(again).map(decodeScreenMessage);
  expect(one).toMatchObject({ type: screenMessage.update, seq: 300 });
  expect(one!.records.map(({ kind, payload }) => [kind, payload[0]])).toEqual([
    [recordKind.cursor, 0],
    [recordKind.fill, 299 % 256],
  ]);
});
