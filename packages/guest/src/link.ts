/** The guest's connection to the server: dials, says hello, sends what streams hold, dials again for ever. */
import { connect, type Socket } from 'node:net';
import type { GuestHello, GuestMessage, ServerMessage } from '@sandglass/protocol/guest';
import { encodeAck, encodeData, encodeMessage, type Frame, FrameReader } from '@sandglass/protocol/guestFrame';
import { SendBuffer } from '@sandglass/protocol/sendBuffer';

const FIRST_BACKOFF_MS = 20;
const LAST_BACKOFF_MS = 1000;
/** Written to the socket and not yet taken by the kernel; above it streams wait, so that replies are never far behind. */
const SOCKET_HIGH_BYTES = 256 * 1024;

/** Output of one stream that a reader can slow down. */
export class Output {
  readonly key: string;
  readonly buffer = new SendBuffer();
  readonly #link: Link;
  #endAt: number | null = null;
  #onEnd: (() => void) | null = null;
  #onDrain: (() => void) | null = null;

  constructor(link: Link, key: string) {
    this.#link = link;
    this.key = key;
  }

  /** @returns false when the producer must pause until `onDrain`. */
  push(bytes: Uint8Array): boolean {
    this.buffer.push(bytes);
    this.#link.wake(this);
    return this.buffer.size < this.#link.highWaterBytes();
  }

  /** Called each time the buffer has become small again after it was full. */
  set onDrain(listener: () => void) {
    this.#onDrain = listener;
  }

  /** `sent` runs when the last byte has been sent on the present connection, and again after each reconnection. */
  end(sent: () => void): void {
    this.#endAt = this.buffer.end;
    this.#onEnd = sent;
    this.#link.wake(this);
  }

  get ended(): boolean {
    return this.#endAt !== null;
  }

  /** For the link only. */
  acknowledged(offset: number): void {
    const before = this.buffer.size;
    this.buffer.ack(offset);
    const low = this.#link.highWaterBytes() / 2;
    if (before > 0 && this.buffer.size <= low) this.#onDrain?.();
  }

  /** For the link only: everything is sent. */
  idle(): void {
    if (this.#endAt !== null && this.buffer.sent === this.buffer.end) this.#onEnd?.();
  }
}

export interface LinkPeer {
  /** What the server must know to go on; called for each connection. */
  describe(): Pick<GuestHello, 'terminals' | 'execs'>;
  handleMessage(message: ServerMessage): void;
  /** Bytes for an input stream. Their sender waits for `link.ack`. */
  handleData(stream: string, offset: number, bytes: Uint8Array): void;
  handleAck(stream: string, offset: number): void;
  /** Streams that end with a connection are over. */
  handleDisconnect(): void;
}

export interface LinkOptions {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  readonly bootId: string;
  readonly version: number;
  readonly bufferBytes: number;
  readonly totalBufferBytes: number;
}

export class Link {
  readonly #options: LinkOptions;
  readonly #peer: LinkPeer;
  readonly #outputs = new Map<string, Output>();
  readonly #awake = new Set<Output>();
  #secret: string;
  #socket: Socket | null = null;
  #welcomed = false;
  #backoffMs = FIRST_BACKOFF_MS;
  #timer: NodeJS.Timeout | null = null;
  #pumping = false;
  #closed = false;

  constructor(options: LinkOptions, peer: LinkPeer) {
    this.#options = options;
    this.#peer = peer;
    this.#secret = options.secret;
  }

  open(): void {
    this.#dial();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#socket?.destroy();
  }

  get connected(): boolean {
    return this.#welcomed;
  }

  createOutput(key: string): Output {
    const output = new Output(this, key);
    this.#outputs.set(key, output);
    return output;
  }

  dropOutput(key: string): void {
    const output = this.#outputs.get(key);
    if (!output) return;
    this.#outputs.delete(key);
    this.#awake.delete(output);
  }

