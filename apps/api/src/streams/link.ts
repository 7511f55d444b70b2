import type { ClientMessage, Exit, FrameKind, Problem, ServerMessage } from '@sandglass/protocol';
import type { z } from 'zod';
import type { Caller } from '../services.ts';

type Enveloped = Extract<ServerMessage, { channel: number; seq: number }>;
type Bare<T> = T extends unknown ? Omit<T, 'v' | 'channel'> : never;
/** A message of a channel without what the link adds. */
export type ChannelMessage = Bare<Exclude<Enveloped, { type: 'ended' | 'refused' }>>;
export type EndReason = Extract<ServerMessage, { type: 'ended' }>['reason'];
export type ParsedClientMessage = z.output<typeof import('@sandglass/protocol').ClientMessage>;
export type InputMessage = Extract<
  ParsedClientMessage,
  { type: 'terminalInput' | 'terminalResize' | 'stdin' | 'pointer' | 'key' | 'clipboard' | 'screenResize' }
>;
export type AckMessage = Extract<ClientMessage, { type: 'ack' }>;

/** Who sends this message, with the fence of the control that they believe to have. */
export const withFence = (caller: Caller, { fence }: InputMessage): Caller =>
  fence === undefined ? caller : { ...caller, fence };

/** What a follower may do with its channel. After `ended` was sent nothing may be. */
export interface Link {
  readonly caller: Caller;
  /** Its token has the role of operator and is not expired. */
  readonly mayInput: boolean;
  /** False while the socket holds more than it should: wait for `drained`. */
  readonly writable: boolean;
  readonly isOpen: boolean;
  send(message: ChannelMessage): void;
  /** Returns the payload's size. The payload may be reused by its owner afterwards. */
  sendFrame(kind: FrameKind, frame: { seq: number; atUs: number; payload: Uint8Array }): number;
  /** Sends `ended` and closes the follower. */
  end(reason: EndReason, facts: { seq: number; exit?: Exit; problem?: Problem }): void;
  /** Ends the channel with an error: its source failed. */
  fail(error: unknown): void;
  /** Work that an input message began: its errors are told as `refused`, its size holds back further input. */
  track(work: Promise<unknown>, sizeBytes: number): void;
}

/** What feeds one channel. Made by the open… function of its topic. */
export interface Follower {
  /** Throws AppError: it is told as `refused`. Only called when `mayInput`. */
  input?(message: InputMessage): void;
  ack?(message: AckMessage): void;
  /** The socket has room again. */
  drained(): void;
  close(): void;
}
