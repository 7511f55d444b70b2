/** The content of one file as a reply: whole, a range of it, or as text. */
import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { AppError, type FileEntry } from '@sandglass/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { attachment, namesTag, parseRange } from './ranges.ts';

/** An editor opens no larger text; larger ones are downloaded. */
const MAX_TEXT_BYTES = 33_554_432;

/** One file, wherever it is: in a sandbox, or in a checkpoint of it. */
export interface ContentSource {
  stat(): Promise<FileEntry>;
  read(range: { offset: number; length?: number }): Promise<{ entry: FileEntry; content: Readable }>;
}

export async function sendBytes(
  source: ContentSource,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Readable | null> {
  const known = request.headers['if-none-match'];
  const rangeHeader = request.headers.range;
  let range: ReturnType<typeof parseRange> = 'whole';
  if (known !== undefined || rangeHeader !== undefined) {
    const entry = await source.stat();
    if (known !== undefined && namesTag(known, tagOf(entry))) {
      reply.code(304).header('etag', tagOf(entry));
      return null;
    }
    const condition = request.headers['if-range'];
    if (condition === undefined || condition === tagOf(entry)) range = parseRange(rangeHeader, entry.sizeBytes);
    if (range === 'unsatisfiable') {
      reply.code(416).header('content-range', `bytes */${entry.sizeBytes}`).header('content-length', 0);
      return null;
    }
  }
  const part = range === 'whole' ? { offset: 0 } : range;
  const { entry, content } = await source.read(part);
  hostileContent(reply)
    .type('application/octet-stream')
    .header('content-disposition', attachment(entry.name))
    .header('etag', tagOf(entry))
    .header('last-modified', new Date(entry.modifiedAtMs).toUTCString())
    .header('accept-ranges', 'bytes');
  if (range !== 'whole') {
    // A browser puts parts that it kept together with new ones, of a file that has grown since.
    reply
      .code(206)
      .header('cache-control', 'no-store')
      .header('content-range', `bytes ${range.offset}-${range.offset + range.length - 1}/${entry.sizeBytes}`)
      .header('content-length', range.length);
    return exactly(content, range.length);
  }
  // Files of /proc say 0 and have content: those are sent without a length.
  if (entry.sizeBytes === 0) return content;
  reply.header('content-length', entry.sizeBytes);
  return exactly(content, entry.sizeBytes);
}

export async function sendText(source: ContentSource, reply: FastifyReply): Promise<Uint8Array> {
  const { entry, content } = await source.read({ offset: 0, length: MAX_TEXT_BYTES + 1 });
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of content) {
    chunks.push(chunk as Buffer);
    sizeBytes += (chunk as Buffer).length;
    if (sizeBytes > MAX_TEXT_BYTES) {
      content.destroy();
      throw new AppError('tooLarge', 'The file is too large to be opened as text (32 MB). Download it instead.');
    }
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.includes(0) || !isUtf8(bytes))
    throw new AppError('notText', 'The file is not UTF-8 text. Download it, or open it with a program that knows it.');
  hostileContent(reply).type('text/plain; charset=utf-8').header('etag', tagOf(entry));
  reply.header('content-disposition', attachment(entry.name));
  return bytes;
}

/** Content of a sandbox is never to be run by the browser that shows the console. */
export function hostileContent(reply: FastifyReply): FastifyReply {
  return reply
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "sandbox; default-src 'none'")
    .header('cache-control', 'private, no-cache');
}

/** Cuts a file that grew while it was read, and fails (so the connection breaks) when it shrank: the length was promised. */
function exactly(content: Readable, length: number): Readable {
  return Readable.from(
    (async function* () {
      let left = length;
      for await (const chunk of content as AsyncIterable<Buffer>) {
        if (chunk.length >= left) {
          yield chunk.subarray(0, left);
          return;
        }
        left -= chunk.length;
        yield chunk;
      }
      if (left > 0) throw new AppError('conflict', 'The file became shorter while it was read. Read it again.');
    })(),
    { objectMode: false },
  );
}

const tagOf = (entry: FileEntry) => `"${entry.version.replaceAll('"', '')}"`;
