/**
 * What an RFB server says, as calls. The server runs inside the sandbox, so it is hostile input: sizes are bounded, rectangles
 * must lie on the screen, and anything unknown ends the connection. @throws RangeError from the reader's `push`.
 */
import { RECORD_LOSSLESS, recordKind, type ScreenRecord } from '@sandglass/protocol';
import type { ByteParser } from './byteReader.ts';
import { encoding, type Rectangle, serverMessage } from './rfbWire.ts';
import { deflate, TightDecoder, toRecord } from './tight.ts';

export const MAX_SCREEN_PIXELS = 7680 * 4320;
const MAX_SCREEN_SIDE = 16_384;
const MAX_NAME_BYTES = 65_536;
const MAX_CUT_TEXT_BYTES = 4 * 1_048_576;
const MAX_CURSOR_SIDE = 512;
const MAX_SCREENS = 32;
const SECURITY_NONE = 1;

export interface RfbServerEvents {
  /** Bytes to answer with during the handshake. */
  send(bytes: Uint8Array): void;
  ready(width: number, height: number): void;
  /** One whole update: pixels and cursor shapes, in the order to draw them. */
  update(records: readonly ScreenRecord[]): void;
  resized(width: number, height: number, screenId: number): void;
  /** A program put the pointer there. */
  pointerPut(x: number, y: number): void;
  /** The server knows continuous updates. */
  continuousUpdatesKnown(): void;
  fence(flags: number, payload: Uint8Array): void;
  /** Latin-1 of the old kind, or an extended message (negative length on the wire). */
  cutText(kind: 'plain' | 'extended', bytes: Uint8Array): void;
}

export interface RfbParserOptions {
  /** Makes a record's payload of plain bytes; default deflate, as the protocol wants it. */
  readonly pack?: (bytes: Uint8Array) => Uint8Array;
  readonly tight?: TightDecoder;
}

export function* parseServer(events: RfbServerEvents, options: RfbParserOptions = {}): ByteParser {
  const { pack = deflate, tight = new TightDecoder(pack) } = options;
  const version = (yield 12).toString('latin1');
  if (!/^RFB 003\.00[78]\n$/.test(version)) throw new RangeError('the server does not speak RFB 3.7 or 3.8');
  events.send(Buffer.from('RFB 003.008\n'));
  const types = yield (yield 1)[0]!;
  if (!types.includes(SECURITY_NONE)) throw new RangeError('the screen wants a password');
  events.send(Buffer.from([SECURITY_NONE]));
  if ((yield 4).readUInt32BE(0) !== 0) throw new RangeError('the screen refused the connection');
  events.send(Buffer.from([1]));
  const start = yield 24;
  const screen = new ScreenSize(start.readUInt16BE(0), start.readUInt16BE(2));
  const nameLength = start.readUInt32BE(20);
  if (nameLength > MAX_NAME_BYTES) throw new RangeError('the name of the screen is too long');
  yield nameLength;
  events.ready(screen.width, screen.height);
  for (;;) yield* readMessage((yield 1)[0]!, { events, tight, screen, pack });
}

interface Context {
  readonly events: RfbServerEvents;
  readonly tight: TightDecoder;
  readonly screen: ScreenSize;
  readonly pack: (bytes: Uint8Array) => Uint8Array;
}

function* readMessage(type: number, context: Context): ByteParser {
  const { events } = context;
  switch (type) {
    case serverMessage.update:
      return yield* readUpdate(context);
    case serverMessage.colourMap:
      yield (yield 5).readUInt16BE(3) * 6;
      return;
    case serverMessage.bell:
      return;
    case serverMessage.cutText: {
      const length = (yield 7).readInt32BE(3);
      if (Math.abs(length) > MAX_CUT_TEXT_BYTES) throw new RangeError('the clipboard is too large');
      events.cutText(length < 0 ? 'extended' : 'plain', Uint8Array.from(yield Math.abs(length)));
      return;
    }
    case serverMessage.endOfContinuousUpdates:
      events.continuousUpdatesKnown();
      return;
    case serverMessage.fence: {
      const head = yield 8;
      const [flags, length] = [head.readUInt32BE(3), head[7]!];
      if (length > 64) throw new RangeError('a fence is too long');
      events.fence(flags, Uint8Array.from(yield length));
      return;
    }
    default:
      throw new RangeError(`unknown RFB message ${type}`);
  }
}

