/** Conversations of agents with their models, from the events that tell of them. Pure. */
import type { ConversationId, LogEvent, LogEventKind, MessageRef } from '@sandglass/protocol';

export const conversationKinds: readonly LogEventKind[] = ['conversation.asked', 'conversation.replied'];

export interface ConversationState {
  readonly id: ConversationId;
  readonly provider: string;
  readonly model: string | null;
  readonly system: MessageRef | null;
  /** undefined: it was said in a private moment, or is not kept any more. */
  readonly messages: readonly (MessageRef | undefined)[];
  /** How many of them the agent sent; one more is the model's. */
  readonly asked: number;
  readonly seq: number;
  readonly atUs: number;
}

/** By id; the one that spoke last is the last. */
export type Conversations = ReadonlyMap<ConversationId, ConversationState>;

/** After one more event; the same object when it tells of none. */
export function growConversations(all: Conversations, event: LogEvent): Conversations {
  if (event.kind !== 'conversation.asked' && event.kind !== 'conversation.replied') return all;
  const { conversation: id } = event.data;
  const before = all.get(id);
  const place = { seq: event.seq, atUs: event.atUs };
  const grown = new Map(all);
  grown.delete(id);
  if (event.kind === 'conversation.asked') {
    const { provider, model, from, messages, system } = event.data;
    const known = before?.messages ?? [];
    const kept = Array.from({ length: from }, (_, index) => known[index]);
    const now = [...kept, ...messages];
    grown.set(id, {
      ...{ id, provider, model, ...place, messages: now, asked: now.length },
      system: system === undefined ? (before?.system ?? null) : system,
    });
  } else if (before !== undefined) {
    const messages = [...before.messages.slice(0, before.asked), event.data.message];
    grown.set(id, { ...before, ...place, messages });
  }
  return grown;
}
