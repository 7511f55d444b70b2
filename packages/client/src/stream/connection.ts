import { closeCodes, STREAM_VERSION } from '@sandglass/protocol';
import { backoffMs, type Clock } from '../clock.ts';
import { ConnectionError, parseProblem } from '../errors.ts';
import { type ConnectionEvent, type ConnectionState, transition } from './connectionState.ts';
import type { OpenSocket, Socket } from './socket.ts';

/** First retry is nearly at once, for a restarted server; 10 s at most, so a person who looks sees it come back. */
const BACKOFF = { firstMs: 300, mostMs: 10_000 } as const;
/** A quiet connection is asked every 15 s and given 10 s to answer: half-open TCP is noticed within 25 s. */
const PING_EVERY_MS = 15_000;
const PONG_WITHIN_MS = 10_000;
const CONNECT_WITHIN_MS = 10_000;

export interface ConnectionOptions {
  readonly url: string;
  readonly openSocket: OpenSocket;
  readonly headers: () => Record<string, string>;
  readonly clock: Clock;
  /** Give up after being away for so long; Infinity = never. */
  readonly reconnectForMs: number;
  /** Asks over HTTP why the upgrade failed, since a browser does not say. Resolves to an error that ends the connection, or null. */
  readonly diagnose: () => Promise<Error | null>;
  readonly onState: (state: ConnectionState) => void;
  readonly onText: (message: unknown) => void;
  readonly onBytes: (bytes: Uint8Array) => void;
}

/** One WebSocket at a time: opens it, keeps it alive, opens the next with backoff and jitter. Knows nothing of channels. */
export class Connection {
  readonly #options: ConnectionOptions;
  #state: ConnectionState = { phase: 'closed', error: null };
  #socket: Socket | null = null;
  #cancelTimer: () => void = () => undefined;
  #pingId = 0;
  #awaySinceMs: number | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  start(): void {
    this.#awaySinceMs = this.#options.clock.nowMs();
    if (this.#apply({ type: 'start' })) this.#open();
  }

  stop(): void {
    this.#drop(1000);
    this.#apply({ type: 'stop' });
  }

  /** Ends a wait early: the network came back, or a person asked. */
  retryNow(): void {
    if (!this.#apply({ type: 'retry' })) return;
    this.#cancelTimer();
    this.#open();
  }

  /** False when there is no open socket; nothing is queued here. */
  send(message: object): boolean {
    if (this.#state.phase !== 'open' || this.#socket === null) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #open(): void {
    const { clock, openSocket, url, headers } = this.#options;
    let socket: Socket;
    try {
      socket = openSocket(url, headers());
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    this.#cancelTimer = clock.after(CONNECT_WITHIN_MS, () => this.#handleLost(socket, null));
    socket.onopen = () => {
      if (this.#socket !== socket) return;
      this.#awaySinceMs = null;
      this.#watch();
      this.#apply({ type: 'open' });
    };
    socket.onmessage = (event) => {
      if (this.#socket !== socket) return;
      this.#watch();
      this.#handleData(event.data, socket);
    };
    // `close` always follows and carries what is known.
    socket.onerror = () => undefined;
    socket.onclose = (event) => this.#handleClose(socket, event);
  }

  #handleData(data: unknown, socket: Socket): void {
    if (data instanceof ArrayBuffer) this.#options.onBytes(new Uint8Array(data));
    else if (ArrayBuffer.isView(data))
      this.#options.onBytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    else this.#handleText(String(data), socket);
  }

  #handleText(text: string, socket: Socket): void {
    let message: { v?: unknown; type?: unknown; afterMs?: unknown };
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    if (message.v !== STREAM_VERSION) {
      const text = 'The server speaks another version of the stream. Reload the page or update the client.';
      this.#fail(new ConnectionError('lost', text));
    } else if (message.type === 'reconnect') this.#handleLost(socket, Number(message.afterMs) || 0);
    else if (message.type !== 'pong') this.#options.onText(message);
  }

  #handleClose(socket: Socket, event: { code: number; reason: string }): void {
    if (this.#socket !== socket) return;
    const known = Object.entries(closeCodes).find(([, row]) => row.code === event.code);
    if (known !== undefined && !known[1].reconnect) {
      this.#fail(
        parseProblem(
          {
            code: known[0] === 'unauthenticated' || known[0] === 'forbidden' ? known[0] : 'badRequest',
            detail: event.reason || 'The server closed the stream.',
          },
          event.code,
        ),
      );
      return;
    }
    this.#handleLost(socket, null);
  }

  #handleLost(socket: Socket, afterMs: number | null): void {
    if (this.#socket !== socket) return;
    const { clock } = this.#options;
    const wasConnecting = this.#state.phase === 'connecting';
    const attempt = this.#state.phase === 'connecting' ? this.#state.attempt : 1;
    this.#drop(1000);
    const nowMs = clock.nowMs();
    this.#awaySinceMs ??= nowMs;
    if (nowMs - this.#awaySinceMs >= this.#options.reconnectForMs) {
      this.#fail(new ConnectionError('lost', `The server has been away for ${nowMs - this.#awaySinceMs} ms. Gave up.`));
      return;
    }
    const waitMs = (afterMs ?? 0) + backoffMs(attempt, BACKOFF, clock.random);
    if (!this.#apply({ type: 'lost', retryAtMs: nowMs + waitMs })) return;
    this.#cancelTimer = clock.after(waitMs, () => this.retryNow());
    if (wasConnecting) void this.#diagnose();
  }

  async #diagnose(): Promise<void> {
    const error = await this.#options.diagnose().catch(() => null);
    if (error !== null && this.#state.phase !== 'open' && this.#state.phase !== 'closed') this.#fail(error);
  }

  /** Anything that arrives proves life and starts the quiet time anew. */
  #watch(): void {
    const { clock } = this.#options;
    this.#cancelTimer();
    this.#cancelTimer = clock.after(PING_EVERY_MS, () => {
      const socket = this.#socket;
      if (socket === null) return;
      this.send({ type: 'ping', id: ++this.#pingId });
      this.#cancelTimer = clock.after(PONG_WITHIN_MS, () => this.#handleLost(socket, null));
    });
  }

  #fail(error: Error): void {
    this.#drop(1000);
    this.#apply({ type: 'refuse', error });
  }

  /** Lets go of the socket: late events of it are ignored, and a peer that does not say goodbye is not waited for. */
  #drop(code: number): void {
    this.#cancelTimer();
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onopen = null;
    socket.onmessage = null;
    if (socket.terminate === undefined) {
      socket.onclose = null;
      socket.close(code);
      return;
    }
    const cancel = this.#options.clock.after(1_000, () => socket.terminate?.());
    socket.onclose = cancel;
    socket.close(code);
  }

  #apply(event: ConnectionEvent): boolean {
    const next = transition(this.#state, event);
    if (next === this.#state) return false;
    this.#state = next;
    this.#options.onState(next);
    return true;
  }
}
