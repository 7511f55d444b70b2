import {
  type AppError,
  type ClientMessage,
  type Exit,
  type Frame,
  frameKind,
  type ServerMessage,
  type Topic,
} from '@sandglass/protocol';
import { parseProblem } from '../errors.ts';

type Message<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;
export type Opened = Message<'opened'>;
/** What arrives as text between `opened` and `ended`. */
export type ChannelMessage = Message<
  | 'event'
  | 'sandboxes'
  | 'sandbox'
  | 'stats'
  | 'presence'
  | 'gate'
  | 'size'
  | 'sizing'
  | 'clipboard'
  | 'cursor'
  | 'miniature'
>;

/** Topics that tell how it is now: there is nothing to resume. */
const momentary: ReadonlySet<Topic['kind']> = new Set(['sandboxes', 'stats', 'presence', 'gate', 'thumbnail']);

/** How a channel ended. `closed`: by us. `error`: the server's AppError, a ConnectionError, or what a handler threw. */
export type ChannelEnd =
  | { readonly reason: 'closed' }
  | { readonly reason: 'sandboxEnded' }
  | { readonly reason: 'exited'; readonly exit: Exit | null }
  | { readonly reason: 'error'; readonly error: Error };

/** Handlers run one after another; the next waits for the promise of the one before, and only what was handled is acknowledged. */
export interface ChannelHandlers {
  /** At every (re)subscription. `resumed` false: forget what you had. */
  readonly onOpened?: (opened: Opened) => void | Promise<void>;
  readonly onMessage?: (message: ChannelMessage) => void | Promise<void>;
  readonly onFrame?: (frame: Frame) => void | Promise<void>;
  /** One message of ours was refused; the channel goes on. Not queued. */
  readonly onRefused?: (error: Error) => void;
  /** The link under the channel broke; it will be resumed. Not queued. */
  readonly onLost?: () => void;
  /** Once, after everything before it was handled. */
  readonly onEnded?: (end: ChannelEnd) => void;
}

type DistributeOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** What may be sent on a channel; the channel number is filled in. */
export type ChannelInput = DistributeOmit<
  Exclude<ClientMessage, { type: 'subscribe' | 'unsubscribe' | 'ack' | 'ping' }>,
  'channel'
>;

/** The rest of the stream as a channel sees it. */
export interface ChannelHost {
  send(message: ClientMessage): boolean;
  /** Of the control that this client has of the topic's sandbox. */
  fence(): number | undefined;
  /** Runs the callback later; returns its cancel. */
  after(delayMs: number, callback: () => void): () => void;
  remove(channel: Channel): void;
}

/** Acks are batched: an eighth of the server's low mark keeps it sending without an ack per frame. */
const ACK_BYTES = 16_384;
const ACK_WITHIN_MS = 25;
/** Sandboxes that are just being adopted after a restart answer again within seconds. */
const RESUBSCRIBE_AFTER_MS = 1_000;

type Item =
  | { readonly kind: 'opened'; readonly opened: Opened }
  | { readonly kind: 'message'; readonly message: ChannelMessage }
  | { readonly kind: 'frame'; readonly frame: Frame; readonly link: number }
  | { readonly kind: 'end'; readonly end: ChannelEnd };

/** One topic followed over however many connections it takes: remembers its position, hands items over in order, acknowledges. */
export class Channel {
  readonly id: number;
  readonly topic: Topic;
  readonly #host: ChannelHost;
  readonly #handlers: ChannelHandlers;
  readonly #queue: Item[] = [];
  #seq: number | undefined;
  #link = 0;
  #opened: Opened | null = null;
  #waiters: { resolve: (opened: Opened) => void; reject: (error: Error) => void }[] = [];
  #draining = false;
  #ended = false;
  #ackedBytes = 0;
  #handledBytes = 0;
  #cancelAck: (() => void) | null = null;
  #cancelResubscribe: (() => void) | null = null;

  constructor(
    id: number,
    topic: Topic,
    options: { host: ChannelHost; handlers: ChannelHandlers; resumeFrom?: number | undefined },
  ) {
    this.id = id;
    this.topic = topic;
    this.#host = options.host;
    this.#handlers = options.handlers;
    this.#seq = options.resumeFrom;
  }

  /** The newest position received; undefined before the first. */
  get seq(): number | undefined {
    return this.#seq;
  }

