/**
 * The little of the X11 protocol that it takes to read properties of windows, to hear when they change, and when the pointer is moved. Whoever answers may be any
 * program of the sandbox in the X server's place: nothing is believed about lengths.
 */

export const propertyChangeMask = 0x40_0000;

/** Little endian, version 11.0, no authorization: the screen of a sandbox takes everybody in it. */
export function encodeSetup(): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.write('l', 0, 'latin1');
  bytes.writeUInt16LE(11, 2);
  return bytes;
}

export function encodeInternAtom(name: string): Buffer {
  const length = Buffer.byteLength(name, 'latin1');
  const bytes = Buffer.alloc(8 + Math.ceil(length / 4) * 4);
  header(bytes, 16);
  bytes.writeUInt16LE(length, 4);
  bytes.write(name, 8, 'latin1');
  return bytes;
}

/** From now on the server says which properties of the window changed. */
export function encodeWatch(window: number): Buffer {
  const bytes = Buffer.alloc(16);
  header(bytes, 2);
  bytes.writeUInt32LE(window, 4);
  bytes.writeUInt32LE(0x800, 8);
  bytes.writeUInt32LE(propertyChangeMask, 12);
  return bytes;
}

/** Of any type; at most `longest` bytes of it. */
export function encodeGetProperty(window: number, property: number, longest: number): Buffer {
  const bytes = Buffer.alloc(24);
  header(bytes, 20);
  bytes.writeUInt32LE(window, 4);
  bytes.writeUInt32LE(property, 8);
  bytes.writeUInt32LE(Math.ceil(longest / 4), 20);
  return bytes;
}

export function encodeQueryExtension(name: string): Buffer {
  const bytes = encodeInternAtom(name);
  bytes[0] = 98;
  return bytes;
}

/** Of the X Input Extension, before it is asked for anything. */
export function encodeInputVersion(extension: number): Buffer {
  const bytes = Buffer.alloc(8);
  header(bytes, extension, 47);
  bytes.writeUInt16LE(2, 4);
  bytes.writeUInt16LE(2, 6);
  return bytes;
}

const ALL_MASTER_DEVICES = 1;
const RAW_BUTTON_PRESS = 15;
const RAW_BUTTON_RELEASE = 16;
const RAW_MOTION = 17;

/** From now on the server says when a device, or a program in its place, moves the pointer or presses a button. */
export function encodeHearInput(extension: number, root: number): Buffer {
  const bytes = Buffer.alloc(20);
  header(bytes, extension, 46);
  bytes.writeUInt32LE(root, 4);
  bytes.writeUInt16LE(1, 8);
  bytes.writeUInt16LE(ALL_MASTER_DEVICES, 12);
  bytes.writeUInt16LE(1, 14);
  bytes.writeUInt32LE((1 << RAW_BUTTON_PRESS) | (1 << RAW_BUTTON_RELEASE) | (1 << RAW_MOTION), 16);
  return bytes;
}

export function encodeQueryPointer(window: number): Buffer {
  const bytes = Buffer.alloc(8);
  header(bytes, 38);
  bytes.writeUInt32LE(window, 4);
  return bytes;
}

function header(bytes: Buffer, opcode: number, minor = 0): void {
  bytes[0] = opcode;
  bytes[1] = minor;
  bytes.writeUInt16LE(bytes.length / 4, 2);
}

export interface XProperty {
  readonly type: number;
  readonly bytes: Buffer;
}

export type XMessage =
  | { readonly kind: 'ready'; readonly root: number }
  | { readonly kind: 'reply'; readonly sequence: number; readonly bytes: Buffer }
  | { readonly kind: 'error'; readonly sequence: number }
  | { readonly kind: 'property'; readonly window: number; readonly atom: number }
  /** The pointer moved, or a button was pressed (its bit) or let go. */
  | { readonly kind: 'input'; readonly pressed: number };

export class XWireError extends Error {}

/** Nothing that we ask for is longer. */
const MOST_BYTES = 65_536;
const GENERIC_EVENT = 35;

