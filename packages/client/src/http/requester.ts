import { type Route, type RouteName, type RouteReply, routes } from '@sandglass/protocol';
import { backoffMs, type Clock, delay } from '../clock.ts';
import { ConnectionError, isConnectionError, parseProblem } from '../errors.ts';
import type { Fences } from '../fences.ts';
import type { LooseInput, RequestArguments } from './input.ts';
import { isDoneByEarlierAttempt, mayRetry, requestBackoff } from './retry.ts';

/** As much of a `Response` as is used. */
export type FetchReply = Pick<Response, 'ok' | 'status' | 'headers' | 'body' | 'json' | 'text'>;
/** `onWaiting`: the server said that the answer waits for a person; not every platform can hear it. */
export type WaitingInit = RequestInit & { readonly onWaiting?: () => void };
export type Fetch = (input: string, init: WaitingInit) => Promise<FetchReply>;

export interface RequesterOptions {
  readonly url: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly attempts: number;
  /** Read for every request, so a new session's values are used at once. */
  readonly headers: () => Record<string, string>;
  readonly fences: Fences;
  readonly signal: AbortSignal;
}

/** A body that is still arriving. Cancel or read `stream` to its end. */
export interface ByteReply {
  readonly stream: ReadableStream<Uint8Array>;
  readonly sizeBytes: number | null;
  readonly headers: Headers;
}

/** One HTTP request by the contract: URL, body, time-out, retries where safe, errors by code. Holds no state between requests. */
export class Requester {
  readonly #options: RequesterOptions;
  /** Of the requests under way. One listener for all of them: platforms warn of a signal with many. */
  readonly #underWay = new Set<AbortController>();

  constructor(options: RequesterOptions) {
    this.#options = options;
    const { signal } = options;
    const handleAbort = () => {
      for (const request of this.#underWay) request.abort(signal.reason);
    };
    signal.addEventListener('abort', handleAbort, { once: true });
  }

  /** @throws AppError what the server said · ConnectionError when it could not say anything · the signal's reason */
  async request<N extends RouteName>(name: N, ...[input]: RequestArguments<N>): Promise<RouteReply<N>> {
    const route: Route = routes[name];
    const { fences } = this.#options;
    // Its reply says who has control; whether that is this client must be known.
    if (name === 'requestControl' && !fences.knowsViewer) await this.request('session');
    const reply = (await this.#attempt(route, (input ?? {}) as LooseInput, async (response, touch) => {
      if (route.reply === null || response.status === 204) return undefined;
      if (route.reply === 'bytes') return new Uint8Array(await readAll(response, touch));
      return await readJson(response, this.#options.url);
    })) as RouteReply<N>;
    fences.hearReply(name, (input as LooseInput | undefined)?.params?.sandbox, reply);
    return reply;
  }

