/**
 * Screen messages: what the recorder writes to the screen track and what viewers draw. Self-contained: no state is shared
 * between messages (Tight's zlib streams are undone before this). Measured choices in docs/decisions.
 *
 * Message = header (24 bytes) + records. All integers big-endian.
 *   u8 type (1 update, 2 live set: replaces everything) · u8 version (1) · u16 record count · u32 reserved
 *   u48 seq of the newest record · u48 atUs · u16 width · u16 height     -- screen size
 * Record = header (14 bytes) + payload.
 *   u16 x · u16 y · u16 width · u16 height · u8 kind · u8 flags · u32 payload length
 */
export const SCREEN_HEADER_BYTES = 24;
export const SCREEN_RECORD_HEADER_BYTES = 14;
export const SCREEN_VERSION = 1;

export const screenMessage = { update: 1, liveSet: 2 } as const;
export type ScreenMessageType = (typeof screenMessage)[keyof typeof screenMessage];

/**
 * fill: 3 bytes RGB. jpeg: a JPEG file. rgb: deflate-raw of w·h·3 bytes. palette: deflate-raw of [u16 colours, 3 bytes each,
 * then one index byte per pixel]. cursor: x,y are the hotspot, deflate-raw of w·h·4 bytes RGBA (0×0 = hidden).
 */
export const recordKind = { fill: 0, jpeg: 1, rgb: 2, palette: 3, cursor: 4 } as const;
export type RecordKind = (typeof recordKind)[keyof typeof recordKind];
/** flags bit 0: the pixels are exact (lossless). */
export const RECORD_LOSSLESS = 1;

export interface ScreenRecord {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly kind: RecordKind;
  readonly flags: number;
  readonly payload: Uint8Array;
}

export interface ScreenMessage {
  readonly type: ScreenMessageType;
  readonly seq: number;
  readonly atUs: number;
  readonly width: number;
  readonly height: number;
  readonly records: readonly ScreenRecord[];
}

export function encodeScreenMessage(message: ScreenMessage): Uint8Array {
  let size = SCREEN_HEADER_BYTES;
  for (const record of message.records) size += SCREEN_RECORD_HEADER_BYTES + record.payload.length;
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  view.setUint8(0, message.type);
  view.setUint8(1, SCREEN_VERSION);
  view.setUint16(2, message.records.length);
  setUint48(view, 8, message.seq);
  setUint48(view, 14, message.atUs);
  view.setUint16(20, message.width);
  view.setUint16(22, message.height);
  let at = SCREEN_HEADER_BYTES;
  for (const record of message.records) {
    view.setUint16(at, record.x);
    view.setUint16(at + 2, record.y);
    view.setUint16(at + 4, record.width);
    view.setUint16(at + 6, record.height);
    view.setUint8(at + 8, record.kind);
    view.setUint8(at + 9, record.flags);
    view.setUint32(at + 10, record.payload.length);
    out.set(record.payload, at + SCREEN_RECORD_HEADER_BYTES);
    at += SCREEN_RECORD_HEADER_BYTES + record.payload.length;
  }
  return out;
}

/** @throws RangeError when the bytes are not a whole message of a known version. Payloads are views of `bytes`. */
export function decodeScreenMessage(bytes: Uint8Array): ScreenMessage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < SCREEN_HEADER_BYTES) throw new RangeError('screen message is shorter than its header');
  const type = view.getUint8(0);
  if (type !== screenMessage.update && type !== screenMessage.liveSet)
    throw new RangeError(`unknown screen message type ${type}`);
  if (view.getUint8(1) !== SCREEN_VERSION) throw new RangeError(`unknown screen message version ${view.getUint8(1)}`);
  const count = view.getUint16(2);
  const records: ScreenRecord[] = [];
  let at = SCREEN_HEADER_BYTES;
  for (let i = 0; i < count; i++) {
    if (at + SCREEN_RECORD_HEADER_BYTES > bytes.length) throw new RangeError('screen record is cut off');
    const length = view.getUint32(at + 10);
    const kind = view.getUint8(at + 8);
    if (kind > recordKind.cursor) throw new RangeError(`unknown screen record kind ${kind}`);
    const from = at + SCREEN_RECORD_HEADER_BYTES;
    if (from + length > bytes.length) throw new RangeError('screen record payload is cut off');
    records.push({
      x: view.getUint16(at),
      y: view.getUint16(at + 2),
      width: view.getUint16(at + 4),
      height: view.getUint16(at + 6),
      kind: kind as RecordKind,
      flags: view.getUint8(at + 9),
      payload: bytes.subarray(from, from + length),
    });
    at = from + length;
  }
  return {
    type,
    seq: getUint48(view, 8),
    atUs: getUint48(view, 14),
    width: view.getUint16(20),
    height: view.getUint16(22),
    records,
  };
}

export function setUint48(view: DataView, at: number, value: number): void {
  view.setUint16(at, Math.floor(value / 0x1_0000_0000));
  view.setUint32(at + 2, value >>> 0);
}

export function getUint48(view: DataView, at: number): number {
  return view.getUint16(at) * 0x1_0000_0000 + view.getUint32(at + 2);
}
