import { getUint48, type Still, setUint48 } from '@sandglass/protocol';

/**
 * Payload of a `still` frame of the track `stills`; integers are big-endian; on disk for ever:
 * u8 version (1) · u8 format (1 JPEG) · u48 seq · u48 atUs (the position that it shows) · u16 width · u16 height · the file.
 */
const VERSION = 1;
const JPEG = 1;
const HEADER_BYTES = 18;

export interface StoredStill extends Still {
  readonly jpeg: Uint8Array;
}

export function encodeStill(still: StoredStill): Uint8Array {
  const out = new Uint8Array(HEADER_BYTES + still.jpeg.length);
  const view = new DataView(out.buffer);
  view.setUint8(0, VERSION);
  view.setUint8(1, JPEG);
  setUint48(view, 2, still.seq);
  setUint48(view, 8, still.atUs);
  view.setUint16(14, still.width);
  view.setUint16(16, still.height);
  out.set(still.jpeg, HEADER_BYTES);
  return out;
}

/** The file is a view of `payload`. @throws RangeError when it is too short or of another version */
export function decodeStill(payload: Uint8Array): StoredStill {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  if (view.getUint8(0) !== VERSION || view.getUint8(1) !== JPEG) throw new RangeError('unknown version of a still');
  return {
    seq: getUint48(view, 2),
    atUs: getUint48(view, 8),
    width: view.getUint16(14),
    height: view.getUint16(16),
    jpeg: payload.subarray(HEADER_BYTES),
  };
}