  /** As `request`, for routes that reply with bytes: resolves when they begin to arrive. */
  async open<N extends RouteName>(name: N, ...[input]: RequestArguments<N>): Promise<ByteReply> {
    return this.#attempt(routes[name], (input ?? {}) as LooseInput, async (response, touch, finish) => {
      const size = response.headers.get('content-length');
      const stream = (response.body ?? new Blob([]).stream()).pipeThrough(watchProgress(touch, finish));
      return { stream, sizeBytes: size === null ? null : Number(size), headers: response.headers };
    });
  }

  async #attempt<T>(route: Route, input: LooseInput, read: ReadReply<T>): Promise<T> {
    const attempts = input.body instanceof ReadableStream ? 1 : (input.attempts ?? this.#options.attempts);
    let lostBefore = false;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(route, input, read);
      } catch (error) {
        if (isDoneByEarlierAttempt(route, error, lostBefore)) return undefined as T;
        if (attempt >= attempts || !mayRetry(route, error)) throw error;
        if (isConnectionError(error) && error.failure === 'lost') lostBefore = true;
        const signal = input.signal ?? this.#options.signal;
        await delay(this.#options.clock, backoffMs(attempt, requestBackoff, this.#options.clock.random), signal);
      }
    }
  }

  async #once<T>(route: Route, input: LooseInput, read: ReadReply<T>): Promise<T> {
    const timeoutMs = input.timeoutMs ?? defaultTimeoutMs(input.body, this.#options.timeoutMs);
    const abort = new AbortController();
    this.#underWay.add(abort);
    const handleAbort = () => abort.abort(input.signal?.reason);
    input.signal?.addEventListener('abort', handleAbort, { once: true });
    for (const signal of [this.#options.signal, input.signal]) if (signal?.aborted) abort.abort(signal.reason);
    let cancelTimer: () => void = () => undefined;
    const touch = () => {
      cancelTimer();
      if (timeoutMs > 0)
        cancelTimer = this.#options.clock.after(timeoutMs, () => abort.abort(timedOut(route, timeoutMs)));
    };
    const finish = () => {
      cancelTimer();
      this.#underWay.delete(abort);
      input.signal?.removeEventListener('abort', handleAbort);
    };
    let streaming = false;
    try {
      touch();
      const response = await this.#send(route, input, abort.signal, touch);
      const replied = await read(response, touch, () => finish());
      streaming = isByteReply(replied);
      return replied;
    } catch (error) {
      if (abort.signal.aborted) throw abort.signal.reason;
      throw error;
    } finally {
      if (!streaming) finish();
    }
  }

  async #send(route: Route, input: LooseInput, signal: AbortSignal, onWaiting: () => void): Promise<FetchReply> {
    const headers: Record<string, string> = {
      accept: 'application/json',
      ...this.#options.headers(),
      ...this.#options.fences.headersFor(route, input.params?.sandbox),
      ...input.headers,
    };
    const init: WaitingInit & { duplex?: 'half' } = {
      onWaiting,
      method: route.method,
      headers,
      signal,
      credentials: 'same-origin',
    };
    if (route.body === 'bytes') {
      headers['content-type'] = 'application/octet-stream';
      init.body = input.body as BodyInit;
      init.duplex = 'half';
    } else if (route.body !== undefined) {
      headers['content-type'] = 'application/json';
      init.body = JSON.stringify(input.body ?? {});
    }
    const url = formatUrl(this.#options.url, route.path, input);
    let response: FetchReply;
    try {
      response = await this.#options.fetch(url, init);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw connectionFailure(error, this.#options.url);
    }
    if (response.ok) return response;
    const text = await response.text().catch(() => '');
    throw parseProblem(parseJson(text), response.status);
  }
}

type ReadReply<T> = (response: FetchReply, touch: () => void, finish: () => void) => Promise<T>;

/** Fills `:name` of the path and appends the query; what is undefined is left out. */
export function formatUrl(base: string, path: string, input: Pick<LooseInput, 'params' | 'query'>): string {
  const filled = path.replace(/:([a-zA-Z]+)/g, (_, name: string) => encodeURIComponent(String(input.params?.[name])));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input.query ?? {}))
    if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  return `${base.replace(/\/+$/, '')}${filled}${text === '' ? '' : `?${text}`}`;
}

// A slow upload is not a dead one: 64 KB/s is the slowest link that is waited for when the size is known.
function defaultTimeoutMs(body: unknown, timeoutMs: number): number {
  if (body instanceof ReadableStream) return 0;
  const sizeBytes = body instanceof Blob ? body.size : body instanceof Uint8Array ? body.byteLength : 0;
  return timeoutMs === 0 ? 0 : timeoutMs + Math.ceil(sizeBytes / 64);
}

function timedOut(route: Route, timeoutMs: number): ConnectionError {
  return new ConnectionError(
    'timeout',
    `${route.method} ${route.path} was not answered within ${timeoutMs} ms. Give a longer timeoutMs, or look whether the server is up.`,
  );
}

const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Only what the platform says with certainty counts as "not sent"; browsers never say. */
function connectionFailure(error: unknown, url: string): ConnectionError {
  const codes = [error, (error as { cause?: unknown }).cause]
    .flatMap((e) => [e, ...((e as { errors?: unknown[] } | undefined)?.errors ?? [])])
    .map((e) => (e as { code?: unknown } | undefined)?.code);
  return codes.some((code) => typeof code === 'string' && NOT_SENT.has(code))
    ? new ConnectionError('refused', `Nothing answers at ${url}. Start the server, or check the URL.`, error)
    : new ConnectionError(
        'lost',
        `The connection to ${url} broke before the answer came. It may or may not have happened.`,
        error,
      );
}

/** A reply that is no JSON is somebody else's mistake; one that breaks off in the middle is a lost connection. */
async function readJson(response: FetchReply, url: string): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw error instanceof SyntaxError ? error : connectionFailure(error, url);
  }
}

async function readAll(response: FetchReply, touch: () => void): Promise<ArrayBuffer> {
  const stream = (response.body ?? new Blob([]).stream()).pipeThrough(watchProgress(touch, () => undefined));
  return new Response(stream).arrayBuffer();
}

function watchProgress(touch: () => void, finish: () => void): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      touch();
      controller.enqueue(chunk);
    },
    flush: finish,
    cancel: finish,
  } as Transformer<Uint8Array, Uint8Array>);
}

function isByteReply(value: unknown): value is ByteReply {
  return typeof value === 'object' && value !== null && 'stream' in value && value.stream instanceof ReadableStream;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
