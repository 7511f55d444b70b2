import type { SandboxId, Seq } from '@sandglass/protocol';
import type { SandboxLog } from '../../recorder/log.ts';
import { seesAs } from '../../services.ts';
import { onSandboxEnd, type StreamContext } from '../context.ts';
import type { Follower, Link } from '../link.ts';

/** Read and sent in one go; a long past is sent over several turns, so that others get theirs in between. */
const PAGE = 200;

export interface EventsTopic {
  readonly sandbox: SandboxId;
  readonly last?: number | undefined;
}

/**
 * The events of a log: the past in pages, then the tail. The log is the queue: a new event only wakes the reader, which reads on
 * from its own position, so there is no gap, no doublet, and nothing held for a slow viewer.
 */
export function followEvents(
  link: Link,
  topic: EventsTopic,
  resumeFrom: Seq | undefined,
  { services }: StreamContext,
): Follower {
  services.sandboxes.get(topic.sandbox);
  const log = services.sandboxes.recording(topic.sandbox).seenBy(seesAs(link.caller) ?? 'written');
  const resumed = resumeFrom !== undefined && resumeFrom <= log.lastSeq;
  let after: Seq = resumed ? resumeFrom : beforeLast(log, topic.last ?? 0);
  let phase: 'idle' | 'scheduled' | 'closed' = 'idle';
  let sandboxEnded = false;

  const read = () => {
    if (phase === 'closed') return;
    phase = 'idle';
    try {
      if (link.writable) readPage();
    } catch (error) {
      link.fail(error);
    }
  };
  const readPage = () => {
    const page = log.events(after + 1, PAGE);
    for (const event of page) {
      // A page of large events alone would be megabytes: who does not read gets the rest when it has read.
      if (!link.writable) return;
      link.send({ type: 'event', seq: event.seq, event });
      after = event.seq;
    }
    if (page.length === PAGE) wake();
    else if (sandboxEnded) link.end('sandboxEnded', { seq: after });
  };
  const wake = () => {
    if (phase !== 'idle') return;
    phase = 'scheduled';
    setImmediate(read);
  };

  link.send({ type: 'opened', seq: after, resumed, mayInput: false });
  const stopEvents = log.onEvent(wake);
  const stopEnd = onSandboxEnd(services, topic.sandbox, () => {
    sandboxEnded = true;
    wake();
  });
  wake();
  return {
    drained: wake,
    close: () => {
      phase = 'closed';
      stopEvents();
      stopEnd();
    },
  };
}

/** The position just before the last `count` events. Seqs are shared with frames, so it is searched for in growing steps. */
function beforeLast(log: SandboxLog, count: number): Seq {
  if (count === 0) return log.lastSeq;
  for (let span = count; ; span *= 4) {
    const from = Math.max(1, log.lastSeq - span + 1);
    const seqs: Seq[] = [];
    for (let at = from; ; ) {
      const page = log.events(at, 1000);
      for (const event of page) seqs.push(event.seq);
      if (page.length < 1000) break;
      at = (seqs.at(-1) as Seq) + 1;
    }
    if (seqs.length >= count || from === 1) return (seqs.at(-count) ?? from) - 1;
  }
}
