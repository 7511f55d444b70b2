/** One request to an upstream and its reply back, byte for byte; a reader looks on. */
import type { IncomingHttpHeaders } from 'node:http';
import { AppError, isAppError } from '@sandglass/protocol';
import { createParser } from 'eventsource-parser';
import type { Dispatcher } from 'undici';
import type { Written } from './answered.ts';
import type { Outlet } from './outlet.ts';
import { type ModelReply, parsed, type ReplyReader } from './reply.ts';

/** Of the connection or of this server, not of what is said; and what the door puts in itself. */
const NOT_FORWARDED = new Set([
  ...['connection', 'keep-alive', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding'],
  ...['upgrade', 'host', 'content-length', 'cookie', 'origin', 'referer', 'expect'],
  // The reader must be able to read what comes back, and the bytes are forwarded as they come.
  'accept-encoding',
  ...['x-api-key', 'api-key', 'authorization'],
]);
/** What an agent says to this server alone. */
const OURS = 'x-sandglass-';
const NOT_RETURNED = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  // Cookies of the upstream are of no use to an agent and would land on the console's origin.
  'set-cookie',
]);
/** A reply that is not streamed and longer than this is forwarded, but not read. */
const MAX_READ_BYTES = 32 * 1_048_576;

export interface PassageOptions {
  readonly dispatcher: Dispatcher;
  readonly url: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly authorization: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  readonly reader: ReplyReader | null;
  readonly outlet: Outlet;
  /** The first of it has been handed on. */
  readonly onFirstByte?: () => void;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

export interface Passed {
  readonly status: number;
  readonly answer: ModelReply | null;
  /** From the request to the first byte of its reply. */
  readonly firstByteMs: number;
  readonly bytes: number;
  /** What a person answered in the model's stead, to be sent yet. */
  readonly written?: Written;
}

/**
 * Forwards and resolves when the last byte but the end itself went out: the caller records, then ends `reply`, so that what an
 * agent was told in full is on the record. Throws AppError `unavailable` when the upstream cannot be reached (nothing was sent yet).
 */
export async function pass(options: PassageOptions): Promise<Passed> {
  const { reader, outlet, signal, now } = options;
  const startedMs = now();
  const upstream = await open(options);
  const firstByteMs = now() - startedMs;
  const status = upstream.statusCode;
  const isStream = /^text\/event-stream\b/i.test(String(upstream.headers['content-type'] ?? ''));
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(upstream.headers))
    if (value !== undefined && !NOT_RETURNED.has(name)) headers[name] = value;
  outlet.head({ status, headers, isStream });
  const ear = reader === null || status >= 400 ? null : isStream ? streamEar(reader) : wholeEar(reader);
  let bytes = 0;
  try {
    for await (const chunk of upstream.body as AsyncIterable<Buffer>) {
      const isFirst = bytes === 0;
      bytes += chunk.length;
      const full = outlet.write(chunk);
      if (full !== undefined) await full;
      if (isFirst && options.onFirstByte !== undefined) setImmediate(options.onFirstByte);
      ear?.hear(chunk);
      signal.throwIfAborted();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (isAppError(error)) throw error;
    throw new AppError('unavailable', 'The model’s reply broke off half-way. Ask again.', { cause: error });
  }
  ear?.end();
  return { status, answer: ear === null ? null : (reader?.reply() ?? null), firstByteMs, bytes };
}

async function open(options: PassageOptions): Promise<Dispatcher.ResponseData> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(options.headers))
    if (value !== undefined && !NOT_FORWARDED.has(name) && !name.startsWith(OURS)) headers[name] = value;
  try {
    return await options.dispatcher.request({
      origin: new URL(options.url).origin,
      path: options.url.slice(new URL(options.url).origin.length),
      method: options.method as Dispatcher.HttpMethod,
      headers: { ...headers, 'accept-encoding': 'identity', ...options.authorization },
      body: options.body,
      signal: options.signal,
      // A model may think for long before its first byte; the agent's own client decides how long it waits.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  } catch (error) {
    options.signal.throwIfAborted();
    const { hostname } = new URL(options.url);
    throw new AppError(
      'unavailable',
      `The model’s server ${hostname} cannot be reached (${reason(error)}). Check the upstream’s address and this machine’s network.`,
      { cause: error },
    );
  }
}

const reason = (error: unknown): string => {
  const { code, message } = error as { code?: string; message?: string };
  return code ?? message ?? 'unknown';
};

interface Ear {
  hear(chunk: Buffer): void;
  end(): void;
}

function streamEar(reader: ReplyReader): Ear {
  const decoder = new TextDecoder();
  const parser = createParser({ onEvent: ({ event, data }) => reader.event(event, data) });
  return {
    hear: (chunk) => parser.feed(decoder.decode(chunk, { stream: true })),
    end: () => parser.feed(decoder.decode()),
  };
}

function wholeEar(reader: ReplyReader): Ear {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    hear: (chunk) => {
      size += chunk.length;
      if (size <= MAX_READ_BYTES) chunks.push(chunk);
      else chunks.length = 0;
    },
    end: () => {
      if (chunks.length > 0) reader.whole(parsed(Buffer.concat(chunks).toString('utf8')));
    },
  };
}
