import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeAck, encodeData, encodeMessage, type Frame, FrameError, FrameReader } from './guestFrame.ts';

const key = fc.stringMatching(/^[a-z0-9_/]{1,64}$/);
const offset = fc.integer({ min: 0, max: 2 ** 47 });
const frame: fc.Arbitrary<{ wire: Buffer; frame: Frame }> = fc.oneof(
  fc.jsonValue().map((value) => ({
    wire: encodeMessage(value),
    frame: { type: 'message' as const, json: JSON.stringify(value) },
  })),
  fc.tuple(key, offset, fc.uint8Array({ maxLength: 300 })).map(([stream, at, bytes]) => ({
    wire: Buffer.concat(encodeData(stream, at, bytes)),
    frame: { type: 'data' as const, stream, offset: at, bytes: Buffer.from(bytes) },
  })),
  fc.tuple(key, offset).map(([stream, at]) => ({
    wire: encodeAck(stream, at),
    frame: { type: 'ack' as const, stream, offset: at },
  })),
);

const plain = (each: Frame) => (each.type === 'data' ? { ...each, bytes: Buffer.from(each.bytes) } : each);

describe('frames', () => {
  it('come out as they went in, however the network cuts them', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 20 }), fc.array(fc.integer({ min: 1, max: 97 })), (frames, cuts) => {
        const wire = Buffer.concat(frames.map((each) => each.wire));
        const reader = new FrameReader();
        const out: Frame[] = [];
        for (let from = 0, turn = 0; from < wire.length; turn++) {
          const size = cuts[turn % Math.max(1, cuts.length)] ?? wire.length;
          for (const each of reader.push(wire.subarray(from, from + size))) out.push(plain(each));
          from += size;
        }
        expect(out).toEqual(frames.map((each) => each.frame));
      }),
    );
  });

  it('never make the reader throw anything else than a FrameError, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (chunks) => {
        const reader = new FrameReader(1000);
        try {
          for (const chunk of chunks) for (const each of reader.push(chunk)) void each;
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError);
        }
      }),
    );
  });

  it('are refused by their announced length, before their bytes have come', () => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(1001);
    expect(() => [...new FrameReader(1000).push(head)]).toThrow(FrameError);
    expect(() => [...new FrameReader(1000).push(Buffer.alloc(4))]).toThrow(FrameError);
  });
});
