import type { SandboxId } from '@sandglass/protocol';
import { onSandboxEnd, type StreamContext } from '../context.ts';
import type { Follower, Link } from '../link.ts';

/** The gate of a sandbox: all of it, anew with each change. A slow viewer gets only the newest. */
export function followGate(link: Link, topic: { sandbox: SandboxId }, { services }: StreamContext): Follower {
  services.sandboxes.get(topic.sandbox);
  const log = services.sandboxes.log(topic.sandbox);
  link.send({ type: 'opened', seq: log.lastSeq, resumed: false, mayInput: false });
  let phase: 'told' | 'due' | 'held' = 'told';
  const tell = () => {
    phase = link.writable ? 'told' : 'held';
    if (phase === 'held' || !link.isOpen) return;
    const gate = services.gate.get(topic.sandbox);
    link.send({ type: 'gate', seq: gate.seq, gate });
  };
  // Once for all that happens at one time: a held call is asked, held and shown in one go.
  const schedule = () => {
    if (phase === 'due') return;
    phase = 'due';
    setImmediate(tell);
  };
  const stop = services.gate.onChange(topic.sandbox, schedule);
  const stopEnd = onSandboxEnd(services, topic.sandbox, () =>
    // What came last goes out first.
    setImmediate(() => setImmediate(() => link.isOpen && link.end('sandboxEnded', { seq: log.lastSeq }))),
  );
  schedule();
  return {
    drained() {
      if (phase === 'held') schedule();
    },
    close() {
      stop();
      stopEnd();
    },
  };
}
