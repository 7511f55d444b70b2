import {
  AppError,
  type Exit,
  encodeFrame,
  type FrameKind,
  type Problem,
  type Seq,
  STREAM_VERSION,
  toAppError,
  toProblem,
} from '@sandglass/protocol';
import type { Connection } from './connection.ts';
import type { StreamContext } from './context.ts';
import type { AckMessage, ChannelMessage, EndReason, Follower, InputMessage, Link } from './link.ts';
import { follow, type ParsedTopic } from './topics/follow.ts';

/** One channel of a connection: joins a follower to the socket. opening → open → ended; `ended` is sent once, last. */
export class Channel implements Link {
  readonly topic: ParsedTopic;
  readonly #number: number;
  readonly #connection: Connection;
  #follower: Follower | null = null;
  #stopLooking = () => {};
  #phase: 'opening' | 'open' | 'ended' = 'opening';

  constructor(number: number, topic: ParsedTopic, connection: Connection) {
    this.#number = number;
    this.topic = topic;
    this.#connection = connection;
  }

  async open(resumeFrom: Seq | undefined, context: StreamContext): Promise<void> {
    try {
      const follower = await follow(this, this.topic, resumeFrom, context);
      if (this.isOpen) {
        this.#follower = follower;
        this.#phase = 'open';
        this.#stopLooking = context.presence.see(this.topic, context.principal);
      } else follower.close();
    } catch (error) {
      if (this.isOpen) this.fail(error);
    }
  }

  get caller() {
    return this.#connection.caller;
  }

  get mayInput(): boolean {
    return this.#connection.mayInput;
  }

  get writable(): boolean {
    return this.#connection.writable;
  }

  get isOpen(): boolean {
    return this.#phase !== 'ended';
  }

  send(message: ChannelMessage): void {
    if (this.#refuseAfterEnd()) return;
    this.#connection.sendJson({ v: STREAM_VERSION, channel: this.#number, ...message });
  }

  sendFrame(kind: FrameKind, frame: { seq: number; atUs: number; payload: Uint8Array }): number {
    if (this.#refuseAfterEnd()) return 0;
    const { seq, atUs, payload } = frame;
    this.#connection.sendBytes(encodeFrame({ kind, channel: this.#number, seq, atUs, payload }));
    return payload.length;
  }

  end(reason: EndReason, facts: { seq: number; exit?: Exit; problem?: Problem }): void {
    if (this.#refuseAfterEnd()) return;
    this.#phase = 'ended';
    this.#connection.sendJson({ v: STREAM_VERSION, channel: this.#number, type: 'ended', reason, ...facts });
    this.#connection.forget(this.#number, this);
    this.#stopLooking();
    this.#follower?.close();
  }

  fail(error: unknown): void {
    if (!this.isOpen) return;
    const known = toAppError(error);
    this.#connection.logInternal(known);
    this.end('error', { seq: 0, problem: toProblem(known, this.#connection.id) });
  }

  /** The socket is gone: nobody is there to be told. */
  drop(): void {
    if (!this.isOpen) return;
    this.#phase = 'ended';
    this.#stopLooking();
    this.#follower?.close();
  }

  input(message: InputMessage): void {
    if (!this.mayInput)
      throw new AppError('forbidden', 'This token may only look. Typing and pointing need the role operator.');
    if (!this.#follower?.input) throw new AppError('badRequest', `The topic ${this.topic.kind} takes no input.`);
    this.#follower.input(message);
  }

  track(work: Promise<unknown>, sizeBytes: number): void {
    this.#connection.track(this.#number, work, sizeBytes);
  }

  ack(message: AckMessage): void {
    this.#follower?.ack?.(message);
  }

  drained(): void {
    try {
      this.#follower?.drained();
    } catch (error) {
      if (this.isOpen) this.fail(error);
    }
  }

  #refuseAfterEnd(): boolean {
    if (this.isOpen) return false;
    this.#connection.reportMisuse(`sent on channel ${this.#number} (${this.topic.kind}) after its end`);
    return true;
  }
}