  findOutput(key: string): Output | undefined {
    return this.#outputs.get(key);
  }

  /** How much one stream may hold now: less for each when many are full. */
  highWaterBytes(): number {
    const share = Math.floor(this.#options.totalBufferBytes / Math.max(1, this.#outputs.size));
    return Math.max(64 * 1024, Math.min(this.#options.bufferBytes, share));
  }

  /** Not sent when there is no connection: whoever needs it said again says it after the next welcome. */
  say(message: GuestMessage | GuestHello): boolean {
    if (!this.#socket || (!this.#welcomed && message.type !== 'hello')) return false;
    this.#socket.write(encodeMessage(message));
    return true;
  }

  ack(stream: string, offset: number): void {
    if (this.#welcomed) this.#socket?.write(encodeAck(stream, offset));
  }

  wake(output: Output): void {
    this.#awake.add(output);
    if (this.#pumping || !this.#welcomed) return;
    this.#pumping = true;
    // One tick later: what one read of a program delivers leaves in one write.
    process.nextTick(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    const socket = this.#socket;
    if (!socket || !this.#welcomed) return;
    socket.cork();
    // Round robin, one frame each: a flood does not hold up another stream's echo.
    while (this.#awake.size > 0 && socket.writableLength < SOCKET_HIGH_BYTES) {
      for (const output of [...this.#awake]) {
        const piece = output.buffer.take();
        if (piece) {
          const [head, body] = encodeData(output.key, piece.offset, piece.bytes);
          socket.write(head);
          socket.write(body);
        } else {
          this.#awake.delete(output);
          output.idle();
        }
      }
    }
    socket.uncork();
  }

  #dial(): void {
    this.#timer = null;
    const socket = connect({ host: this.#options.host, port: this.#options.port, noDelay: true });
    const reader = new FrameReader();
    this.#socket = socket;
    socket.on('connect', () => {
      const { bootId, version } = this.#options;
      this.say({ type: 'hello', version, secret: this.#secret, bootId, ...this.#peer.describe() });
    });
    socket.on('data', (chunk) => {
      try {
        for (const frame of reader.push(chunk)) this.#receive(frame);
      } catch {
        socket.destroy();
      }
    });
    socket.on('drain', () => this.#pump());
    socket.on('error', () => {});
    socket.on('close', () => this.#lose(socket));
  }

  #receive(frame: Frame): void {
    if (frame.type === 'data') {
      this.#peer.handleData(frame.stream, frame.offset, frame.bytes);
    } else if (frame.type === 'ack') {
      const output = this.#outputs.get(frame.stream);
      if (output) {
        output.acknowledged(frame.offset);
        this.wake(output);
      }
      this.#peer.handleAck(frame.stream, frame.offset);
    } else {
      const message = JSON.parse(frame.json) as ServerMessage;
      if (message.type === 'welcome') this.#resume(message);
      this.#peer.handleMessage(message);
    }
  }

  #resume(message: Extract<ServerMessage, { type: 'welcome' }>): void {
    this.#welcomed = true;
    this.#backoffMs = FIRST_BACKOFF_MS;
    if (message.secret !== undefined) this.#secret = message.secret;
    const known = new Map(message.streams.map((s) => [s.stream, s]));
    for (const output of this.#outputs.values()) {
      const said = known.get(output.key);
      if (said && said.shift !== 0) output.buffer.shift(said.shift);
      output.buffer.resume(said?.offset ?? output.buffer.acked);
      output.acknowledged(output.buffer.acked);
      this.wake(output);
    }
  }

  #lose(socket: Socket): void {
    if (this.#socket !== socket) return;
    const wasWelcomed = this.#welcomed;
    this.#socket = null;
    this.#welcomed = false;
    if (wasWelcomed) this.#peer.handleDisconnect();
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.#dial(), this.#backoffMs);
    this.#backoffMs = Math.min(this.#backoffMs * 2, LAST_BACKOFF_MS);
  }
}
