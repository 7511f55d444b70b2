import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SendBuffer } from './sendBuffer.ts';

type Step =
  | { do: 'push'; size: number }
  | { do: 'take'; limit: number }
  | { do: 'ack'; share: number }
  | { do: 'lose'; share: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('push' as const), size: fc.integer({ min: 0, max: 200_000 }) }),
  fc.record({ do: fc.constant('take' as const), limit: fc.integer({ min: 1, max: 100_000 }) }),
  fc.record({ do: fc.constant('ack' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ do: fc.constant('lose' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
);

/** Byte n of the stream, so that any mix-up shows. */
const byteAt = (offset: number) => (offset * 31 + (offset >> 8)) & 255;

describe('SendBuffer', () => {
  it('delivers every byte in order, whatever is acknowledged or lost, and sends no more than its window', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const window = 150_000;
        const buffer = new SendBuffer(0, window);
        let made = 0;
        let received = 0;
        const takeOne = (limit: number) => {
          const piece = buffer.take(limit);
          if (!piece) return false;
          expect(piece.bytes.length).toBeLessThanOrEqual(limit);
          for (let index = 0; index < piece.bytes.length; index += 997)
            expect(piece.bytes[index]).toBe(byteAt(piece.offset + index));
          expect(piece.offset).toBeLessThanOrEqual(received);
          received = Math.max(received, piece.offset + piece.bytes.length);
          return true;
        };
        for (const each of steps) {
          if (each.do === 'push') {
            buffer.push(Uint8Array.from({ length: each.size }, (_, index) => byteAt(made + index)));
            made += each.size;
          } else if (each.do === 'take') {
            takeOne(each.limit);
          } else {
            const at = buffer.acked + Math.floor((received - buffer.acked) * each.share);
            if (each.do === 'ack') expect(buffer.ack(Math.min(at, buffer.sent))).toBe(true);
            else buffer.resume(at);
          }
          expect(buffer.sent - buffer.acked).toBeLessThanOrEqual(window);
          expect(buffer.end).toBe(made);
          expect(buffer.size).toBe(made - buffer.acked);
        }
        while (received < made || buffer.sent < made) {
          takeOne(65_536);
          buffer.ack(buffer.sent);
        }
        expect(received).toBe(made);
      }),
      { numRuns: 60 },
    );
  });

  it('knows a lie: what was never sent cannot have arrived', () => {
    const buffer = new SendBuffer();
    buffer.push(Buffer.from('abc'));
    expect(buffer.ack(1)).toBe(false);
    expect(buffer.size).toBe(3);
  });

  it('moves its numbers behind a longer past', () => {
    const buffer = new SendBuffer();
    buffer.push(Buffer.from('abcdef'));
    buffer.take();
    buffer.ack(2);
    buffer.shift(100);
    buffer.resume(104);
    expect(buffer.take()).toEqual({ offset: 104, bytes: Buffer.from('ef') });
  });
});
