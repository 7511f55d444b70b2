/**
 * One WebSocket (`/v1/stream`), many channels. The client numbers its channels; a channel follows one topic.
 *
 * Text frames are JSON, one object each; binary frames carry heavy bytes (see `encodeFrame`). Every data frame has the seq of
 * the log it comes from. `resumeFrom` is the last seq the client has; the server sends what follows, or, when that is no longer
 * cheap, a snapshot first (`opened.resumed` false). Every channel ends with one `ended` frame that says how.
 *
 * Flow control: the client acknowledges what it has drawn (`ack`); the server keeps at most `flow.highBytes` unacknowledged per
 * channel and goes on below `flow.lowBytes`. Terminals and execs never lose a byte; screens skip ahead by their live set.
 */
import { z } from 'zod';
import { Problem } from './errors.ts';
import { LogEvent } from './event.ts';
import { Gate } from './gate.ts';
import { ExecId, SandboxId, Seq, TerminalId } from './ids.ts';
import { Exit } from './machine.ts';
import { PointerMark } from './pointer.ts';
import { Viewer } from './presence.ts';
import { Sandbox, Stats } from './sandbox.ts';
import { getUint48, setUint48 } from './screen.ts';
import { Miniature } from './thumbnail.ts';

export const STREAM_VERSION = 1;
/** Largest frame a client may send: a clipboard or a paste. Larger = close 1009. */
export const MAX_CLIENT_FRAME_BYTES = 1_048_576;
/** A wall on a large screen shows some ninety sandboxes, two channels each. */
export const MAX_CHANNELS = 256;
/** 512 KB fills a fast terminal for ~50 ms, long enough to cover a round trip; more only adds lag. */
export const flow = { highBytes: 524_288, lowBytes: 131_072 } as const;

export const Topic = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('sandboxes') }),
    z.object({
      kind: z.literal('events'),
      sandbox: SandboxId,
      last: z
        .number()
        .int()
        .min(0)
        .max(10_000)
        .optional()
        .describe('without resumeFrom: start this many events before the end'),
    }),
    z.object({ kind: z.literal('terminal'), sandbox: SandboxId, terminal: TerminalId }),
    z.object({ kind: z.literal('exec'), sandbox: SandboxId, exec: ExecId }),
    z.object({ kind: z.literal('screen'), sandbox: SandboxId }),
    z
      .object({ kind: z.literal('thumbnail'), sandbox: SandboxId })
      .describe('at most two small pictures a second; without a screen, a miniature of its busiest terminal'),
    z
      .object({ kind: z.literal('presence'), sandbox: SandboxId })
      .describe('who looks at this sandbox; following it, its screen or a terminal counts as looking'),
    z
      .object({ kind: z.literal('gate'), sandbox: SandboxId })
      .describe('whether it is paused, which calls wait, who has control, what the agent asks'),
    z.object({
      kind: z.literal('stats'),
      sandbox: SandboxId,
      everyMs: z.number().int().min(250).max(60_000).default(1_000),
    }),
  ])
  .meta({ id: 'Topic' });
export type Topic = z.input<typeof Topic>;

const Channel = z.number().int().min(1).max(0x7fff_ffff);
/**
 * `control.fence` of the newest gate that the sender has seen, when it may touch by it: it has control, or nobody has. Refused with
 * `conflict` when control has changed since, also when nobody has it now, and with `fenceMissing` when who has control leaves it out.
 * Nobody else need say it. Over HTTP: `x-sandglass-control`.
 */
const fence = z.number().int().nonnegative().optional();
const Pixel = z.number().int().min(0).max(65_535);

export const ClientMessage = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('subscribe'), channel: Channel, topic: Topic, resumeFrom: Seq.optional() }),
    z.object({ type: z.literal('unsubscribe'), channel: Channel }),
    z.object({
      type: z.literal('ack'),
      channel: Channel,
      bytes: z
        .number()
        .int()
        .nonnegative()
        .optional()
        .describe(
          'payload bytes of all binary frames drawn since the channel was opened (terminal, exec), snapshot included',
        ),
      seq: Seq.optional().describe('newest seq drawn (screen)'),
    }),
    z.object({ type: z.literal('ping'), id: z.number().int() }),
    z.object({ type: z.literal('terminalInput'), channel: Channel, fence, text: z.string().max(262_144) }),
    z.object({
      type: z.literal('terminalResize'),
      channel: Channel,
      fence,
      columns: z.number().int().min(2).max(1000),
      rows: z.number().int().min(1).max(1000),
    }),
    z.object({
      type: z.literal('stdin'),
      channel: Channel,
      fence,
      text: z.string().max(262_144),
      end: z.boolean().optional(),
    }),
    z.object({
      type: z.literal('pointer'),
      channel: Channel,
      fence,
      x: Pixel,
      y: Pixel,
      buttons: z.number().int().min(0).max(255).describe('RFB button mask'),
    }),
    z.object({
      type: z.literal('key'),
      channel: Channel,
      fence,
      keysym: z.number().int().min(1).max(0x01ff_ffff),
      down: z.boolean(),
    }),
    z.object({ type: z.literal('clipboard'), channel: Channel, fence, text: z.string().max(262_144) }),
    z.object({
      type: z.literal('screenResize'),
      channel: Channel,
      fence,
      width: z.number().int().min(320).max(7680),
      height: z.number().int().min(240).max(4320),
    }),
  ])
  .meta({ id: 'ClientMessage' });
