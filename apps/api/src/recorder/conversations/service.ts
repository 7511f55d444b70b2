/** Conversations as they were at a moment, read from the log and what lies beside it. */
import {
  AppError,
  type BlobHash,
  type BundleConversation,
  type Conversation,
  type ConversationId,
  type ConversationMessage,
  type ConversationSummary,
  type LogEvent,
  type MessageRef,
  type SandboxId,
  type Seq,
} from '@sandglass/protocol';
import { type ConversationState, type Conversations, conversationKinds, growConversations } from '@sandglass/replay';
import type { SandboxLog } from '../log.ts';

const EVENTS_AT_ONCE = 500;
/** Ancestors of a fork that are asked. */
const MOST_GENERATIONS = 32;

export interface ConversationService {
  /** The newest first. `until`: at a moment or up to a position; else at the end. */
  list(sandbox: SandboxId, until: Until): ConversationSummary[];
  /** The same at several positions, read once. */
  listAtEach(sandbox: SandboxId, positions: readonly Seq[]): ConversationSummary[][];
  /** @throws AppError notFound */
  get(sandbox: SandboxId, id: ConversationId, until: Until): Conversation;
  /** As they stood right before a moment, without their words: what a part of a recording begins with. The newest last. */
  before(sandbox: SandboxId, atUs: number): BundleConversation[];
  /** Reads a message as it was kept, here or by an ancestor; undefined when it is not there any more. */
  words(sandbox: SandboxId, hash: BlobHash): (() => Uint8Array) | undefined;
}

export interface Until {
  readonly atUs?: number | undefined;
  readonly seq?: Seq | undefined;
}

export interface ConversationsOptions {
  /** @throws AppError notFound */
  readonly log: (sandbox: SandboxId) => SandboxLog;
  readonly parent: (
    sandbox: SandboxId,
  ) => { readonly sandbox: SandboxId; readonly seq: Seq; readonly atUs?: number | undefined } | null;
}

interface Found extends ConversationState {
  readonly sandbox: SandboxId;
}

export function createConversationService(options: ConversationsOptions): ConversationService {
  /** Of its ancestors, as they were when it was forked. */
  const inheritedBy = (sandbox: SandboxId, generation: number, until: Until = {}): Map<ConversationId, Found> => {
    const parent = generation < MOST_GENERATIONS ? options.parent(sandbox) : null;
    if (parent === null) return new Map();
    try {
      // Where the clock is shared, a moment may lie before the fork.
      const { atUs, seq = parent.seq }: Until = parent.atUs === undefined ? {} : until;
      return find(parent.sandbox, { atUs, seq: Math.min(seq, parent.seq) }, generation + 1);
    } catch {
      // What came before a fork is not always kept: then it has its own alone.
      return new Map();
    }
  };
  const together = (
    inherited: ReadonlyMap<ConversationId, Found>,
    own: Conversations,
    sandbox: SandboxId,
  ): Map<ConversationId, Found> => {
    const found = new Map(inherited);
    for (const state of own.values()) {
      found.delete(state.id);
      found.set(state.id, { ...state, sandbox });
    }
    return found;
  };
  const find = (sandbox: SandboxId, { atUs, seq }: Until, generation = 0): Map<ConversationId, Found> => {
    const own = new Grown(options.log(sandbox)).until({ atUs, seq });
    return together(inheritedBy(sandbox, generation, { atUs, seq }), own, sandbox);
  };
  const summaryOf = ({ id, sandbox, provider, model, messages, seq, atUs }: Found): ConversationSummary => ({
    ...{ id, sandbox, provider, model, messages: messages.length, seq: seq as Seq, atUs },
  });
  return {
    list: (sandbox, until) => [...find(sandbox, until).values()].reverse().map(summaryOf),
    listAtEach: (sandbox, positions) => {
      const inherited = inheritedBy(sandbox, 0);
      const grown = new Grown(options.log(sandbox));
      const bySeq = new Map(
        [...new Set(positions)]
          .sort((one, other) => one - other)
          .map((seq) => [
            seq,
            [...together(inherited, grown.until({ seq }), sandbox).values()].reverse().map(summaryOf),
          ]),
      );
      return positions.map((seq) => bySeq.get(seq) ?? []);
    },
    get: (sandbox, id, until) => {
      const state = find(sandbox, until).get(id);
      if (state === undefined)
        throw new AppError('notFound', 'At this moment there was no such conversation. List those there were.');
      const log = options.log(state.sandbox);
      return {
        ...summaryOf(state),
        system: state.system && read(log, state.system),
        said: state.messages.map((ref) => read(log, ref)),
      };
    },
    before: (sandbox, atUs) =>
      [...find(sandbox, { atUs: atUs - 1 }).values()].map(({ sandbox: _, messages, ...state }) => ({
        ...state,
        model: state.model?.slice(0, 200) ?? null,
        seq: state.seq as Seq,
        messages: messages.map((ref) => ref ?? null),
      })),
    words: (sandbox, hash) => {
      let at: SandboxId | undefined = sandbox;
      for (let generation = 0; at !== undefined && generation < MOST_GENERATIONS; generation++) {
        const found = wordsIn(options, at, hash);
        if (found !== undefined) return found;
        at = options.parent(at)?.sandbox;
      }
      return undefined;
    },
  };
}

function wordsIn({ log }: ConversationsOptions, sandbox: SandboxId, hash: BlobHash): (() => Uint8Array) | undefined {
  try {
    const { blobs } = log(sandbox);
    return blobs.has(hash) ? () => new Uint8Array(blobs.read(hash)) : undefined;
  } catch {
    // Not every ancestor is kept.
    return undefined;
  }
}

/** Reads on from where it was: positions that are asked for may only grow. */
class Grown {
  readonly #log: SandboxLog;
  #all: Conversations = new Map();
  #from = 1;
  #page: LogEvent[] = [];

  constructor(log: SandboxLog) {
    this.#log = log;
  }

  until({ atUs = Number.POSITIVE_INFINITY, seq = Number.POSITIVE_INFINITY }: Until): Conversations {
    for (let event = this.#next(); event !== undefined; event = this.#next()) {
      if (event.atUs > atUs || event.seq > seq) return this.#all;
      this.#all = growConversations(this.#all, event);
      this.#from = event.seq + 1;
      this.#page.shift();
    }
    return this.#all;
  }

  #next(): LogEvent | undefined {
    if (this.#page.length === 0) this.#page = this.#log.eventsOf(conversationKinds, this.#from, EVENTS_AT_ONCE);
    return this.#page[0];
  }
}

function read(log: SandboxLog, ref: MessageRef | undefined): ConversationMessage {
  if (ref === undefined) return { role: 'unknown', sizeBytes: 0, content: null };
  const { role, sizeBytes, hash } = ref;
  if (hash === null || !log.blobs.has(hash)) return { role, sizeBytes, content: null };
  try {
    return { role, sizeBytes, content: JSON.parse(log.blobs.read(hash).toString('utf8')) };
  } catch {
    return { role, sizeBytes, content: null };
  }
}
