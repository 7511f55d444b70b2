import {
  AppError,
  type CallId,
  type Exec,
  type ExecId,
  frameKind,
  type SandboxId,
  type Seq,
} from '@sandglass/protocol';
import { type SandboxLog, trackFrame } from '../../recorder/log.ts';
import { seesAs } from '../../services.ts';
import { onSandboxEnd, type StreamContext } from '../context.ts';
import { type Follower, type Link, withFence } from '../link.ts';
import { TrackTail } from '../trackTail.ts';

export interface ExecTopic {
  readonly sandbox: SandboxId;
  readonly exec: ExecId;
}

/** A command's output from its first byte, or what followed `resumeFrom`; ends with its exit. */
export async function followExec(
  link: Link,
  { sandbox, exec }: ExecTopic,
  resumeFrom: Seq | undefined,
  { services }: StreamContext,
): Promise<Follower> {
  const state = await services.execs.lookUp(sandbox, exec);
  // An agent gets its answers during a person's private moment, too.
  const isOwn = link.mayInput && state.actor === 'agent' && link.caller.actor === 'agent';
  const log = services.sandboxes.log(sandbox).seenBy(isOwn ? 'all' : (seesAs(link.caller) ?? 'written'));
  const resumed = resumeFrom !== undefined && resumeFrom <= log.lastSeq;
  const after = resumed ? resumeFrom : 0;
  link.send({ type: 'opened', seq: after, resumed, mayInput: link.mayInput && !isOver(state) });
  const tail = new TrackTail({
    log,
    track: `exec:${exec}`,
    after,
    link,
    deliver: (frame) => {
      if (frame.kind === trackFrame.stdout) return link.sendFrame(frameKind.stdout, frame);
      if (frame.kind === trackFrame.stderr) return link.sendFrame(frameKind.stderr, frame);
      return 0;
    },
  });
  const stops: (() => void)[] = [];
  const current = (): Exec | null => {
    try {
      return services.execs.get(sandbox, exec);
    } catch {
      // It ended, and so many after it that the service forgot it.
      return null;
    }
  };
  const finish = () => {
    const now = current();
    if (now === null || isOver(now)) tail.finish('exited', now?.exit ?? undefined);
  };
  const follower: Follower = {
    input: (message) => {
      if (message.type !== 'stdin') throw new AppError('badRequest', `A command takes stdin, not ${message.type}.`);
      const caller = withFence(link.caller, message);
      const bytes = Buffer.from(message.text, 'utf8');
      const writes = async () => {
        if (bytes.length > 0) await services.execs.writeStdin(sandbox, exec, bytes, caller);
        if (message.end) await services.execs.closeStdin(sandbox, exec, caller);
      };
      link.track(writes(), bytes.length);
    },
    ack: (message) => message.bytes !== undefined && tail.ack(message.bytes),
    drained: () => tail.drained(),
    close: () => {
      for (const stop of stops) stop();
      tail.close();
    },
  };
  tail.start();
  if (isOver(state)) tail.finish('exited', state.exit ?? undefined);
  else {
    const call = callOf(log, state);
    stops.push(
      log.onEvent((event) => {
        if (event.kind !== 'call.ended' || (call !== null && event.data.call !== call)) return;
        // The log hears of it first; the service's own state follows before the turn is over.
        setImmediate(finish);
      }),
      onSandboxEnd(services, sandbox, () => tail.finish('sandboxEnded', current()?.exit ?? undefined)),
    );
  }
  return follower;
}

const isOver = (exec: Exec) => exec.exit !== null || exec.error !== null || exec.durationMs !== null;

function callOf(log: SandboxLog, exec: Exec): CallId | null {
  const asked = log.events(exec.seq, 1)[0];
  return asked?.kind === 'call.asked' && asked.data.exec === exec.id ? asked.data.call : null;
}
