/**
 * Segment files: append-only frames of one track. On disk for ever, so it has a version and a checksum.
 *
 * File  = magic `SGSEG` · u8 version (1) · u16 reserved, then frames.
 * Frame = u32 payload length · u8 kind · u8 reserved · u48 seq · u48 atUs · u32 crc32 of the 18 bytes before it and the
 *         payload · payload. Integers are big-endian.
 */
import { getUint48, setUint48 } from '@sandglass/protocol';
import { crc32 } from './crc32.ts';
import { type TrackFrame, type TrackFrameKind, trackFrame } from './frames.ts';

export const SEGMENT_VERSION = 1;
export const SEGMENT_HEADER_BYTES = 8;
export const SEGMENT_FRAME_HEADER_BYTES = 22;
const CRC_AT = 18;
const MAGIC = new TextEncoder().encode('SGSEG');
const KINDS = new Set<number>(Object.values(trackFrame));

type Checksum = (bytes: Uint8Array, initial?: number) => number;

export function encodeSegmentHeader(): Uint8Array {
  const out = new Uint8Array(SEGMENT_HEADER_BYTES);
  out.set(MAGIC);
  out[MAGIC.length] = SEGMENT_VERSION;
  return out;
}

/** True for a segment this version can read; a newer version is refused, not guessed. */
export function isSegmentHeader(bytes: Uint8Array): boolean {
  if (bytes.length < SEGMENT_HEADER_BYTES) return false;
  return MAGIC.every((byte, i) => bytes[i] === byte) && bytes[MAGIC.length] === SEGMENT_VERSION;
}

/** `checksum`: a faster CRC-32 than ours, where there is one (Node's zlib). */
export function encodeFrameHeader(frame: TrackFrame, checksum: Checksum = crc32): Uint8Array {
  const out = new Uint8Array(SEGMENT_FRAME_HEADER_BYTES);
  const view = new DataView(out.buffer);
  view.setUint32(0, frame.payload.length);
  view.setUint8(4, frame.kind);
  setUint48(view, 6, frame.seq);
  setUint48(view, 12, frame.atUs);
  view.setUint32(CRC_AT, sumOf(out, frame.payload, checksum));
  return out;
}

function sumOf(header: Uint8Array, payload: Uint8Array, checksum: Checksum): number {
  const ofHeader = checksum(header.subarray(0, CRC_AT));
  // Node's crc32 starts over at an empty buffer.
  return payload.length === 0 ? ofHeader : checksum(payload, ofHeader);
}

export type ReadFrame =
  | { readonly found: 'frame'; readonly frame: TrackFrame; readonly sizeBytes: number }
  /** The bytes end inside a frame that would be `sizeBytes` long (as far as can be told). */
  | { readonly found: 'cut'; readonly sizeBytes: number }
  | { readonly found: 'damage' };

/** Reads the frame that starts at `at`. The payload is a view of `bytes`. */
export function readFrame(bytes: Uint8Array, at: number, checksum: Checksum = crc32): ReadFrame {
  if (at + SEGMENT_FRAME_HEADER_BYTES > bytes.length) return { found: 'cut', sizeBytes: SEGMENT_FRAME_HEADER_BYTES };
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, SEGMENT_FRAME_HEADER_BYTES);
  const length = view.getUint32(0);
  const kind = view.getUint8(4);
  if (!KINDS.has(kind)) return { found: 'damage' };
  const sizeBytes = SEGMENT_FRAME_HEADER_BYTES + length;
  if (at + sizeBytes > bytes.length) return { found: 'cut', sizeBytes };
  const payload = bytes.subarray(at + SEGMENT_FRAME_HEADER_BYTES, at + sizeBytes);
  if (sumOf(bytes.subarray(at), payload, checksum) !== view.getUint32(CRC_AT)) return { found: 'damage' };
  const frame = { seq: getUint48(view, 6), atUs: getUint48(view, 12), kind: kind as TrackFrameKind, payload };
  return { found: 'frame', frame, sizeBytes };
}

/**
 * The frames of a segment, or of its beginning. What is cut off or damaged ends it; `complete` says whether everything was read.
 * @throws RangeError when it is no segment, or of a newer version
 */
export function readSegment(bytes: Uint8Array): { readonly frames: TrackFrame[]; readonly complete: boolean } {
  if (!isSegmentHeader(bytes)) throw new RangeError('This is no segment of a recording, or one of a newer version.');
  const frames: TrackFrame[] = [];
  let at = SEGMENT_HEADER_BYTES;
  while (at < bytes.length) {
    const read = readFrame(bytes, at);
    if (read.found !== 'frame') return { frames, complete: false };
    frames.push(read.frame);
    at += read.sizeBytes;
  }
  return { frames, complete: true };
}