  /** Null while the channel is not connected. */
  get opened(): Opened | null {
    return this.#opened;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Resolves when the server follows the topic, also again after a reconnect. @throws the error that ended the channel */
  whenOpened(): Promise<Opened> {
    if (this.#opened !== null) return Promise.resolve(this.#opened);
    if (this.#ended) return Promise.reject(new Error('This channel has ended.'));
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /** False when the channel is not connected now: nothing is kept for later, since old keystrokes must not arrive late. */
  send(message: ChannelInput): boolean {
    if (this.#opened === null || this.#ended) return false;
    const fence = this.#host.fence();
    return this.#host.send({
      ...(fence === undefined ? {} : { fence }),
      ...message,
      channel: this.id,
    } as ClientMessage);
  }

  /** Screens only: everything up to this position is drawn. Paces the server. */
  acknowledge(seq: number): void {
    if (this.#opened !== null && !this.#ended) this.#host.send({ type: 'ack', channel: this.id, seq });
  }

  /** Stops following. The terminal, command or sandbox itself is not touched. */
  close(): void {
    if (this.#ended) return;
    this.#host.send({ type: 'unsubscribe', channel: this.id });
    this.#queue.length = 0;
    this.#finish({ reason: 'closed' });
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Called by the stream when a connection is there. */
  subscribe(): void {
    this.#link++;
    this.#ackedBytes = 0;
    this.#handledBytes = 0;
    const resumes = this.#seq !== undefined && !momentary.has(this.topic.kind);
    this.#host.send({
      type: 'subscribe',
      channel: this.id,
      topic: this.topic,
      ...(resumes ? { resumeFrom: this.#seq } : {}),
    });
  }

  /** Called by the stream when the connection broke. */
  handleLost(): void {
    this.#cancelAck?.();
    this.#cancelAck = null;
    this.#cancelResubscribe?.();
    this.#cancelResubscribe = null;
    if (this.#opened === null) return;
    this.#opened = null;
    this.#handlers.onLost?.();
  }

  /** Called by the stream when there will be no further connection. */
  handleFailed(error: Error): void {
    this.#push({ kind: 'end', end: { reason: 'error', error } });
  }

  handleMessage(message: ServerMessage): void {
    switch (message.type) {
      case 'opened':
        if (!message.resumed) this.#seq = undefined;
        this.#opened = message;
        for (const waiter of this.#waiters.splice(0)) waiter.resolve(message);
        this.#push({ kind: 'opened', opened: message });
        break;
      case 'refused':
        this.#handlers.onRefused?.(parseProblem(message.problem, message.problem.status));
        break;
      case 'ended':
        this.#handleEnded(message);
        break;
      case 'pong':
      case 'reconnect':
        break;
      default:
        this.#advance(message.seq);
        this.#push({ kind: 'message', message });
    }
  }

  handleFrame(frame: Frame): void {
    this.#advance(frame.seq);
    this.#push({ kind: 'frame', frame, link: this.#link });
  }

  #handleEnded(message: Message<'ended'>): void {
    switch (message.reason) {
      case 'serverClosing':
        // The connection will close and the next one resumes.
        break;
      case 'exited':
        this.#push({ kind: 'end', end: { reason: 'exited', exit: message.exit ?? null } });
        break;
      case 'error':
        this.#handleError(parseProblem(message.problem ?? null, 500));
        break;
      default:
        this.#push({ kind: 'end', end: { reason: message.reason === 'sandboxEnded' ? 'sandboxEnded' : 'closed' } });
    }
  }

  #handleError(error: AppError): void {
    if (error.code === 'unavailable' || error.code === 'sandboxLost') {
      this.handleLost();
      this.#cancelResubscribe = this.#host.after(RESUBSCRIBE_AFTER_MS, () => this.subscribe());
    } else this.#push({ kind: 'end', end: { reason: 'error', error } });
  }

  #advance(seq: number): void {
    if (this.#seq === undefined || seq > this.#seq) this.#seq = seq;
  }

  #push(item: Item): void {
    if (this.#ended) return;
    this.#queue.push(item);
    if (!this.#draining) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#draining = true;
    try {
      for (let item = this.#queue.shift(); item !== undefined && !this.#ended; item = this.#queue.shift()) {
        // Awaiting only real promises keeps a synchronous handler in the task that received the bytes.
        const handled = this.#handle(item);
        if (handled !== undefined) await handled;
        if (item.kind === 'frame') this.#acknowledge(item.frame, item.link);
      }
    } catch (error) {
      this.#host.send({ type: 'unsubscribe', channel: this.id });
      this.#finish({ reason: 'error', error: error instanceof Error ? error : new Error(String(error)) });
    } finally {
      this.#draining = false;
    }
  }

  #handle(item: Item): void | Promise<void> {
    switch (item.kind) {
      case 'opened':
        return this.#handlers.onOpened?.(item.opened);
      case 'message':
        return this.#handlers.onMessage?.(item.message);
      case 'frame':
        return this.#handlers.onFrame?.(item.frame);
      case 'end':
        return this.#finish(item.end);
    }
  }

  /** Bytes of an earlier connection are not counted: the server began to count anew. */
  #acknowledge(frame: Frame, link: number): void {
    if (link !== this.#link || this.#opened === null || this.#ended) return;
    // A picture is acknowledged when it is drawn, which decodes in parallel: its viewer says so by `acknowledge`.
    // A thumbnail is not waited for: its server skips by itself.
    if (frame.kind === frameKind.screen || frame.kind === frameKind.thumbnail) return;
    this.#handledBytes += frame.payload.length;
    if (this.#handledBytes - this.#ackedBytes >= ACK_BYTES) this.#sendAck();
    else this.#cancelAck ??= this.#host.after(ACK_WITHIN_MS, () => this.#sendAck());
  }

  #sendAck(): void {
    this.#cancelAck?.();
    this.#cancelAck = null;
    this.#ackedBytes = this.#handledBytes;
    this.#host.send({ type: 'ack', channel: this.id, bytes: this.#handledBytes });
  }

  #finish(end: ChannelEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#opened = null;
    this.#cancelAck?.();
    this.#cancelResubscribe?.();
    const error = end.reason === 'error' ? end.error : new Error(`The channel has ended (${end.reason}).`);
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
    this.#host.remove(this);
    this.#handlers.onEnded?.(end);
  }
}
