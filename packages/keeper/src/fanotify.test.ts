import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FAN_CREATE, FAN_ONDIR, FAN_RENAME, parseEvents } from './fanotify.ts';

const handle = (text: string) => {
  const bytes = Buffer.from(text, 'latin1');
  const head = Buffer.alloc(8);
  head.writeUInt32LE(bytes.length, 0);
  head.writeInt32LE(0x4d, 4);
  return Buffer.concat([head, bytes]);
};
const record = (kind: number, of: string, name = '') => {
  const body = Buffer.concat([Buffer.alloc(8), handle(of), Buffer.from(name ? `${name}\0` : '')]);
  const padded = Buffer.concat([body, Buffer.alloc((4 - ((body.length + 4) % 4)) % 4)]);
  const head = Buffer.alloc(4);
  head[0] = kind;
  head.writeUInt16LE(padded.length + 4, 2);
  return Buffer.concat([head, padded]);
};
const event = (mask: number, pid: number, ...records: Buffer[]) => {
  const body = Buffer.concat(records);
  const head = Buffer.alloc(24);
  head.writeUInt32LE(24 + body.length, 0);
  head.writeUInt16LE(24, 6);
  head.writeBigUInt64LE(BigInt(mask), 8);
  head.writeInt32LE(-1, 16);
  head.writeInt32LE(pid, 20);
  return Buffer.concat([head, body]);
};
const asHandle = (text: string) => `\x4d\0\0\0${text}`;

it('reads the place, the object and the new place of an event', () => {
  const bytes = Buffer.concat([
    event(FAN_CREATE | FAN_ONDIR, 7, record(2, 'parent', 'füße'), record(1, 'child')),
    event(FAN_RENAME, 8, record(10, 'old', 'a'), record(12, 'new', 'b'), record(1, 'child')),
  ]);
  expect(parseEvents(bytes, bytes.length)).toEqual([
    {
      mask: FAN_CREATE | FAN_ONDIR,
      pid: 7,
      object: asHandle('child'),
      from: { directory: asHandle('parent'), name: 'füße' },
      to: null,
    },
    {
      mask: FAN_RENAME,
      pid: 8,
      object: asHandle('child'),
      from: { directory: asHandle('old'), name: 'a' },
      to: { directory: asHandle('new'), name: 'b' },
    },
  ]);
});

it('ends on whatever bytes it is given', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const buffer = Buffer.from(bytes);
      try {
        parseEvents(buffer, buffer.length);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});
