/** Connect's envelopes: one byte of flags, four of length (big-endian), JSON. */
import { AppError } from '@sandglass/protocol';

const END = 0x02;
const COMPRESSED = 0x01;

export function frame(message: unknown, flags = 0): Buffer {
  const json = Buffer.from(JSON.stringify(message));
  const bytes = Buffer.allocUnsafe(5 + json.length);
  bytes.writeUInt8(flags, 0);
  bytes.writeUInt32BE(json.length, 1);
  json.copy(bytes, 5);
  return bytes;
}

export const endFrame = (error?: { code: string; message: string }): Buffer =>
  frame(error === undefined ? {} : { error }, END);

/** The one message that a client sends to open a stream. @throws AppError `badRequest` */
export function parseOpening(bytes: Buffer): string {
  if (bytes.length < 5) throw new AppError('badRequest', 'The message is cut off: an envelope has 5 bytes before it.');
  const flags = bytes.readUInt8(0);
  const length = bytes.readUInt32BE(1);
  if (flags & COMPRESSED) throw new AppError('badRequest', 'Compressed messages are not read here.');
  if (flags & END) throw new AppError('badRequest', 'The stream ended before it said anything.');
  if (bytes.length < 5 + length)
    throw new AppError('badRequest', `The message says ${length} bytes and has ${bytes.length - 5}.`);
  return bytes.subarray(5, 5 + length).toString('utf8');
}
