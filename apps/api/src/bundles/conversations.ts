/** What was said to models, as a bundle takes it along: how each conversation stood when it begins, and the words themselves. */
import type { BlobHash, BundleConversation, LogEvent, MessageRef, SandboxId, Seq } from '@sandglass/protocol';
import { conversationKinds } from '@sandglass/replay';
import type { ConversationService } from '../recorder/conversations/service.ts';
import type { SandboxLog } from '../recorder/log.ts';

/** A bundle is for handing on: of more messages than this, those that were said last are in it. */
const MOST_MESSAGES = 15_000;
const PAGE_EVENTS = 500;

export interface TakenAlong {
  readonly conversations: readonly BundleConversation[];
  readonly words: ReadonlySet<BlobHash>;
}

export function conversationsOf(
  service: Pick<ConversationService, 'before'>,
  log: SandboxLog,
  { sandbox, fromUs, toUs, lastSeq }: { sandbox: SandboxId; fromUs: number; toUs: number; lastSeq: Seq },
): TakenAlong {
  const refs: MessageRef[] = [];
  const conversations = newest(service.before(sandbox, fromUs));
  for (const { system, messages } of conversations) refs.push(...[system, ...messages].filter((ref) => ref !== null));
  for (const event of eventsOf(log, lastSeq))
    if (event.atUs >= fromUs && event.atUs <= toUs) refs.push(...refsIn(event));
  const named = refs.flatMap(({ hash }) => hash ?? []);
  // The last that names it counts.
  return { conversations, words: new Set([...new Set(named.reverse())].slice(0, MOST_MESSAGES)) };
}

/** As many of those that spoke last as a file may begin with. */
function newest(all: readonly BundleConversation[]): BundleConversation[] {
  let left = MOST_MESSAGES;
  const kept: BundleConversation[] = [];
  for (const each of all.toReversed()) {
    left -= each.messages.length + 1;
    if (left < 0) break;
    kept.unshift(each);
  }
  return kept;
}

function* eventsOf(log: SandboxLog, lastSeq: number): Generator<LogEvent> {
  for (let from = 1; ; ) {
    const page = log.eventsOf(conversationKinds, from, PAGE_EVENTS);
    for (const event of page) if (event.seq <= lastSeq) yield event;
    const last = page.at(-1);
    if (last === undefined || last.seq >= lastSeq) return;
    from = last.seq + 1;
  }
}

function refsIn(event: LogEvent): MessageRef[] {
  if (event.kind === 'conversation.replied') return [event.data.message];
  if (event.kind !== 'conversation.asked') return [];
  const { messages, system } = event.data;
  return [...(system ? [system] : []), ...messages];
}
