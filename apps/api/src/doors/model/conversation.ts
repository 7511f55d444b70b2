/** The messages of a conversation as they come: agents send all of them every time, the record wants each once. */
import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ConversationId } from '@sandglass/protocol';
import { type Fields, fields, items, text } from './reply.ts';

/** What is new in a request, compared with the one before it. */
export interface Turn {
  readonly conversation: ConversationId;
  /** How many messages it shares with the one before. */
  readonly from: number;
  readonly added: readonly unknown[];
  readonly total: number;
  /** Present when it is another one than before. */
  readonly system?: unknown;
}

const MAX_CONVERSATIONS = 256;
const MAX_RESPONSES = 4_096;

/** Of those that spoke last the messages themselves are kept, since comparing them takes a fraction of the time. */
const MOST_KEPT_BYTES = 32 * 1_048_576;

interface Seen {
  /** Null: too much to be kept, or others spoke since; then the hashes are there. */
  messages: readonly unknown[] | null;
  hashes: readonly string[] | null;
  readonly sizeBytes: number;
  readonly system: string;
}

/** Remembers of each conversation what it came to, and of at most so many; the oldest is told whole again. */
export class Conversations {
  readonly #seen = new Map<ConversationId, Seen>();
  /** Replies that a request can go on from by their ids. */
  readonly #responses = new Map<string, { readonly conversation: ConversationId; readonly total: number }>();

  /** @param key whose: the token, the sandbox and the provider */
  turn(key: string, body: unknown, sizeBytes = MOST_KEPT_BYTES): Turn {
    const request = fields(body);
    const messages = messagesOf(request);
    const system = request['system'] ?? request['instructions'];
    const previous = text(request['previous_response_id']);
    const goesOn = previous === null ? undefined : this.#responses.get(`${key} ${previous}`);
    // Agents that run several at once tell each from its beginning: that is what it is known by.
    const conversation =
      goesOn?.conversation ?? idOf(`${key} ${previous ?? ''} ${messages.length === 0 ? '' : hashOf(messages[0])}`);
    const seen = this.#seen.get(conversation);
    const from = goesOn === undefined && seen !== undefined ? sharedBy(messages, seen) : 0;
    const before = goesOn?.total ?? 0;
    const systemHash = system === undefined ? '' : hashOf(system);
    this.#seen.delete(conversation);
    const kept = goesOn === undefined ? messages : [];
    this.#seen.set(conversation, { messages: kept, hashes: null, sizeBytes, system: systemHash });
    if (this.#seen.size > MAX_CONVERSATIONS) this.#seen.delete(this.#seen.keys().next().value!);
    this.#hashOldest();
    return {
      conversation,
      from: before + from,
      added: messages.slice(from).map(withoutPictures),
      total: before + messages.length,
      ...(system === undefined || systemHash === seen?.system ? {} : { system }),
    };
  }

  #hashOldest(): void {
    let leftBytes = MOST_KEPT_BYTES;
    for (const seen of [...this.#seen.values()].reverse()) {
      if (seen.messages === null) continue;
      leftBytes -= seen.sizeBytes;
      if (leftBytes > 0) continue;
      seen.hashes = seen.messages.map(hashOf);
      seen.messages = null;
    }
  }

  /** A later request may go on from it. */
  replied(key: string, { conversation, total }: Turn, reply: string | null): void {
    if (reply === null) return;
    // The reply is one of its messages then.
    this.#responses.set(`${key} ${reply}`, { conversation, total: total + 1 });
    if (this.#responses.size > MAX_RESPONSES) this.#responses.delete(this.#responses.keys().next().value!);
  }
}

/** How many messages are as they were, from the first on. */
function sharedBy(messages: readonly unknown[], { messages: known, hashes }: Seen): number {
  const isSame = (message: unknown, at: number) =>
    known === null ? hashes?.[at] === hashOf(message) : at < known.length && isDeepStrictEqual(message, known[at]);
  const other = messages.findIndex((message, at) => !isSame(message, at));
  return other === -1 ? messages.length : other;
}

const idOf = (text: string): ConversationId => hash('sha256', text, 'base64url').slice(0, 12);

/** Anthropic and Chat Completions call them `messages`, Responses calls them `input` (a text stands for one). */
function messagesOf(request: Fields): readonly unknown[] {
  const { messages, input } = request;
  if (typeof input === 'string') return [{ role: 'user', content: input }];
  return items(messages ?? input);
}

/** The tool uses whose results a request carries, as each of the formats says it. */
export function resultsIn(body: unknown): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const message of messagesOf(fields(body))) {
    const { type, tool_call_id: toolCall, call_id: call, content } = fields(message);
    if (typeof toolCall === 'string') ids.add(toolCall);
    if (typeof call === 'string' && typeof type === 'string' && type.endsWith('_output')) ids.add(call);
    for (const part of items(content)) {
      const { tool_use_id: toolUse } = fields(part);
      if (typeof toolUse === 'string') ids.add(toolUse);
    }
  }
  return ids;
}

/** At once: of a long conversation every message is looked at each time. */
const hashOf = (value: unknown): string => hash('sha256', JSON.stringify(value), 'base64url');

/** Screenshots are in the recording already, as the screen: of a picture only its size is kept. */
export function withoutPictures(value: unknown): unknown {
  if (typeof value === 'string')
    return value.startsWith('data:') && value.length > 256
      ? `${value.slice(0, value.indexOf(',') + 1)}… (${value.length} characters)`
      : value;
  if (Array.isArray(value)) return value.map(withoutPictures);
  if (value === null || typeof value !== 'object') return value;
  const known = fields(value);
  if (known['type'] === 'base64' && typeof known['data'] === 'string')
    return { ...known, data: `… (${known['data'].length} characters)` };
  return Object.fromEntries(Object.entries(known).map(([name, each]) => [name, withoutPictures(each)]));
}