function* readUpdate({ events, tight, screen, pack }: Context): ByteParser {
  const count = (yield 3).readUInt16BE(1);
  let records: ScreenRecord[] = [];
  for (let i = 0; i < count; i++) {
    const head = yield 12;
    const area = {
      x: head.readUInt16BE(0),
      y: head.readUInt16BE(2),
      width: head.readUInt16BE(4),
      height: head.readUInt16BE(6),
    };
    const kind = head.readInt32BE(8);
    if (kind === encoding.lastRect) break;
    if (kind === encoding.vmwareCursorPosition) {
      events.pointerPut(Math.min(area.x, screen.width - 1), Math.min(area.y, screen.height - 1));
      continue;
    }
    if (kind === encoding.extendedDesktopSize || kind === encoding.desktopSize) {
      const screenId = kind === encoding.extendedDesktopSize ? yield* readScreens() : 0;
      // A refused request of ours also comes this way, with the size unchanged.
      const isRefusal = kind === encoding.extendedDesktopSize && area.x === 1 && area.y !== 0;
      if (isRefusal) continue;
      if (records.length > 0) events.update(records);
      records = [];
      screen.set(area.width, area.height);
      events.resized(area.width, area.height, screenId);
      continue;
    }
    if (kind === encoding.cursor || kind === encoding.cursorWithAlpha) {
      if (area.width > MAX_CURSOR_SIDE || area.height > MAX_CURSOR_SIDE)
        throw new RangeError('the cursor is too large');
      records.push(kind === encoding.cursor ? yield* readCursor(area) : yield* readCursorWithAlpha(area));
      continue;
    }
    screen.check(area);
    if (area.width === 0 || area.height === 0) continue;
    if (kind === encoding.tight) records.push(yield* tight.read(area));
    else if (kind === encoding.raw)
      records.push(toRecord(area, recordKind.rgb, pack(toRgb(yield area.width * area.height * 4))));
    else throw new RangeError(`encoding ${kind} was not asked for`);
  }
  if (records.length > 0) events.update(records);
}

/** The id of the first screen of the layout: a size request must name it. */
function* readScreens(): Generator<number, number, Buffer> {
  const count = (yield 4)[0]!;
  if (count > MAX_SCREENS) throw new RangeError('too many screens');
  const screens = yield count * 16;
  return count > 0 ? screens.readUInt32BE(0) : 0;
}

function* readCursor(area: Rectangle): Generator<number, ScreenRecord, Buffer> {
  const { width, height } = area;
  const pixels = Uint8Array.from(yield width * height * 4);
  const rowBytes = (width + 7) >> 3;
  const mask = yield rowBytes * height;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const blue = pixels[at]!;
      pixels[at] = pixels[at + 2]!;
      pixels[at + 2] = blue;
      pixels[at + 3] = (mask[y * rowBytes + (x >> 3)]! >> (7 - (x & 7))) & 1 ? 255 : 0;
    }
  }
  return cursorRecord(area, pixels);
}

function* readCursorWithAlpha(area: Rectangle): Generator<number, ScreenRecord, Buffer> {
  if ((yield 4).readInt32BE(0) !== encoding.raw)
    throw new RangeError('the cursor comes in an encoding that was not asked for');
  const pixels = Uint8Array.from(yield area.width * area.height * 4);
  // Premultiplied on the wire; canvas wants it plain.
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = pixels[at + 3]!;
    if (alpha === 0 || alpha === 255) continue;
    for (let i = 0; i < 3; i++) pixels[at + i] = Math.min(255, Math.round((pixels[at + i]! * 255) / alpha));
  }
  return cursorRecord(area, pixels);
}

function cursorRecord(area: Rectangle, rgba: Uint8Array): ScreenRecord {
  return { ...area, kind: recordKind.cursor, flags: RECORD_LOSSLESS, payload: deflate(rgba) };
}

/** Blue, green, red, unused → red, green, blue. */
export function toRgb(pixels: Uint8Array): Uint8Array {
  const out = new Uint8Array((pixels.length / 4) * 3);
  for (let from = 0, to = 0; from < pixels.length; from += 4, to += 3) {
    out[to] = pixels[from + 2]!;
    out[to + 1] = pixels[from + 1]!;
    out[to + 2] = pixels[from]!;
  }
  return out;
}

class ScreenSize {
  width = 0;
  height = 0;

  constructor(width: number, height: number) {
    this.set(width, height);
  }

  set(width: number, height: number): void {
    const isSane =
      width > 0 &&
      height > 0 &&
      width <= MAX_SCREEN_SIDE &&
      height <= MAX_SCREEN_SIDE &&
      width * height <= MAX_SCREEN_PIXELS;
    if (!isSane) throw new RangeError(`a screen of ${width}×${height} is not possible`);
    this.width = width;
    this.height = height;
  }

  check(area: Rectangle): void {
    if (area.x + area.width > this.width || area.y + area.height > this.height)
      throw new RangeError('a rectangle lies outside the screen');
  }
}
