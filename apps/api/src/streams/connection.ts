import {
  AppError,
  ClientMessage,
  closeCodes,
  MAX_CHANNELS,
  type ServerMessage,
  STREAM_VERSION,
  toAppError,
  toProblem,
} from '@sandglass/protocol';
import type { FastifyBaseLogger } from 'fastify';
import type { WebSocket } from 'ws';
import { callerOf, checkScope } from '../http/authenticate.ts';
import { invalid } from '../http/problems.ts';
import type { Principal } from '../identity/identity.ts';
import { includesRole, isExpired } from '../identity/roles.ts';
import type { Caller } from '../services.ts';
import { Channel } from './channel.ts';
import type { StreamContext } from './context.ts';
import type { ParsedClientMessage } from './link.ts';

/** What one socket may hold unsent: enough for two full channels; past it every follower waits for `drained`. */
const SOCKET_HIGH_BYTES = 1_048_576;
const SOCKET_LOW_BYTES = 262_144;
/** Screens do not wait but skip; a socket that holds this much of them is not being read at all. */
const SOCKET_MAX_BYTES = 33_554_432;
/** Input that sandboxes have not taken yet; past it the socket is not read further. */
const INPUT_HIGH_BYTES = 1_048_576;
/** Silence after which the other side counts as dead. */
const DEAD_AFTER_MS = 30_000;

export interface ConnectionOptions {
  readonly id: string;
  readonly socket: WebSocket;
  readonly context: StreamContext;
  readonly logger: FastifyBaseLogger;
  readonly strict: boolean;
  readonly now: () => number;
  readonly onBytes: (count: number) => void;
  readonly onClose: () => void;
}

/** One viewer's socket: reads its messages, checks each, and hands it to a channel. */
export class Connection {
  readonly id: string;
  readonly caller: Caller;
  readonly #options: ConnectionOptions;
  readonly #socket: WebSocket;
  readonly #channels = new Map<number, Channel>();
  #congested = false;
  #inputBytes = 0;
  #lastHeardMs: number;

