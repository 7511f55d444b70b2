/** /files: the content of files, in and out. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import { AppError, type FileEntry, toAppError } from '@sandglass/protocol';
import { goneSignal } from '../../../http/gone.ts';
import { parseRange } from '../../../http/ranges.ts';
import { header, sendJson } from '../exchange.ts';
import { writeFileMetadata } from './fileMetadata.ts';
import type { Inside } from './inside.ts';
import { homePath } from './processes.ts';

const METADATA = 'x-metadata-';

export async function download(inside: Inside): Promise<void> {
  const { services, sandbox, user, exchange } = inside;
  const { response, query, method } = exchange;
  const path = homePath(query.get('path') ?? '', user);
  const signal = goneSignal(exchange.response, 'The client');
  const rangeHeader = header(exchange, 'range');
  let range: ReturnType<typeof parseRange> = 'whole';
  if (rangeHeader !== undefined) {
    const entry = await services.files.stat(sandbox.id, path);
    range = parseRange(rangeHeader, entry.sizeBytes);
    if (range === 'unsatisfiable') {
      response.writeHead(416, { 'content-range': `bytes */${entry.sizeBytes}`, 'content-length': '0' });
      response.end();
      return;
    }
  }
  const { entry, content } = await services.files.read(
    sandbox.id,
    path,
    range === 'whole' ? { offset: 0 } : range,
    signal,
  );
  const part = range === 'whole' ? null : range;
  // Asked for by name alone; what every HTTP client says by itself is no wish.
  const zips = part === null && header(exchange, 'accept-encoding')?.trim() === 'gzip';
  const length = part?.length ?? entry.sizeBytes;
  response.writeHead(part ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-disposition': `inline; filename*=UTF-8''${encodeURIComponent(entry.name.toWellFormed())}`,
    'last-modified': new Date(entry.modifiedAtMs).toUTCString(),
    'accept-ranges': 'bytes',
    // Never to be run by a browser that opens a signed address.
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    ...(part ? { 'content-range': `bytes ${part.offset}-${part.offset + part.length - 1}/${entry.sizeBytes}` } : {}),
    ...(zips ? { 'content-encoding': 'gzip' } : isEndless(entry) ? {} : { 'content-length': String(length) }),
  });
  if (method === 'HEAD') {
    content.destroy();
    response.end();
    return;
  }
  try {
    if (zips) await pipeline(content, createGzip(), response);
    else await pipeline(content, response);
  } catch {
    // The length was promised: who reads sees that it broke off.
    response.destroy();
  }
}

/** Files of /proc say 0 and have content. */
const isEndless = (entry: FileEntry) => entry.sizeBytes === 0 && /^\/(proc|sys)\//.test(entry.path);

interface Written {
  readonly name: string;
  readonly path: string;
  readonly type: 'file';
  readonly metadata?: Readonly<Record<string, string>>;
}

export async function upload(inside: Inside): Promise<void> {
  const { exchange } = inside;
  const { request } = exchange;
  const type = header(exchange, 'content-type') ?? '';
  const source = unzipped(request);
  const written = /^multipart\/form-data/i.test(type)
    ? await writeParts(inside, source, type)
    : [await write(inside, exchange.query.get('path') ?? '', source)];
  sendJson(exchange, 200, written);
}

function unzipped(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return request;
  if (encoding !== 'gzip') throw new AppError('badRequest', `Content-Encoding ${encoding} is not read here; use gzip.`);
  const gunzip = createGunzip();
  request.once('error', (error) => gunzip.destroy(error));
  return request.pipe(gunzip);
}

/** Each part is one file; its name is its path unless the address has one. */
async function writeParts(inside: Inside, source: Readable, type: string): Promise<Written[]> {
  const named = inside.exchange.query.get('path');
  const busboy = new Busboy({
    headers: { ...inside.exchange.request.headers, 'content-type': type } as BusboyHeaders,
    preservePath: true,
    limits: { files: 10_000 },
  });
  const written: Written[] = [];
  let queue = Promise.resolve();
  let failure: unknown;
  busboy.on('file', (field, part, filename) => {
    if (field !== 'file') {
      part.resume();
      return;
    }
    // One after the other, as they come: a part that is not read holds back the rest.
    queue = queue.then(async () => {
      if (failure !== undefined) return void part.resume();
      try {
        written.push(await write(inside, named ?? filename ?? '', part));
      } catch (error) {
        failure = error;
        part.resume();
      }
    });
  });
  source.pipe(busboy);
  const broken = new Promise<never>((_, reject) => {
    const breakOff = () => reject(new AppError('badRequest', 'The upload broke off; what had come whole was written.'));
    source.once('error', breakOff);
    inside.exchange.request.once('aborted', breakOff);
  });
  broken.catch(() => {});
  await Promise.race([once(busboy, 'finish'), broken]).catch((error: unknown) => {
    throw error instanceof AppError
      ? error
      : new AppError('badRequest', 'The multipart body is not well-formed.', { cause: error });
  });
  await queue;
  if (failure !== undefined) throw failure;
  if (written.length === 0) throw new AppError('badRequest', 'The body has no part named "file".');
  return written;
}

async function write(inside: Inside, asked: string, content: Readable): Promise<Written> {
  const { services, sandbox, caller, user, exchange } = inside;
  if (asked === '') throw new AppError('badRequest', 'Say where to write: the path is missing.');
  const path = homePath(asked, user);
  let entry: FileEntry;
  try {
    entry = await services.files.write(
      caller,
      sandbox.id,
      path,
      bytesOf(content),
      { parents: true, ...(user === 'user' ? {} : { user }) },
      goneSignal(exchange.response, 'The client'),
    );
  } catch (error) {
    const known = toAppError(error);
    throw known.code === 'unprocessable' ? new AppError('badRequest', known.message) : known;
  }
  const metadata = metadataOf(exchange.request);
  await writeFileMetadata(inside, entry.path, metadata);
  return {
    name: entry.name,
    path: entry.path,
    type: 'file',
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
  };
}

async function* bytesOf(content: Readable): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of content.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
  } catch (error) {
    throw new AppError('badRequest', 'The upload broke off; nothing was changed.', { cause: error });
  }
}

function metadataOf({ headers }: IncomingMessage): Record<string, string> {
  const named = Object.entries(headers).filter(([name]) => name.startsWith(METADATA) && name.length > METADATA.length);
  return Object.fromEntries(named.map(([name, value]) => [name.slice(METADATA.length), String(value)]));
}
