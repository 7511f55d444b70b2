import { describe, expect, it } from 'vitest';
import {
  compoundText,
  encodeGetProperty,
  encodeInternAtom,
  encodeWatch,
  extensionOf,
  pointerOf,
  propertyOf,
  type XMessage,
  XReader,
} from './xWire.ts';

function setupReply(root: number): Buffer {
  const vendor = Buffer.from('a vendor');
  const screen = Buffer.alloc(40);
  screen.writeUInt32LE(root, 0);
  const body = Buffer.concat([Buffer.alloc(32), vendor, Buffer.alloc(8), screen]);
  body.writeUInt16LE(vendor.length, 16);
  body[20] = 1;
  body[21] = 1;
  const head = Buffer.alloc(8);
  head[0] = 1;
  head.writeUInt16LE(body.length / 4, 6);
  return Buffer.concat([head, body]);
}

function event(code: number, fields: readonly number[]): Buffer {
  const bytes = Buffer.alloc(32);
  bytes[0] = code;
  fields.forEach((value, at) => {
    bytes.writeUInt32LE(value, 4 + at * 4);
  });
  return bytes;
}

function reply(sequence: number, value: Buffer, { type = 31, format = 8, claims = value.length } = {}): Buffer {
  const bytes = Buffer.alloc(32 + Math.ceil(value.length / 4) * 4);
  bytes[0] = 1;
  bytes[1] = format;
  bytes.writeUInt16LE(sequence, 2);
  bytes.writeUInt32LE(Math.ceil(value.length / 4), 4);
  bytes.writeUInt32LE(type, 8);
  bytes.writeUInt32LE(claims, 16);
  value.copy(bytes, 32);
  return bytes;
}

const all = (reader: XReader, bytes: Buffer): XMessage[] => [...reader.push(bytes)];

describe('what an X server says', () => {
  const stream = Buffer.concat([setupReply(0x123), event(28, [7, 9]), event(4, [1]), reply(3, Buffer.from('title'))]);

  it('is read in one piece, and byte by byte', () => {
    const whole = all(new XReader(), stream);
    expect(whole.map(({ kind }) => kind)).toEqual(['ready', 'property', 'reply']);
    expect(whole[0]).toEqual({ kind: 'ready', root: 0x123 });
    expect(whole[1]).toEqual({ kind: 'property', window: 7, atom: 9 });
    const reader = new XReader();
    const pieces = [...stream].flatMap((byte) => all(reader, Buffer.from([byte])));
    expect(pieces.map(({ kind }) => kind)).toEqual(['ready', 'property', 'reply']);
  });

  it('is refused when it is nonsense', () => {
    expect(() => all(new XReader(), Buffer.alloc(64))).toThrow('refused');
    const reader = new XReader();
    all(reader, setupReply(1));
    const endless = reply(1, Buffer.from('x'));
    endless.writeUInt32LE(0xffff_ffff, 4);
    expect(() => all(reader, endless)).toThrow('too long');
  });

  it('holds a property to the bytes that came', () => {
    expect(propertyOf(reply(1, Buffer.from('abc'), { claims: 4_000_000 }))?.bytes.toString()).toBe('abc\0');
    expect(propertyOf(reply(1, Buffer.alloc(0), { type: 0, format: 0 }))).toBeUndefined();
  });
});

it('asks as the protocol says', () => {
  expect(encodeInternAtom('WM_NAME').toString('hex')).toBe('100004000700000057 4d5f4e414d4500'.replace(' ', ''));
  expect(encodeWatch(0x10).readUInt32LE(12)).toBe(0x40_0000);
  expect(encodeGetProperty(1, 2, 1_200).readUInt32LE(20)).toBe(300);
});

it('reads titles of older programs', () => {
  const old = Buffer.concat([Buffer.from('Caf\xe9 \x1b%G', 'latin1'), Buffer.from('✓'), Buffer.from('\x1b%@ 2')]);
  expect(compoundText(old)).toBe('Café ✓ 2');
});

describe('the pointer', () => {
  it('is told to move, and which button went down, by events of any length', () => {
    const raw = (type: number, detail: number) => {
      const bytes = Buffer.alloc(32 + 44);
      bytes[0] = 35;
      bytes.writeUInt32LE(44 / 4, 4);
      bytes.writeUInt16LE(type, 8);
      bytes.writeUInt32LE(detail, 16);
      return bytes;
    };
    const reader = new XReader();
    all(reader, setupReply(1));
    const events = Buffer.concat([raw(17, 0), raw(15, 3), raw(16, 3), raw(15, 5)]);
    expect([...all(reader, events.subarray(0, 50)), ...all(reader, events.subarray(50))]).toEqual(
      [0, 4, 0, 0].map((pressed) => ({ kind: 'input', pressed })),
    );
  });

  it('has a place and buttons; beyond the edge it is at the edge', () => {
    const bytes = Buffer.alloc(32);
    bytes.writeInt16LE(-3, 16);
    bytes.writeInt16LE(70, 18);
    bytes.writeUInt16LE(0x0501, 24);
    expect(pointerOf(bytes)).toEqual({ x: 0, y: 70, buttons: 5 });
    expect(extensionOf(bytes)).toBe(0);
  });
});
