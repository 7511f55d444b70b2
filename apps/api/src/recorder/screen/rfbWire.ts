/** The RFB messages a client sends, and the numbers both sides share (RFC 6143 and the community extensions). */

export const encoding = {
  raw: 0,
  tight: 7,
  jpegQuality: -32,
  compression: -256,
  desktopSize: -223,
  lastRect: -224,
  cursor: -239,
  extendedDesktopSize: -308,
  fence: -312,
  continuousUpdates: -313,
  cursorWithAlpha: -314,
  vmwareCursorPosition: 0x574d5666,
  extendedClipboard: 0xc0a1e5ce | 0,
} as const;

export const clientMessage = {
  setPixelFormat: 0,
  setEncodings: 2,
  updateRequest: 3,
  key: 4,
  pointer: 5,
  cutText: 6,
  continuousUpdates: 150,
  fence: 248,
  setDesktopSize: 251,
} as const;

export const serverMessage = {
  update: 0,
  colourMap: 1,
  bell: 2,
  cutText: 3,
  endOfContinuousUpdates: 150,
  fence: 248,
} as const;

const FENCE_REQUEST = 0x8000_0000;
/** block before, block after, sync next: all hold by themselves, since messages are handled in order and at once. */
const FENCE_SUPPORTED = 0b111;

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** 32 bits a pixel, little-endian, red at bit 16: Tight then sends plain R, G, B. */
export function setPixelFormat(): Buffer {
  const out = Buffer.alloc(20);
  out[0] = clientMessage.setPixelFormat;
  out.set([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0], 4);
  return out;
}

/**
 * What we take. No CopyRect: every record must stand on its own. Quality 6 and compression 2 are noVNC's defaults, measured
 * as the balance of bytes and X's time; without a quality X sends no JPEG at all, so what follows is exact.
 */
export function setEncodings(quality: 'lossy' | 'lossless'): Buffer {
  const list = [
    encoding.tight,
    encoding.raw,
    encoding.lastRect,
    encoding.cursorWithAlpha,
    encoding.cursor,
    encoding.vmwareCursorPosition,
    encoding.extendedDesktopSize,
    encoding.desktopSize,
    encoding.fence,
    encoding.continuousUpdates,
    encoding.extendedClipboard,
    encoding.compression + 2,
    ...(quality === 'lossy' ? [encoding.jpegQuality + 6] : []),
  ];
  return encodingsMessage(list);
}

/** For a single exact picture. */
export function setRawEncoding(): Buffer {
  return encodingsMessage([encoding.raw]);
}

function encodingsMessage(list: readonly number[]): Buffer {
  const out = Buffer.alloc(4 + list.length * 4);
  out[0] = clientMessage.setEncodings;
  out.writeUInt16BE(list.length, 2);
  for (const [i, value] of list.entries()) out.writeInt32BE(value, 4 + i * 4);
  return out;
}

export function updateRequest(area: Rectangle, incremental: boolean): Buffer {
  const out = Buffer.alloc(10);
  out[0] = clientMessage.updateRequest;
  out[1] = incremental ? 1 : 0;
  writeRectangle(out, 2, area);
  return out;
}

export function setContinuousUpdates(area: Rectangle, on: boolean): Buffer {
  const out = Buffer.alloc(10);
  out[0] = clientMessage.continuousUpdates;
  out[1] = on ? 1 : 0;
  writeRectangle(out, 2, area);
  return out;
}

/** The answer to a server's fence; undefined when it is an answer itself. */
export function answerFence(flags: number, payload: Uint8Array): Buffer | undefined {
  if ((flags & FENCE_REQUEST) === 0) return undefined;
  const out = Buffer.alloc(9 + payload.length);
  out[0] = clientMessage.fence;
  out.writeUInt32BE((flags & FENCE_SUPPORTED) >>> 0, 4);
  out[8] = payload.length;
  out.set(payload, 9);
  return out;
}

export function pointer(x: number, y: number, buttons: number): Buffer {
  const out = Buffer.alloc(6);
  out[0] = clientMessage.pointer;
  out[1] = buttons & 0xff;
  out.writeUInt16BE(x, 2);
  out.writeUInt16BE(y, 4);
  return out;
}

export function key(keysym: number, down: boolean): Buffer {
  const out = Buffer.alloc(8);
  out[0] = clientMessage.key;
  out[1] = down ? 1 : 0;
  out.writeUInt32BE(keysym, 4);
  return out;
}

export function setDesktopSize(width: number, height: number, screenId: number): Buffer {
  const out = Buffer.alloc(24);
  out[0] = clientMessage.setDesktopSize;
  out.writeUInt16BE(width, 2);
  out.writeUInt16BE(height, 4);
  out[6] = 1;
  out.writeUInt32BE(screenId, 8);
  out.writeUInt16BE(width, 16);
  out.writeUInt16BE(height, 18);
  return out;
}

function writeRectangle(out: Buffer, at: number, area: Rectangle): void {
  out.writeUInt16BE(area.x, at);
  out.writeUInt16BE(area.y, at + 2);
  out.writeUInt16BE(area.width, at + 4);
  out.writeUInt16BE(area.height, at + 6);
}
