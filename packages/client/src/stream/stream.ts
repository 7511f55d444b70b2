import {
  AppError,
  type ClientMessage,
  decodeFrame,
  MAX_CHANNELS,
  type ServerMessage,
  type Topic,
} from '@sandglass/protocol';
import type { Clock } from '../clock.ts';
import { ConnectionError } from '../errors.ts';
import type { Fences } from '../fences.ts';
import { Channel, type ChannelHandlers } from './channel.ts';
import { Connection } from './connection.ts';
import type { ConnectionState } from './connectionState.ts';
import type { OpenSocket } from './socket.ts';

export interface StreamOptions {
  /** `ws:` or `wss:` URL of `/v1/stream`. */
  readonly url: string;
  readonly openSocket: OpenSocket;
  readonly headers: () => Record<string, string>;
  readonly clock: Clock;
  readonly reconnectForMs: number;
  readonly fences: Fences;
  readonly diagnose: () => Promise<Error | null>;
}

export interface SubscribeOptions {
  /** The last seq you have; what follows is sent. 0 = from the beginning. */
  readonly resumeFrom?: number | undefined;
  /** Aborting closes the channel. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The policy: one connection while there are channels, none without. Every new connection re-subscribes each channel from its
 * position. When the connection gives up or is refused, the channels end with that error and the next `subscribe` starts anew.
 */
export class Stream {
  readonly #options: StreamOptions;
  readonly #channels = new Map<number, Channel>();
  readonly #listeners = new Set<(state: ConnectionState) => void>();
  #connection: Connection | null = null;
  #state: ConnectionState = { phase: 'closed', error: null };
  #nextId = 1;

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Follows the connection's state; returns what stops it. */
  onState(listener: (state: ConnectionState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @throws AppError limitExceeded above 256 channels */
  subscribe(topic: Topic, handlers: ChannelHandlers, options: SubscribeOptions = {}): Channel {
    options.signal?.throwIfAborted();
    if (this.#channels.size >= MAX_CHANNELS)
      throw new AppError('limitExceeded', `One client follows at most ${MAX_CHANNELS} topics. Close some first.`);
    const { signal } = options;
    const handleAbort = () => channel.close();
    const channel = new Channel(this.#nextId++, topic, {
      handlers,
      resumeFrom: options.resumeFrom,
      host: {
        send: (message: ClientMessage) => this.#connection?.send(message) ?? false,
        fence: () => ('sandbox' in topic ? this.#options.fences.of(topic.sandbox) : undefined),
        after: (delayMs, callback) => this.#options.clock.after(delayMs, callback),
        remove: (ended) => {
          signal?.removeEventListener('abort', handleAbort);
          this.#remove(ended);
        },
      },
    });
    this.#channels.set(channel.id, channel);
    signal?.addEventListener('abort', handleAbort, { once: true });
    if (this.#connection === null) this.#connect();
    else if (this.#state.phase === 'open') channel.subscribe();
    return channel;
  }

  /** Ends a wait early: the network came back, or a person asked. */
  retryNow(): void {
    this.#connection?.retryNow();
  }

  /** Ends every channel and the connection. The stream can be used again afterwards. */
  close(): void {
    for (const channel of [...this.#channels.values()]) channel.close();
    this.#disconnect();
  }

  #connect(): void {
    const connection = new Connection({
      ...this.#options,
      onState: (state) => {
        if (this.#connection === connection) this.#handleState(state);
      },
      onText: (message) => this.#handleText(message as ServerMessage),
      onBytes: (bytes) => this.#handleBytes(bytes),
    });
    this.#connection = connection;
    connection.start();
  }

  #disconnect(): void {
    const connection = this.#connection;
    if (connection === null) return;
    connection.stop();
    this.#connection = null;
  }

  #handleState(state: ConnectionState): void {
    const wasOpen = this.#state.phase === 'open';
    this.#state = state;
    if (state.phase === 'open') for (const channel of [...this.#channels.values()]) channel.subscribe();
    else if (wasOpen) for (const channel of [...this.#channels.values()]) channel.handleLost();
    if (state.phase === 'closed') {
      this.#connection = null;
      const error = state.error ?? new ConnectionError('lost', 'The connection was closed.');
      if (state.error !== null) for (const channel of [...this.#channels.values()]) channel.handleFailed(error);
    }
    for (const listener of [...this.#listeners]) listener(state);
  }

  #handleText(message: ServerMessage): void {
    this.#options.fences.hearMessage(message);
    if ('channel' in message && message.channel !== undefined)
      this.#channels.get(message.channel)?.handleMessage(message);
  }

  #handleBytes(bytes: Uint8Array): void {
    let frame: ReturnType<typeof decodeFrame>;
    try {
      frame = decodeFrame(bytes);
    } catch {
      // A kind this client does not know: a newer server's. The channel's other frames still count.
      return;
    }
    this.#channels.get(frame.channel)?.handleFrame(frame);
  }

  #remove(channel: Channel): void {
    this.#channels.delete(channel.id);
    if (this.#channels.size === 0) this.#disconnect();
  }
}
