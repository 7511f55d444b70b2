import type { SandboxId } from '@sandglass/protocol';
import type { StreamContext } from '../context.ts';
import type { Follower, Link } from '../link.ts';

/** Who looks at a sandbox: all of them, anew with each change. A slow viewer gets only the newest. Stays when it ends. */
export function followPresence(link: Link, topic: { sandbox: SandboxId }, context: StreamContext): Follower {
  const { presence, services, principal } = context;
  services.sandboxes.get(topic.sandbox);
  const log = services.sandboxes.log(topic.sandbox);
  link.send({ type: 'opened', seq: log.lastSeq, resumed: false, mayInput: false });
  let phase: 'told' | 'due' | 'held' = 'told';
  const tell = () => {
    phase = link.writable ? 'told' : 'held';
    if (phase === 'held' || !link.isOpen) return;
    link.send({ type: 'presence', seq: log.lastSeq, viewers: presence.viewers(topic.sandbox, principal) });
  };
  // Once for all that happens at one time; a page that opens its panes is several channels in one go.
  const schedule = () => {
    if (phase === 'due') return;
    phase = 'due';
    setImmediate(tell);
  };
  const stop = presence.onChange(topic.sandbox, schedule);
  schedule();
  return {
    drained() {
      if (phase === 'held') schedule();
    },
    close: stop,
  };
}
