import {
  type CreateSandbox,
  isAppError,
  type RouteName,
  type RouteReply,
  routes,
  type Sandbox as SandboxResource,
  type System,
  type Terminal as TerminalResource,
} from '@sandglass/protocol';
import { type Clock, systemClock } from './clock.ts';
import { Fences } from './fences.ts';
import { LONG_TIMEOUT_MS, Sandbox } from './handles/sandbox.ts';
import { Terminal } from './handles/terminal.ts';
import type { LooseInput, RequestArguments, RequestInput, RequestOptions } from './http/input.ts';
import { type ByteReply, type Fetch, formatUrl, Requester } from './http/requester.ts';
import type { ChannelEnd } from './stream/channel.ts';
import { type OpenSocket, openPlatformSocket } from './stream/socket.ts';
import { Stream, type SubscribeOptions } from './stream/stream.ts';

export interface SandglassOptions {
  /** Where the server is, e.g. `http://127.0.0.1:4700`. In the console's own page: `location.origin`. */
  readonly url: string;
  /** Sent as `Authorization: Bearer`. In a browser leave it out: the page's cookie says who you are. */
  readonly token?: string | undefined;
  readonly fetch?: Fetch | undefined;
  readonly openSocket?: OpenSocket | undefined;
  /** Runs once, when the client has been closed: for connections that `fetch` keeps. */
  readonly onClose?: (() => void) | undefined;
  /** How long one attempt of a request may take; default 30 000. 0 = for ever. */
  readonly timeoutMs?: number | undefined;
  /** Attempts in all for what may safely be repeated; default 3. */
  readonly attempts?: number | undefined;
  /** How long streams try to come back before they end with a ConnectionError; default 120 000. */
  readonly reconnectForMs?: number | undefined;
  /** More headers, read for every request. */
  readonly headers?: (() => Record<string, string>) | undefined;
  /** Aborting ends every request and stream of this client. */
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
}

export type SandboxesQuery = NonNullable<RequestInput<'sandboxes'>['query']>;

/** The way in. Opens nothing until it is asked to; one socket for all its streams, closed after the last of them. */
export class Sandglass {
  readonly url: string;
  /** Topics over one WebSocket; the handles use it, the console too. */
  readonly stream: Stream;
  /** Since when this client has control of which sandbox: known by itself, and sent with all that it does there. */
  readonly fences = new Fences();
  readonly sandboxes: {
    create(body?: CreateSandbox, options?: RequestOptions): Promise<Sandbox>;
    get(id: SandboxResource['id'] | string, options?: RequestOptions): Promise<Sandbox>;
    /** One page, newest first. */
    list(query?: SandboxesQuery, options?: RequestOptions): Promise<{ items: Sandbox[]; next: string | null }>;
    /** The whole list now and every change after it. Returns what stops it. */
    watch(
      handlers: {
        onList(sandboxes: SandboxResource[]): void;
        onChange(sandbox: SandboxResource): void;
        onEnded?(end: ChannelEnd): void;
      },
      options?: SubscribeOptions,
    ): () => void;
  };

  readonly #requester: Requester;
  /** A cookie alone may not change anything; the session's reply carries what must go with it. */
  #csrf: string | null = null;
  readonly #abort = new AbortController();

  constructor(options: SandglassOptions) {
    this.url = options.url.replace(/\/+$/, '');
    const clock = options.clock ?? systemClock;
    const headers = () => ({
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      ...(this.#csrf === null ? {} : { 'x-sandglass-csrf': this.#csrf }),
      ...options.headers?.(),
    });
    const { onClose } = options;
    if (onClose) this.#abort.signal.addEventListener('abort', () => onClose(), { once: true });
    // A detached `fetch` throws "Illegal invocation" in browsers.
    const fetch: Fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    const timeoutMs = options.timeoutMs ?? 30_000;
    const requester = new Requester({
      url: this.url,
      fetch,
      clock,
      timeoutMs,
      attempts: options.attempts ?? 3,
      headers,
      fences: this.fences,
      signal: this.#abort.signal,
    });
    const stream = new Stream({
      url: `${this.url.replace(/^http/, 'ws')}/v1/stream`,
      openSocket: options.openSocket ?? openPlatformSocket,
      headers,
      clock,
      reconnectForMs: options.reconnectForMs ?? 120_000,
      fences: this.fences,
      diagnose: async () => {
        try {
          await requester.request('session', { attempts: 1 });
          return null;
        } catch (error) {
          return isAppError(error) && (error.code === 'unauthenticated' || error.code === 'forbidden') ? error : null;
        }
      },
    });
    this.#requester = requester;
    this.stream = stream;
    this.sandboxes = {
      create: async (body = {}, request) =>
        new Sandbox(await requester.request('createSandbox', { body, timeoutMs: LONG_TIMEOUT_MS, ...request }), {
          requester,
          stream,
          killOnDispose: true,
        }),
      get: async (id, request) =>
        new Sandbox(await requester.request('sandbox', { params: { sandbox: id }, ...request }), {
          requester,
          stream,
          killOnDispose: false,
        }),
      list: async (query = {}, request) => {
        const page = await requester.request('sandboxes', { query, ...request });
        return {
          items: page.items.map((info) => new Sandbox(info, { requester, stream, killOnDispose: false })),
          next: page.next,
        };
      },
      watch: (handlers, request) => {
        const channel = stream.subscribe(
          { kind: 'sandboxes' },
          {
            onMessage: (message) => {
              if (message.type === 'sandboxes') handlers.onList(message.sandboxes);
              else if (message.type === 'sandbox') handlers.onChange(message.sandbox);
            },
            onEnded: (end) => handlers.onEnded?.(end),
          },
          request,
        );
        return () => channel.close();
      },
    };
    options.signal?.addEventListener('abort', () => this.close(options.signal?.reason), {
      once: true,
      signal: this.#abort.signal,
    });
    if (options.signal?.aborted) this.close(options.signal.reason);
  }

  /** Any route of the contract by its name. @throws AppError · ConnectionError · the signal's reason */
  async request<N extends RouteName>(name: N, ...input: RequestArguments<N>): Promise<RouteReply<N>> {
    const reply = await this.#requester.request(name, ...input);
    if (name === 'session' || name === 'openSession') this.#csrf = (reply as RouteReply<'session'>).csrf;
    if (name === 'closeSession') this.#csrf = null;
    return reply;
  }

  /** As `request`, for routes that reply with bytes: resolves when they begin to arrive. */
  open<N extends RouteName>(name: N, ...input: RequestArguments<N>): Promise<ByteReply> {
    return this.#requester.open(name, ...input);
  }

  /** The address of a route, for links and downloads that the browser itself follows (with its cookie). */
  urlOf<N extends RouteName>(name: N, input: Pick<RequestInput<N>, 'params' | 'query'>): string {
    return formatUrl(this.url, routes[name].path, input as LooseInput);
  }

  /** A sandbox resource you already have, as a handle. Its disposal kills nothing. */
  handle(info: SandboxResource): Sandbox {
    return new Sandbox(info, { requester: this.#requester, stream: this.stream, killOnDispose: false });
  }

  /** The same for a terminal. */
  terminal(info: TerminalResource): Terminal {
    return new Terminal(info, this.#requester, this.stream);
  }

  system(options: RequestOptions = {}): Promise<System> {
    return this.request('system', options);
  }

  /** Ends every request and stream. Sandboxes go on. */
  close(reason: unknown = new Error('The client was closed.')): void {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort(reason);
    this.stream.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}
