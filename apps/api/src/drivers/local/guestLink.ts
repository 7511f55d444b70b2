/**
 * The server's end of a guest: the listener in the sandbox's network, and the one connection that knows the secret. Whoever
 * else in the sandbox connects is dropped; a newer connection with the secret replaces the older one.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Server, Socket } from 'node:net';
import { AppError } from '@sandglass/protocol';
import {
  encodeAck,
  encodeData,
  encodeMessage,
  type Frame,
  FrameError,
  FrameReader,
  GuestHello,
  GuestMessage,
  type GuestOp,
  type GuestOps,
  guestProtocolVersion,
  type ServerMessage,
} from '@sandglass/protocol/guest';
import type { SandboxSink } from '../../sandboxes/driver.ts';
import { GuestInputs } from './guestInputs.ts';
import { GuestOutputs } from './guestOutputs.ts';
import { GuestRequests } from './guestRequests.ts';
import { GuestTransfers } from './guestTransfers.ts';

/** Strangers may connect too: few at a time, small words, little time. */
const MOST_STRANGERS = 8;
const HELLO_LIMIT_BYTES = 2 * 1024 * 1024;
const HELLO_TIMEOUT_MS = 5_000;
/** The guest dials again within a second; after this long it is gone for good. */
const GONE_AFTER_MS = 15_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** What the socket holds before uploads wait for it. */
const SOCKET_HIGH_BYTES = 4 * 1024 * 1024;

export interface GuestLinkOptions {
  readonly secret: string;
  /** A restored memory image still has the secret of the sandbox it was taken from; it is given the new one. */
  readonly inheritedSecret?: string;
  /** The guest has not been heard of for too long. */
  readonly onGone: () => void;
}

export class GuestLink {
  readonly requests: GuestRequests;
  readonly outputs: GuestOutputs;
  readonly inputs: GuestInputs;
  readonly transfers: GuestTransfers;
  readonly #options: GuestLinkOptions;
  readonly #strangers = new Set<Socket>();
  #inherited: string | undefined;
  #sink: SandboxSink | null = null;
  #server: Server | null = null;
  #socket: Socket | null = null;
  #arrivals: { resolve(): void; reject(error: AppError): void }[] = [];
  #goneTimer: NodeJS.Timeout | null = null;
  #paused = false;
  #closedWith: AppError | null = null;

