/** One request to an upstream and its reply back, byte for byte; a reader looks on. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Written } from './answered.ts';
import { HandingOn, type Went } from './handingOn.ts';
import { Listener } from './listener.ts';
import type { Outlet } from './outlet.ts';
import type { ModelReply, ReplyReader } from './reply.ts';

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
 * Bytes are handed on in the turn in which they come; the reader hears them when they are on their way.
 */
export async function pass(options: PassageOptions): Promise<Passed> {
  const { reader, signal, now } = options;
  signal.throwIfAborted();
  const startedMs = now();
  const listener = new Listener(reader);
  try {
    const { status, bytes, headMs } = await new Promise<Went>((resolve, reject) =>
      options.dispatcher.dispatch(requestOf(options), new HandingOn(options, listener, { resolve, reject })),
    );
    return { status, answer: listener.end(), firstByteMs: headMs - startedMs, bytes };
  } catch (error) {
    // What was said until then is a part of the record.
    listener.catchUp();
    signal.throwIfAborted();
    throw error;
  }
}

function requestOf({ url, method, headers: given, authorization, body }: PassageOptions): Dispatcher.DispatchOptions {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(given))
    if (value !== undefined && !NOT_FORWARDED.has(name) && !name.startsWith(OURS)) headers[name] = value;
  const origin = originOf(url);
  return {
    origin,
    path: url.slice(origin.length),
    method: method as Dispatcher.HttpMethod,
    headers: { ...headers, 'accept-encoding': 'identity', ...authorization },
    body,
    // A model may think for long before its first byte; the agent's own client decides how long it waits.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
}

/** A server has two upstreams. */
const origins = new Map<string, string>();
function originOf(url: string): string {
  const known = origins.get(url);
  if (known !== undefined) return known;
  const { origin } = new URL(url);
  if (origins.size >= 100) origins.clear();
  origins.set(url, origin);
  return origin;
}
