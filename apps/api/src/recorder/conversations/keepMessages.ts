/** Writes what an agent and its model say to each other: the words beside the log, each once, and their order into it. */
import type { CallId, ConversationId, MessageRef } from '@sandglass/protocol';
import { bounded } from '../../lib/bounded.ts';
import type { SandboxLog } from '../log.ts';

/** A message that is longer is cut, and says by how much. */
const MAX_MESSAGE_BYTES = 1_048_576;
/** Of all words of a recording; what comes after is told by its size alone. */
const MOST_BYTES = 1_073_741_824;
/** A conversation that is told anew is told in parts: an event is read whole. */
const MOST_IN_EVENT = 500;

export interface AskedOfModel {
  readonly conversation: ConversationId;
  readonly call: CallId;
  readonly provider: string;
  readonly model: string | null;
  /** So many are as before. */
  readonly from: number;
  readonly added: readonly unknown[];
  /** Absent: as before. */
  readonly system?: unknown;
  readonly token: string;
}

/** Nothing of a private moment: its words are nobody's but its owner's. */
export function keepAsked(log: SandboxLog, asked: AskedOfModel): void {
  if (log.capture.phase !== 'on') return;
  const { conversation, call, provider, model, added, system, token } = asked;
  for (let at = 0; at === 0 || at < added.length; at += MOST_IN_EVENT)
    log.append({
      kind: 'conversation.asked',
      actor: 'agent',
      by: token,
      data: {
        ...{ conversation, call, provider, model, from: asked.from + at },
        messages: added.slice(at, at + MOST_IN_EVENT).map((message) => keep(log, message)),
        ...(at > 0 || system === undefined ? {} : { system: keep(log, { role: 'system', content: system }) }),
      },
    });
}

export function keepReplied(
  log: SandboxLog,
  replied: {
    readonly conversation: ConversationId;
    readonly call: CallId;
    readonly token: string;
    readonly content: unknown;
  },
): void {
  if (log.capture.phase !== 'on') return;
  const { conversation, call, token, content } = replied;
  const message = keep(log, { role: 'assistant', content });
  log.append({ kind: 'conversation.replied', actor: 'agent', by: token, data: { conversation, call, message } });
}

function keep(log: SandboxLog, message: unknown): MessageRef {
  const whole = isObject(message) ? message : { content: message };
  const bytes = Buffer.from(JSON.stringify(bounded(log.redact(whole), MAX_MESSAGE_BYTES)));
  const ref = { role: roleOf(whole), sizeBytes: bytes.length };
  if (log.blobs.sizeBytes + bytes.length > MOST_BYTES) return { ...ref, hash: null };
  try {
    return { ...ref, hash: log.blobs.put(bytes) };
  } catch {
    // A full disk does not stop a model.
    return { ...ref, hash: null };
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Items of OpenAI's Responses that are no messages are called by their type. */
const roleOf = ({ role, type }: Record<string, unknown>): string =>
  String(typeof role === 'string' ? role : typeof type === 'string' ? type : 'user').slice(0, 40);
