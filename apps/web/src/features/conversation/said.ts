/** What the log tells of a conversation beside its words: what was done of it, and what it waits for. Pure. */
import type { CallId, ConversationId, ConversationMessage, LogEvent } from '@sandglass/protocol';
import { partsOf } from './parts.ts';

/** A call that carries out what the model wanted. */
export interface Deed {
  readonly seq: number;
  readonly words: string;
  /** Null: it has not ended. */
  readonly outcome: string | null;
  readonly failed: boolean;
}

/** By the id of the tool use that it carries out. */
export type Deeds = ReadonlyMap<string, Deed>;

/** A call is tied to a reply of the model; one that is known to be of another conversation is left out. */
export function deedsOf(events: readonly LogEvent[], conversation: ConversationId): Deeds {
  const spokenIn = new Map<CallId, ConversationId>();
  const useOf = new Map<CallId, string>();
  const deeds = new Map<string, Deed>();
  for (const { kind, data, seq } of events) {
    if (kind === 'conversation.asked' || kind === 'conversation.replied') spokenIn.set(data.call, data.conversation);
    if (kind === 'call.asked' && data.causedBy !== undefined) {
      const { call: reply, toolUse } = data.causedBy;
      if ((spokenIn.get(reply) ?? conversation) !== conversation) continue;
      useOf.set(data.call, toolUse);
      deeds.set(toolUse, { seq, words: data.summary, outcome: null, failed: false });
    }
    if (kind === 'call.ended') {
      const use = useOf.get(data.call);
      const deed = use === undefined ? undefined : deeds.get(use);
      if (use !== undefined && deed !== undefined)
        deeds.set(use, {
          ...{ ...deed, outcome: data.error?.message ?? data.summary },
          // A command that ran to its end says by its code that it failed.
          failed: !data.ok || (data.result?.['code'] ?? 0) !== 0,
        });
    }
  }
  return deeds;
}

/** What a conversation waits for, when the agent spoke last. */
export type Turn =
  | { readonly phase: 'replying' }
  | { readonly phase: 'held' }
  | { readonly phase: 'failed'; readonly reason: string };

/** Null: nothing. `ended`: nothing comes any more. */
export function turnOf(events: readonly LogEvent[], conversation: ConversationId, ended: boolean): Turn | null {
  const last = events.findLast(
    ({ kind, data }) =>
      (kind === 'conversation.asked' || kind === 'conversation.replied') && data.conversation === conversation,
  );
  if (last?.kind !== 'conversation.asked') return null;
  const { call } = last.data;
  const told = events.findLast(
    ({ kind, data }) =>
      (kind === 'call.ended' || kind === 'call.held' || kind === 'call.decided') && data.call === call,
  );
  // Its reply is the very next event.
  if (told?.kind === 'call.ended' && told.data.ok) return null;
  if (told?.kind === 'call.ended') return { phase: 'failed', reason: told.data.error?.message ?? told.data.summary };
  if (ended) return { phase: 'failed', reason: 'The sandbox ended before it came.' };
  return told?.kind === 'call.held' ? { phase: 'held' } : { phase: 'replying' };
}

/** Where the reply to a request stands, by the place of the request in the log. */
export function replyAt(
  events: readonly LogEvent[],
  seq: number,
): { readonly conversation: ConversationId; readonly message: number } | undefined {
  const asked = events.find((event) => event.seq === seq);
  if (asked?.kind !== 'call.asked') return undefined;
  const { call } = asked.data;
  const said = events.findLast((event) => event.kind === 'conversation.asked' && event.data.call === call);
  if (said?.kind !== 'conversation.asked') return undefined;
  return { conversation: said.data.conversation, message: said.data.from + said.data.messages.length };
}

/** What the tools are called, by the ids of their uses. */
export function toolNames(said: readonly ConversationMessage[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { content } of said)
    for (const { kind, name, use } of content == null ? [] : partsOf(content))
      if (kind === 'toolUse' && name !== null && use !== undefined) names.set(use, name);
  return names;
}
