import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeScreenMessage, encodeScreenMessage, recordKind, screenMessage } from './screen.ts';
import { decodeFrame, encodeFrame, FRAME_HEADER_BYTES, frameKind } from './stream.ts';

const uint48 = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const uint16 = fc.integer({ min: 0, max: 0xffff });
const bytes = fc.uint8Array({ maxLength: 200 });

describe('stream frames', () => {
  it('come back as they were sent', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(frameKind)),
        fc.integer({ min: 0, max: 0xffff_ffff }),
        uint48,
        uint48,
        bytes,
        (kind, channel, seq, atUs, payload) => {
          const frame = { kind, channel, seq, atUs, payload };
          expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
        },
      ),
    );
  });

  it('refuse what is short or unknown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: FRAME_HEADER_BYTES - 1 }), (short) => {
        expect(() => decodeFrame(short)).toThrow(RangeError);
      }),
    );
    expect(() => decodeFrame(new Uint8Array(FRAME_HEADER_BYTES).fill(9))).toThrow(RangeError);
  });
});

describe('screen messages', () => {
  const record = fc.record({
    x: uint16,
    y: uint16,
    width: uint16,
    height: uint16,
    kind: fc.constantFrom(...Object.values(recordKind)),
    flags: fc.integer({ min: 0, max: 255 }),
    payload: bytes,
  });
  const message = fc.record({
    type: fc.constantFrom(...Object.values(screenMessage)),
    seq: uint48,
    atUs: uint48,
    width: uint16,
    height: uint16,
    records: fc.array(record, { maxLength: 8 }),
  });

  it('come back as they were sent', () => {
    fc.assert(
      fc.property(message, (sent) => {
        expect(decodeScreenMessage(encodeScreenMessage(sent))).toEqual(sent);
      }),
    );
  });

  it('never read past a cut: they throw', () => {
    fc.assert(
      fc.property(message, fc.nat(), (sent, cut) => {
        const whole = encodeScreenMessage(sent);
        const at = cut % whole.length;
        expect(() => decodeScreenMessage(whole.subarray(0, at))).toThrow(RangeError);
      }),
    );
  });
});