  constructor(options: ConnectionOptions) {
    this.id = options.id;
    this.caller = callerOf(options.context.principal);
    this.#options = options;
    this.#socket = options.socket;
    this.#lastHeardMs = options.now();
    const socket = options.socket;
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#handleMessage(data, isBinary));
    socket.on('pong', () => this.#heard());
    // A frame above the limit or not WebSocket at all: ws closes with 1009 or 1002 by itself.
    socket.on('error', (error) => {
      const { code } = error as NodeJS.ErrnoException;
      options.logger.info({ code, connection: this.id }, `a stream socket failed: ${error.message}`);
    });
    socket.on('close', () => this.#handleClose());
  }

  get principal(): Principal {
    return this.#options.context.principal;
  }

  get channels(): Iterable<Channel> {
    return this.#channels.values();
  }

  get mayInput(): boolean {
    const { token } = this.principal;
    return includesRole(token.role, 'operator') && !isExpired(token, this.#options.now());
  }

  get writable(): boolean {
    if (this.#socket.bufferedAmount >= SOCKET_HIGH_BYTES) this.#congested = true;
    return !this.#congested;
  }

  sendJson(message: ServerMessage): void {
    this.#send(JSON.stringify(message));
  }

  sendBytes(bytes: Uint8Array): void {
    this.#send(bytes);
  }

  /** Pings, and ends what is dead or no longer allowed. Called by the hub every few seconds. */
  beat(): void {
    const nowMs = this.#options.now();
    if (isExpired(this.principal.token, nowMs)) this.close('unauthenticated', 'the token has expired');
    else if (nowMs - this.#lastHeardMs > DEAD_AFTER_MS) this.#socket.terminate();
    else if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  close(why: keyof typeof closeCodes, reason: string): void {
    this.#dropChannels();
    this.#socket.close(closeCodes[why].code, reason);
  }

  /** The server goes: channels end, the viewer is told when to come back. */
  leave(afterMs: number): void {
    this.sendJson({ v: STREAM_VERSION, type: 'reconnect', afterMs });
    for (const channel of [...this.#channels.values()]) channel.end('serverClosing', { seq: 0 });
    this.#socket.close(closeCodes.goingAway.code, 'the server is closing');
  }

  terminate(): void {
    this.#socket.terminate();
  }

  forget(number: number, channel: Channel): void {
    if (this.#channels.get(number) === channel) this.#channels.delete(number);
  }

  track(channel: number, work: Promise<unknown>, sizeBytes: number): void {
    this.#inputBytes += sizeBytes;
    if (this.#inputBytes > INPUT_HIGH_BYTES) this.#socket.pause();
    const settle = () => {
      this.#inputBytes -= sizeBytes;
      if (this.#inputBytes <= INPUT_HIGH_BYTES && this.#socket.isPaused) this.#socket.resume();
    };
    work.then(settle, (error: unknown) => {
      settle();
      this.#refuse(error, channel);
    });
  }

  logInternal(error: AppError): void {
    if (error.code === 'internal')
      this.#options.logger.error({ err: error.cause ?? error, connection: this.id }, 'stream failed');
  }

  reportMisuse(what: string): void {
    if (this.#options.strict) throw new Error(`stream misuse: ${what}`);
    this.#options.logger.error({ connection: this.id }, `stream misuse: ${what}`);
  }

  #send(data: string | Uint8Array): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#options.onBytes(data.length);
    this.#socket.send(data, () => this.#handleSent());
    if (this.#socket.bufferedAmount > SOCKET_MAX_BYTES) this.close('slow', 'the viewer does not read');
  }

  #handleSent(): void {
    if (!this.#congested || this.#socket.bufferedAmount > SOCKET_LOW_BYTES) return;
    this.#congested = false;
    for (const channel of [...this.#channels.values()]) channel.drained();
  }

  #heard(): void {
    this.#lastHeardMs = this.#options.now();
  }

  #handleMessage(data: Buffer, isBinary: boolean): void {
    this.#heard();
    const value = isBinary ? undefined : parseJson(data);
    if (value === undefined) {
      this.close('protocolError', 'messages are JSON objects in text frames');
      return;
    }
    const channel = numberIn(value);
    try {
      const result = ClientMessage.safeParse(value);
      if (!result.success) throw invalid('message', result.error);
      if (isExpired(this.principal.token, this.#options.now())) this.close('unauthenticated', 'the token has expired');
      else this.#handle(result.data);
    } catch (error) {
      this.#refuse(error, channel);
    }
  }

  #handle(message: ParsedClientMessage): void {
    if (message.type === 'ping') this.sendJson({ v: STREAM_VERSION, type: 'pong', id: message.id });
    else if (message.type === 'subscribe') this.#subscribe(message);
    else {
      const channel = this.#channels.get(message.channel);
      // What is not input may cross the channel's end on its way: nothing to complain about.
      if (message.type === 'unsubscribe') channel?.end('unsubscribed', { seq: 0 });
      else if (message.type === 'ack') channel?.ack(message);
      else if (channel) channel.input(message);
      else throw new AppError('notFound', `Channel ${message.channel} is not open. Subscribe first.`);
    }
  }

  #subscribe(message: Extract<ParsedClientMessage, { type: 'subscribe' }>): void {
    if (this.#channels.has(message.channel))
      throw new AppError('alreadyExists', `Channel ${message.channel} is in use. Take another number.`);
    if (this.#channels.size >= MAX_CHANNELS)
      throw new AppError('limitExceeded', `A connection has at most ${MAX_CHANNELS} channels. Unsubscribe from some.`);
    const channel = new Channel(message.channel, message.topic, this);
    this.#channels.set(message.channel, channel);
    try {
      const sandbox = 'sandbox' in message.topic ? message.topic.sandbox : undefined;
      checkScope(this.principal, sandbox);
      // A wall that somebody left open keeps nothing awake.
      const isLooked = sandbox !== undefined && message.topic.kind !== 'thumbnail';
      if (isLooked) this.#options.context.services.sandboxes.touch(sandbox);
    } catch (error) {
      channel.fail(error);
    }
    if (channel.isOpen) void channel.open(message.resumeFrom, this.#options.context);
  }

  #refuse(error: unknown, channel: number | undefined): void {
    const known = toAppError(error);
    this.logInternal(known);
    const problem = toProblem(known, this.id);
    this.sendJson({ v: STREAM_VERSION, type: 'refused', ...(channel === undefined ? {} : { channel }), problem });
  }

  #handleClose(): void {
    this.#dropChannels();
    this.#options.onClose();
  }

  #dropChannels(): void {
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    for (const channel of channels) channel.drop();
  }
}

/** Of the socket itself: the other side broke the protocol or went away. */
export function isSocketError(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' && /^(WS_ERR_|E[A-Z]+$)/.test(code);
}

/** Undefined unless it is a JSON object. */
function parseJson(data: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(data.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function numberIn(value: object): number | undefined {
  const channel = 'channel' in value ? value.channel : undefined;
  return Number.isInteger(channel) && (channel as number) > 0 && (channel as number) <= 0x7fff_ffff
    ? (channel as number)
    : undefined;
}
