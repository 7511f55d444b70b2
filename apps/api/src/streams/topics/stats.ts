import type { SandboxId } from '@sandglass/protocol';
import { onSandboxEnd, type StreamContext } from '../context.ts';
import type { Follower, Link } from '../link.ts';

export interface StatsTopic {
  readonly sandbox: SandboxId;
  readonly everyMs: number;
}

/** Samples of a sandbox's resources; a slow viewer misses some. */
export function followStats(link: Link, topic: StatsTopic, { services, sampler }: StreamContext): Follower {
  services.sandboxes.get(topic.sandbox);
  const log = services.sandboxes.log(topic.sandbox);
  link.send({ type: 'opened', seq: log.lastSeq, resumed: false, mayInput: false });
  const leave = sampler.join(topic.sandbox, {
    everyMs: topic.everyMs,
    onSample: (stats) => {
      if (link.writable) link.send({ type: 'stats', seq: log.lastSeq, stats });
    },
  });
  let stopEnd = () => {};
  const follower = {
    drained() {},
    close() {
      leave();
      stopEnd();
    },
  };
  stopEnd = onSandboxEnd(services, topic.sandbox, () =>
    setImmediate(() => link.isOpen && link.end('sandboxEnded', { seq: log.lastSeq })),
  );
  return follower;
}
