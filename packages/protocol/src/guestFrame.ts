/**
 * Frames between guest and server, without zod: the guest bundles this file and must start in some 40 ms.
 * A frame is u32 length of what follows (big endian), u8 type, payload:
 *   1 message  UTF-8 JSON (guest.ts)
 *   2 data     u8 key length, key, u48 offset of the first byte, bytes
 *   3 ack      u8 key length, key, u48 offset: everything before it has arrived for good and may be forgotten
 * A stream is known by its key: `trm_…` (either direction), `exe_…/0` stdin, `exe_…/1` stdout, `exe_…/2` stderr, which outlive
 * a connection; `r/N` (guest to server) and `w/N` (server to guest), which end with it.
 */

export const guestProtocolVersion = 1;
/** A message may be a listing of 10,000 files; nothing on this wire is larger. */
export const maxFrameBytes = 8 * 1024 * 1024;
/** Large enough that headers vanish, small enough that a key echo never waits long behind one. */
export const maxDataBytes = 64 * 1024;
/** Sent and not yet acknowledged, per stream. */
export const windowBytes = 1024 * 1024;

/** Windows of a desktop that are told of, and how much of a title: a line, not a document. */
export const mostWindows = 64;
export const mostTitleCharacters = 300;

export const frameType = { message: 1, data: 2, ack: 3 } as const;

export type Frame =
  | { readonly type: 'message'; readonly json: string }
  | { readonly type: 'data'; readonly stream: string; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly type: 'ack'; readonly stream: string; readonly offset: number };

export class FrameError extends Error {
  override readonly name = 'FrameError';
}

export function encodeMessage(message: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(message), 'utf8');
  if (json.length + 1 > maxFrameBytes) throw new FrameError(`A message of ${json.length} bytes is too large.`);
  const head = Buffer.allocUnsafe(5);
  head.writeUInt32BE(json.length + 1, 0);
  head[4] = frameType.message;
  return Buffer.concat([head, json]);
}

/** Head and body are returned apart, so that the body is not copied. */
export function encodeData(stream: string, offset: number, bytes: Uint8Array): [Buffer, Uint8Array] {
  return [encodeHead(frameType.data, stream, offset, bytes.length), bytes];
}

export function encodeAck(stream: string, offset: number): Buffer {
  return encodeHead(frameType.ack, stream, offset, 0);
}

function encodeHead(type: number, stream: string, offset: number, bodyLength: number): Buffer {
  const keyLength = Buffer.byteLength(stream, 'latin1');
  if (keyLength === 0 || keyLength > 64) throw new FrameError('A stream key has 1 to 64 characters.');
  const head = Buffer.allocUnsafe(4 + 1 + 1 + keyLength + 6);
  head.writeUInt32BE(head.length - 4 + bodyLength, 0);
  head[4] = type;
  head[5] = keyLength;
  head.write(stream, 6, 'latin1');
  head.writeUIntBE(offset, 6 + keyLength, 6);
  return head;
}

/** Cuts a byte stream into frames. Holds at most one incomplete frame. */
export class FrameReader {
  readonly #limitBytes: number;
  #chunks: Uint8Array[] = [];
  #size = 0;
  #wanted = 4;

  constructor(limitBytes: number = maxFrameBytes) {
    this.#limitBytes = limitBytes;
  }

  /** Frames that are complete now. @throws FrameError when the peer does not keep to the protocol. */
  *push(chunk: Uint8Array): Generator<Frame> {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    while (this.#size >= this.#wanted) {
      const all = this.#join();
      const length = all.readUInt32BE(0);
      if (length === 0 || length > this.#limitBytes) throw new FrameError(`A frame of ${length} bytes is not allowed.`);
      if (all.length < length + 4) {
        this.#wanted = length + 4;
        return;
      }
      this.#chunks = all.length > length + 4 ? [all.subarray(length + 4)] : [];
      this.#size = all.length - length - 4;
      this.#wanted = 4;
      yield decode(all.subarray(4, length + 4));
    }
  }

  #join(): Buffer {
    const first = this.#chunks[0]!;
    const all =
      this.#chunks.length === 1
        ? Buffer.from(first.buffer, first.byteOffset, first.byteLength)
        : Buffer.concat(this.#chunks, this.#size);
    this.#chunks = [all];
    return all;
  }
}

function decode(frame: Buffer): Frame {
  const type = frame[0];
  if (type === frameType.message) return { type: 'message', json: frame.toString('utf8', 1) };
  if (type !== frameType.data && type !== frameType.ack) throw new FrameError(`Frame type ${type} is unknown.`);
  const keyLength = frame[1] ?? 0;
  const bodyAt = 2 + keyLength + 6;
  if (keyLength === 0 || keyLength > 64 || frame.length < bodyAt) throw new FrameError('A frame is cut short.');
  const stream = frame.toString('latin1', 2, 2 + keyLength);
  const offset = frame.readUIntBE(2 + keyLength, 6);
  if (type === frameType.data) return { type: 'data', stream, offset, bytes: frame.subarray(bodyAt) };
  if (frame.length !== bodyAt) throw new FrameError('An acknowledgement carries no bytes.');
  return { type: 'ack', stream, offset };
}
