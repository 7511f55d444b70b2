import type { Seq, Topic } from '@sandglass/protocol';
import type { z } from 'zod';
import type { StreamContext } from '../context.ts';
import type { Follower, Link } from '../link.ts';
import { followEvents } from './events.ts';
import { followExec } from './exec.ts';
import { followGate } from './gate.ts';
import { followPresence } from './presence.ts';
import { followSandboxes } from './sandboxes.ts';
import { followScreen } from './screen.ts';
import { followStats } from './stats.ts';
import { followTerminal } from './terminal.ts';
import { followThumbnail } from './thumbnail.ts';

export type ParsedTopic = z.output<typeof Topic>;

/** Opens the follower of a topic. Throws AppError when it cannot be followed. */
export async function follow(
  link: Link,
  topic: ParsedTopic,
  resumeFrom: Seq | undefined,
  context: StreamContext,
): Promise<Follower> {
  switch (topic.kind) {
    case 'sandboxes':
      return await followSandboxes(link, context);
    case 'events':
      return followEvents(link, topic, resumeFrom, context);
    case 'terminal':
      return await followTerminal(link, topic, resumeFrom, context);
    case 'exec':
      return await followExec(link, topic, resumeFrom, context);
    case 'screen':
      return await followScreen(link, topic, resumeFrom, context);
    case 'thumbnail':
      return await followThumbnail(link, topic, context);
    case 'presence':
      return followPresence(link, topic, context);
    case 'gate':
      return followGate(link, topic, context);
    case 'stats':
      return followStats(link, topic, context);
  }
}