  constructor(options: GuestLinkOptions) {
    this.#options = options;
    this.#inherited = options.inheritedSecret;
    this.requests = new GuestRequests((message) => this.#say(message));
    this.outputs = new GuestOutputs({
      sink: () => this.#sink,
      acknowledge: (stream, offset) => void this.#write(encodeAck(stream, offset)),
      forget: (id) => void this.#say({ type: 'forget', id }),
    });
    const sender = {
      data: (stream: string, offset: number, bytes: Uint8Array) => {
        const [head, body] = encodeData(stream, offset, bytes);
        return this.#write(head) && this.#write(body);
      },
      ack: (stream: string, offset: number) => void this.#write(encodeAck(stream, offset)),
      end: (stream: string, offset: number) => this.#say({ type: 'end', stream, offset }),
      cancel: (stream: string) => void this.#say({ type: 'cancel', stream }),
    };
    this.inputs = new GuestInputs(sender);
    this.transfers = new GuestTransfers(sender);
  }

  get connected(): boolean {
    return this.#socket !== null;
  }

  /** Output goes there from now on. */
  set sink(sink: SandboxSink | null) {
    this.#sink = sink;
  }

  /** Takes the listener over; it is closed with the link. */
  attach(server: Server): void {
    this.#server?.close();
    this.#server = server;
    if (this.#closedWith) server.close();
    server.on('connection', (socket) => this.#meet(socket));
    server.on('error', () => {});
    this.#expect();
  }

  /** @throws AppError sandboxLost when the guest does not come in time. */
  async arrival(timeoutMs: number): Promise<void> {
    if (this.#closedWith) throw this.#closedWith;
    if (this.#socket) return;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#arrivals.push({ resolve, reject });
        timer = setTimeout(
          () => reject(new AppError('sandboxLost', 'The sandbox started, but its guest did not report in time.')),
          timeoutMs,
        );
      });
    } finally {
      clearTimeout(timer);
    }
  }

  ask<O extends GuestOp>(
    op: O,
    args: GuestOps[O][0],
    timeoutMs: number | null = REQUEST_TIMEOUT_MS,
  ): Promise<GuestOps[O][1]> {
    if (this.#closedWith) return Promise.reject(this.#closedWith);
    return this.requests.ask(op, args, timeoutMs);
  }

  /** The sandbox stands still: nobody is expected to answer. */
  pause(): void {
    this.#paused = true;
    this.outputs.acknowledgesAtOnce = true;
    this.requests.pause();
    this.#stopExpecting();
  }

  resume(): void {
    this.#paused = false;
    this.outputs.acknowledgesAtOnce = false;
    this.requests.resume();
    if (!this.#socket) this.#expect();
  }

  /** Ends the connection, not the sandbox. Everything under way fails with `error`. */
  close(error = new AppError('gone', 'The sandbox has ended.')): void {
    if (this.#closedWith) return;
    this.#closedWith = error;
    this.#stopExpecting();
    this.#server?.close();
    for (const stranger of this.#strangers) stranger.destroy();
    const socket = this.#socket;
    this.#socket = null;
    socket?.destroy();
    for (const { reject } of this.#arrivals.splice(0)) reject(error);
    this.requests.failAll(error);
    this.transfers.failAll(error);
    this.inputs.closeAll();
    this.#sink = null;
  }

  #meet(socket: Socket): void {
    socket.on('error', () => {});
    if (this.#closedWith || this.#strangers.size >= MOST_STRANGERS) {
      socket.destroy();
      return;
    }
    this.#strangers.add(socket);
    socket.setNoDelay(true);
    const timer = setTimeout(() => socket.destroy(), HELLO_TIMEOUT_MS);
    let reader = new FrameReader(HELLO_LIMIT_BYTES);
    const forget = () => {
      clearTimeout(timer);
      this.#strangers.delete(socket);
    };
    socket.on('close', () => {
      forget();
      this.#lose(socket);
    });
    socket.on('data', (chunk) => {
      try {
        for (const frame of reader.push(chunk)) {
          if (socket.destroyed) return;
          if (this.#socket === socket) {
            this.#receive(frame);
            continue;
          }
          // Nothing is sent before the welcome, so no byte of a later frame is in this reader.
          this.#admit(socket, frame);
          forget();
          reader = new FrameReader();
          return;
        }
      } catch {
        socket.destroy();
      }
    });
  }

  /** @throws when it is not our guest. */
  #admit(socket: Socket, frame: Frame): void {
    if (frame.type !== 'message') throw new FrameError('The first frame must be a hello.');
    const said: unknown = JSON.parse(frame.json);
    const secret = (said as { secret?: unknown } | null)?.secret;
    const inherited = this.#inherited !== undefined && isSame(secret, this.#inherited);
    if (!inherited && !isSame(secret, this.#options.secret)) throw new FrameError('A wrong secret.');
    const hello = GuestHello.parse(said);
    if (hello.version !== guestProtocolVersion) throw new FrameError(`Guest protocol ${hello.version} is not ours.`);
    const older = this.#socket;
    this.#socket = null;
    older?.destroy();
    if (older) this.#interrupted();
    this.#stopExpecting();
    const { starting } = this.requests;
    const streams = this.outputs.adopt(hello, starting, inherited);
    this.#socket = socket;
    this.#say({ type: 'welcome', streams, ...(inherited ? { secret: this.#options.secret } : {}) });
    if (inherited) this.#inherited = undefined;
    this.inputs.adopt(hello, starting);
    this.requests.repeat();
    for (const { resolve } of this.#arrivals.splice(0)) resolve();
  }

  #receive(frame: Frame): void {
    if (frame.type === 'data') {
      if (frame.stream.startsWith('r/')) this.transfers.receive(frame.stream, frame.offset, frame.bytes);
      else this.outputs.receive(frame.stream, frame.offset, frame.bytes);
    } else if (frame.type === 'ack') {
      if (frame.stream.startsWith('w/')) this.transfers.acknowledged(frame.stream, frame.offset);
      else this.inputs.acknowledged(frame.stream, frame.offset);
    } else {
      this.#understand(GuestMessage.parse(JSON.parse(frame.json)));
    }
  }

  #understand(message: GuestMessage): void {
    if (message.type === 'reply') {
      this.requests.answer(message.id, message.result);
    } else if (message.type === 'error') {
      this.requests.refuse(message.id, new AppError(message.code, message.message));
    } else if (message.type === 'end') {
      this.transfers.ended(message.stream);
    } else if (message.type === 'failed') {
      this.transfers.failed(message.stream, new AppError(message.code, message.message));
    } else if (message.type === 'terminalExited') {
      this.inputs.close(message.terminal);
      this.outputs.terminalExited(message.terminal, message.exit);
    } else if (message.type === 'execExited') {
      this.inputs.close(`${message.exec}/0`);
      this.outputs.execExited(message.exec, message.exit, message.timedOut);
    } else if (message.type === 'windows') {
      this.#sink?.windowsSeen({ windows: message.windows, active: message.active });
    } else if (message.type === 'pointer') {
      this.#sink?.pointerSeen({ x: message.x, y: message.y, buttons: message.buttons });
    } else {
      this.#sink?.fileChanges(
        message.changes.map(({ to, ...change }) => (to === undefined ? change : { ...change, to })),
        message.dropped,
      );
    }
  }

  #lose(socket: Socket): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.#interrupted();
    this.#expect();
  }

  #interrupted(): void {
    this.requests.disconnected();
    this.transfers.failAll(new AppError('sandboxLost', 'The connection to the sandbox was interrupted. Try again.'));
  }

  #expect(): void {
    if (this.#paused || this.#closedWith || this.#goneTimer) return;
    this.#goneTimer = setTimeout(() => this.#options.onGone(), GONE_AFTER_MS);
  }

  #stopExpecting(): void {
    if (this.#goneTimer) clearTimeout(this.#goneTimer);
    this.#goneTimer = null;
  }

  #say(message: ServerMessage): boolean {
    return this.#write(encodeMessage(message));
  }

  #write(bytes: Uint8Array): boolean {
    const socket = this.#socket;
    if (!socket) return false;
    socket.write(bytes);
    // A guest that reads nothing must not fill our memory: windows bound honest traffic far below this.
    if (socket.writableLength > 16 * SOCKET_HIGH_BYTES) socket.destroy();
    return true;
  }
}

function isSame(said: unknown, secret: string): boolean {
  if (typeof said !== 'string') return false;
  const ours = Buffer.from(secret);
  const theirs = Buffer.from(said);
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
}