/** Bytes in any pieces → messages. Events that nobody asked for are left out. */
export class XReader {
  #rest: Buffer = Buffer.alloc(0);
  #ready = false;

  /** @throws XWireError when it is no X server. */
  *push(chunk: Buffer): Iterable<XMessage> {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const rest = this.#rest;
      const length = this.#ready ? lengthOf(rest) : setupLength(rest);
      if (length > MOST_BYTES) throw new XWireError('A message of the X server is too long.');
      if (length === 0 || rest.length < length) return;
      const message = rest.subarray(0, length);
      this.#rest = rest.subarray(length);
      if (!this.#ready) {
        this.#ready = true;
        yield { kind: 'ready', root: rootOf(message) };
        continue;
      }
      const found = read(message);
      if (found) yield found;
    }
  }
}

/** 0: not known yet. */
const setupLength = (bytes: Buffer): number => (bytes.length < 8 ? 0 : 8 + bytes.readUInt16LE(6) * 4);

function lengthOf(bytes: Buffer): number {
  if (bytes.length < 32) return 0;
  const more = bytes[0] === 1 || (bytes[0]! & 0x7f) === GENERIC_EVENT;
  return more ? 32 + bytes.readUInt32LE(4) * 4 : 32;
}

function rootOf(bytes: Buffer): number {
  if (bytes[0] !== 1 || bytes.length < 40) throw new XWireError('The X server refused.');
  const at = 40 + Math.ceil(bytes.readUInt16LE(24) / 4) * 4 + bytes[29]! * 8;
  if (bytes[28] === 0 || at + 4 > bytes.length) throw new XWireError('The X server has no screen.');
  return bytes.readUInt32LE(at);
}

function read(bytes: Buffer): XMessage | undefined {
  const code = bytes[0]! & 0x7f;
  if (code === 0) return { kind: 'error', sequence: bytes.readUInt16LE(2) };
  if (bytes[0] === 1) return { kind: 'reply', sequence: bytes.readUInt16LE(2), bytes };
  if (code === 28) return { kind: 'property', window: bytes.readUInt32LE(4), atom: bytes.readUInt32LE(8) };
  if (code !== GENERIC_EVENT) return undefined;
  const button = bytes.readUInt16LE(8) === RAW_BUTTON_PRESS ? bytes.readUInt32LE(16) : 0;
  return { kind: 'input', pressed: button >= 1 && button <= 3 ? 1 << (button - 1) : 0 };
}

/** 0: there is none. */
export const extensionOf = (reply: Buffer): number => (reply[8] === 1 ? reply[9]! : 0);

export interface XPointer {
  readonly x: number;
  readonly y: number;
  /** 1 left, 2 middle, 4 right: as RFB has them, too. */
  readonly buttons: number;
}

export const pointerOf = (reply: Buffer): XPointer => ({
  x: Math.max(0, reply.readInt16LE(16)),
  y: Math.max(0, reply.readInt16LE(18)),
  buttons: (reply.readUInt16LE(24) >> 8) & 7,
});

export const atomOf = (reply: Buffer): number => reply.readUInt32LE(8);

/** Undefined: the window has no such property. */
export function propertyOf(reply: Buffer): XProperty | undefined {
  const unit = reply[1]! / 8;
  const type = reply.readUInt32LE(8);
  if (type === 0 || unit === 0) return undefined;
  const end = 32 + reply.readUInt32LE(16) * unit;
  return { type, bytes: Buffer.from(reply.subarray(32, Math.min(end, reply.length))) };
}

export function numbersOf({ bytes }: XProperty): number[] {
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, at) => bytes.readUInt32LE(at * 4));
}

/** Latin-1 with stretches of UTF-8 between `ESC % G` and `ESC % @`, as older programs name their windows. Other tables stay unread. */
export function compoundText(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/\x1b%G([^\x1b]*)(?:\x1b%@|$)/g, (_, stretch: string) => Buffer.from(stretch, 'latin1').toString('utf8'));
}