export type ClientMessage = z.input<typeof ClientMessage>;

const envelope = { v: z.literal(STREAM_VERSION), channel: Channel, seq: Seq };

export const ServerMessage = z
  .discriminatedUnion('type', [
    z.object({
      ...envelope,
      type: z.literal('opened'),
      resumed: z.boolean().describe('false: forget what you had, a snapshot or a fresh start follows'),
      mayInput: z.boolean(),
      sizing: z.boolean().optional().describe('terminal: this viewer decides the size'),
      sizedBy: z.string().nullable().optional().describe('terminal: name of the token that decides it; null = nobody'),
      size: z.object({ columns: z.number(), rows: z.number() }).optional(),
    }),
    z.object({ ...envelope, type: z.literal('event'), event: LogEvent }),
    z.object({ ...envelope, type: z.literal('sandboxes'), sandboxes: z.array(Sandbox) }),
    z.object({ ...envelope, type: z.literal('sandbox'), sandbox: Sandbox }),
    z.object({ ...envelope, type: z.literal('stats'), stats: Stats }),
    z
      .object({ ...envelope, type: z.literal('presence'), viewers: z.array(Viewer) })
      .describe('everybody who looks, those first who came first; sent anew with each change'),
    z.object({ ...envelope, type: z.literal('gate'), gate: Gate }).describe('all of it, anew with each change'),
    z.object({ ...envelope, type: z.literal('size'), columns: z.number(), rows: z.number() }),
    z.object({
      ...envelope,
      type: z.literal('sizing'),
      sizing: z.boolean(),
      sizedBy: z.string().nullable().optional(),
    }),
    z.object({ ...envelope, type: z.literal('clipboard'), text: z.string() }),
    z
      .object({ ...envelope, type: z.literal('cursor'), ...PointerMark.shape, own: z.boolean().optional() })
      .describe(
        'where somebody has the pointer on this screen, `own`: this viewer: ten times a second, each press and key at once',
      ),
    z.object({
      ...envelope,
      type: z.literal('miniature'),
      miniature: Miniature.nullable().describe('null: no terminal is open'),
    }),
    z.object({
      ...envelope,
      type: z.literal('ended'),
      reason: z.enum(['exited', 'unsubscribed', 'sandboxEnded', 'error', 'serverClosing']),
      exit: Exit.optional(),
      problem: Problem.optional(),
    }),
    z
      .object({
        v: z.literal(STREAM_VERSION),
        type: z.literal('refused'),
        channel: Channel.optional(),
        problem: Problem,
      })
      .describe('one message was refused; the channel goes on'),
    z.object({ v: z.literal(STREAM_VERSION), type: z.literal('pong'), id: z.number().int() }),
    z
      .object({ v: z.literal(STREAM_VERSION), type: z.literal('reconnect'), afterMs: z.number() })
      .describe('the server is about to restart'),
  ])
  .meta({ id: 'ServerMessage' });
export type ServerMessage = z.infer<typeof ServerMessage>;

/**
 * Binary frame kinds. terminalSnapshot: u16 columns, u16 rows, then UTF-8 that draws the whole terminal (scrollback and screen).
 * thumbnail: a JPEG file; its frame's seq and atUs are the position that it shows.
 */
export const frameKind = { terminal: 1, terminalSnapshot: 2, stdout: 3, stderr: 4, screen: 5, thumbnail: 6 } as const;
export type FrameKind = (typeof frameKind)[keyof typeof frameKind];
/** u8 version · u8 kind · u32 channel · u48 seq · u48 atUs, big-endian, then the payload. */
export const FRAME_HEADER_BYTES = 18;

export interface Frame {
  readonly kind: FrameKind;
  readonly channel: number;
  readonly seq: number;
  readonly atUs: number;
  readonly payload: Uint8Array;
}

export function encodeFrame(frame: Frame): Uint8Array {
  const out = new Uint8Array(FRAME_HEADER_BYTES + frame.payload.length);
  const view = new DataView(out.buffer);
  view.setUint8(0, STREAM_VERSION);
  view.setUint8(1, frame.kind);
  view.setUint32(2, frame.channel);
  setUint48(view, 6, frame.seq);
  setUint48(view, 12, frame.atUs);
  out.set(frame.payload, FRAME_HEADER_BYTES);
  return out;
}

/** @throws RangeError on a short frame or an unknown version or kind. The payload is a view of `bytes`. */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.length < FRAME_HEADER_BYTES) throw new RangeError('frame is shorter than its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== STREAM_VERSION) throw new RangeError(`unknown stream version ${view.getUint8(0)}`);
  const kind = view.getUint8(1);
  if (kind < frameKind.terminal || kind > frameKind.thumbnail) throw new RangeError(`unknown frame kind ${kind}`);
  return {
    kind: kind as FrameKind,
    channel: view.getUint32(2),
    seq: getUint48(view, 6),
    atUs: getUint48(view, 12),
    payload: bytes.subarray(FRAME_HEADER_BYTES),
  };
}
