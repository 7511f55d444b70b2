import {
  AppError,
  frameKind,
  isAppError,
  type SandboxId,
  type Seq,
  type TerminalId,
  type TokenId,
} from '@sandglass/protocol';
import { decodeResize } from '@sandglass/replay';
import { type SandboxLog, type Track, trackFrame } from '../../recorder/log.ts';
import { seesAs, type TerminalSnapshot } from '../../services.ts';
import { onSandboxEnd, type StreamContext } from '../context.ts';
import { type Follower, type InputMessage, type Link, withFence } from '../link.ts';
import type { SizingViewer } from '../sizing.ts';
import { TrackTail } from '../trackTail.ts';

/** Up to here a viewer that lost its connection gets what it missed; beyond, a snapshot is less to send and to draw. */
const RESUME_BYTES = 1_048_576;

export interface TerminalTopic {
  readonly sandbox: SandboxId;
  readonly terminal: TerminalId;
}

/** A terminal: snapshot and tail, or what followed `resumeFrom`. */
export async function followTerminal(
  link: Link,
  topic: TerminalTopic,
  resumeFrom: Seq | undefined,
  context: StreamContext,
): Promise<Follower> {
  const { services, sizing } = context;
  const { sandbox, terminal } = topic;
  services.terminals.get(sandbox, terminal);
  const log = services.sandboxes.log(sandbox).seenBy(seesAs(link.caller) ?? 'written');
  const track: Track = `terminal:${terminal}`;
  const resumed = resumeFrom !== undefined && isSmallGap(log, track, resumeFrom);
  const snapshot = resumed ? null : await takeSnapshot(context, topic, seesAs(link.caller));
  const state = services.terminals.get(sandbox, terminal);
  if (!link.isOpen) return { drained() {}, close() {} };

  const viewer: SizingViewer = {
    name: context.principal.token.name,
    onSizing: (now, sizedBy) => link.isOpen && link.send({ type: 'sizing', seq: log.lastSeq, sizing: now, sizedBy }),
  };
  const mayInput = link.mayInput && state.exit === null;
  const decides = mayInput && sizing.join(terminal, viewer);
  if (!mayInput) sizing.watch(terminal, viewer);
  const after = resumed ? resumeFrom : (snapshot?.seq ?? 0);
  link.send({
    type: 'opened',
    seq: after,
    resumed,
    mayInput,
    sizing: decides,
    sizedBy: sizing.sizedBy(terminal),
    size: { columns: snapshot?.columns ?? state.columns, rows: snapshot?.rows ?? state.rows },
  });
  const sentBytes = snapshot
    ? link.sendFrame(frameKind.terminalSnapshot, { seq: after, atUs: log.now(), payload: drawn(snapshot) })
    : 0;

  const tail = new TrackTail({
    log,
    track,
    after,
    sentBytes,
    link,
    deliver: (frame) => {
      if (frame.kind === trackFrame.output) return link.sendFrame(frameKind.terminal, frame);
      if (frame.kind === trackFrame.resize) link.send({ type: 'size', seq: frame.seq, ...decodeResize(frame.payload) });
      return 0;
    },
  });
  const stops: (() => void)[] = [];
  const follower: Follower = {
    input: (message) => handleInput(message, link, topic, context, () => sizing.decides(terminal, viewer)),
    ack: (message) => message.bytes !== undefined && tail.ack(message.bytes),
    drained: () => tail.drained(),
    close: () => {
      for (const stop of stops) stop();
      tail.close();
      sizing.leave(terminal, viewer);
    },
  };
  tail.start();
  if (state.exit) tail.finish('exited', state.exit);
  else {
    stops.push(
      log.onEvent((event) => {
        if (event.kind === 'terminal.exited' && event.data.terminal === terminal)
          tail.finish('exited', event.data.exit);
      }),
    );
    stops.push(onSandboxEnd(services, sandbox, () => tail.finish('sandboxEnded')));
  }
  return follower;
}

/** Null when there is none any more (its sandbox has ended): then the log is played from its start. */
async function takeSnapshot(
  context: StreamContext,
  topic: TerminalTopic,
  by: TokenId | undefined,
): Promise<TerminalSnapshot | null> {
  try {
    return await context.services.terminals.snapshot(topic.sandbox, topic.terminal, by);
  } catch (error) {
    if (isAppError(error) && (error.code === 'gone' || error.code === 'wrongState')) return null;
    throw error;
  }
}

function handleInput(
  message: InputMessage,
  link: Link,
  { sandbox, terminal }: TerminalTopic,
  { services }: StreamContext,
  decides: () => boolean,
): void {
  if (message.type === 'terminalInput') {
    const work = services.terminals.write(withFence(link.caller, message), sandbox, terminal, message.text);
    link.track(work, message.text.length);
    return;
  }
  if (message.type !== 'terminalResize')
    throw new AppError('badRequest', `A terminal takes terminalInput and terminalResize, not ${message.type}.`);
  if (!decides())
    throw new AppError('wrongState', 'Another viewer decides the size of this terminal. It is yours when they leave.');
  const { columns, rows } = message;
  link.track(services.terminals.update(withFence(link.caller, message), sandbox, terminal, { columns, rows }), 64);
}

function isSmallGap(log: SandboxLog, track: Track, after: Seq): boolean {
  if (after > log.lastSeq) return false;
  let gapBytes = 0;
  for (const frame of log.frames(track, after)) {
    if (frame.kind === trackFrame.output) gapBytes += frame.payload.length;
    if (gapBytes > RESUME_BYTES) return false;
  }
  return true;
}

function drawn(snapshot: TerminalSnapshot): Uint8Array {
  const text = Buffer.from(snapshot.drawing, 'utf8');
  const payload = Buffer.alloc(4 + text.length);
  payload.writeUInt16BE(snapshot.columns, 0);
  payload.writeUInt16BE(snapshot.rows, 2);
  text.copy(payload, 4);
  return payload;
}
