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

/** No agent sends more at once; what says so is no conversation. */
export const MOST_MESSAGES = 10_000;

/** By id; the one that spoke last is the last. */
export type Conversations = ReadonlyMap<ConversationId, ConversationState>;

/** After one more event; the same object when it tells of none. */
export function growConversations(all: Conversations, event: LogEvent): Conversations {
  const state = grownConversation((id) => all.get(id), event);
  if (state === undefined) return all;
  const grown = new Map(all);
  grown.delete(state.id);
  return grown.set(state.id, state);
}

/** The one that an event tells of, as it is after it; undefined when it tells of none. */
export function grownConversation(
  known: (id: ConversationId) => ConversationState | undefined,
  event: LogEvent,
): ConversationState | undefined {
  if (event.kind !== 'conversation.asked' && event.kind !== 'conversation.replied') return undefined;
  const { conversation: id } = event.data;
  const before = known(id);
  const place = { seq: event.seq, atUs: event.atUs };
  if (event.kind === 'conversation.replied') {
    if (before === undefined) return undefined;
    return { ...before, ...place, messages: [...before.messages.slice(0, before.asked), event.data.message] };
  }
  const { provider, model, from, messages, system } = event.data;
  if (from + messages.length > MOST_MESSAGES) return undefined;
  const now = [...Array.from({ length: from }, (_, index) => before?.messages[index]), ...messages];
  return {
    ...{ id, provider, model, ...place, messages: now, asked: now.length },
    system: system === undefined ? (before?.system ?? null) : system,
  };
}
