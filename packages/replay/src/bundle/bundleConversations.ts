/** What agents and their models had said at a moment of a bundle: folded from its events, the words read when they are asked for. */
import type {
  BundleConversation,
  Conversation,
  ConversationId,
  ConversationMessage,
  ConversationSummary,
  LogEvent,
  MessageRef,
  SandboxId,
  Seq,
} from '@sandglass/protocol';
import { type ConversationState, grownConversation } from '../conversations/fold.ts';
import { isBundleError } from './bundleError.ts';
import type { BundleSource } from './bundleSource.ts';
import { bundleLimits } from './limits.ts';

const PAGE_EVENTS = 5_000;

export class BundleConversations {
  readonly #source: BundleSource;
  #told: Promise<readonly LogEvent[]> | undefined;

  constructor(source: BundleSource) {
    this.#source = source;
  }

  /** Those there were; the newest first. */
  async list(atUs = Number.POSITIVE_INFINITY): Promise<ConversationSummary[]> {
    return [...(await this.#at(atUs)).values()].reverse().map((state) => this.#summary(state));
  }

  /** One of them, whole; undefined when it had not begun. */
  async get(id: ConversationId, atUs = Number.POSITIVE_INFINITY): Promise<Conversation | undefined> {
    const state = (await this.#at(atUs)).get(id);
    if (state === undefined) return undefined;
    let leftBytes: number = bundleLimits.conversationBytes;
    const said: ConversationMessage[] = [];
    // The newest is what the model answered to: what is too much is left out at the beginning.
    for (const ref of state.messages.toReversed()) {
      const message = await this.#read(ref, leftBytes);
      leftBytes -= message.sizeBytes;
      said.push(message);
    }
    const system = state.system && (await this.#read(state.system, bundleLimits.conversationBytes));
    return { ...this.#summary(state), system, said: said.reverse() };
  }

  async #at(atUs: number): Promise<Map<ConversationId, ConversationState>> {
    this.#told ??= this.#readAll();
    const events = await this.#told.catch((error) => {
      this.#told = undefined;
      throw error;
    });
    const all = new Map(this.#source.conversations.map((each) => [each.id, stateOf(each)]));
    for (const event of events) {
      if (event.atUs > atUs) break;
      const state = grownConversation((id) => all.get(id), event);
      if (state === undefined || (!all.has(state.id) && all.size >= bundleLimits.conversations)) continue;
      all.delete(state.id);
      all.set(state.id, state);
    }
    return all;
  }

  /** Few of the events are of conversations: the rest is not kept. */
  async #readAll(): Promise<readonly LogEvent[]> {
    const found: LogEvent[] = [];
    for (let from = 0; ; ) {
      const events = await this.#source.events(from, PAGE_EVENTS);
      for (const event of events) if (event.kind.startsWith('conversation.')) found.push(event);
      const last = events.at(-1);
      if (last === undefined || events.length < PAGE_EVENTS) return found;
      from = last.seq + 1;
    }
  }

  #summary({ id, provider, model, messages, seq, atUs }: ConversationState): ConversationSummary {
    const sandbox: SandboxId = this.#source.sandbox.id;
    return { id, sandbox, provider, model, messages: messages.length, seq: seq as Seq, atUs };
  }

  /** A word that is not in the file, or not as it was written, is missing; the others are there. */
  async #read(ref: MessageRef | undefined, mostBytes: number): Promise<ConversationMessage> {
    if (ref === undefined) return { role: 'unknown', sizeBytes: 0, content: null };
    const { role, sizeBytes, hash } = ref;
    if (hash === null || sizeBytes > mostBytes) return { role, sizeBytes: 0, content: null };
    try {
      const bytes = await this.#source.blob(hash);
      return { role, sizeBytes: bytes.length, content: JSON.parse(new TextDecoder().decode(bytes)) };
    } catch (error) {
      if (isBundleError(error) || error instanceof SyntaxError) return { role, sizeBytes, content: null };
      throw error;
    }
  }
}

const stateOf = ({ messages, ...rest }: BundleConversation): ConversationState => ({
  ...rest,
  messages: messages.map((ref) => ref ?? undefined),
});
