/** What an agent and its model have said to each other, as it passed the model door: whole, at any moment of the recording. */
import { z } from 'zod';
import { BlobHash } from './fileTrack.ts';
import { AtUs, SandboxId, Seq } from './ids.ts';

export const ConversationId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{12}$/)
  .meta({ id: 'ConversationId' });
export type ConversationId = z.infer<typeof ConversationId>;

/** In the log: which message, by the sum of its words, which lie beside it. */
export const MessageRef = z
  .object({
    role: z.string().max(40),
    sizeBytes: z.number().int().nonnegative(),
    hash: BlobHash.nullable().describe('null: it could not be kept'),
  })
  .meta({ id: 'MessageRef' });
export type MessageRef = z.infer<typeof MessageRef>;

export const ConversationSummary = z
  .object({
    id: ConversationId,
    sandbox: SandboxId.describe('where it was recorded: a fork begins with its parent’s'),
    provider: z.string(),
    model: z.string().nullable(),
    messages: z.number().int().nonnegative(),
    seq: Seq.describe('of its newest message'),
    atUs: AtUs,
  })
  .meta({ id: 'ConversationSummary' });
export type ConversationSummary = z.infer<typeof ConversationSummary>;

export const ConversationMessage = z
  .object({
    role: z.string(),
    sizeBytes: z.number().int().nonnegative(),
    content: z
      .unknown()
      .describe('as its provider’s API has it, pictures aside; null where it is not kept (any more), or was private'),
  })
  .meta({ id: 'ConversationMessage' });
export type ConversationMessage = z.infer<typeof ConversationMessage>;

export const Conversation = ConversationSummary.extend({
  system: ConversationMessage.nullable(),
  said: z.array(ConversationMessage).describe('in their order; the last may be the model’s reply'),
}).meta({ id: 'Conversation' });
export type Conversation = z.infer<typeof Conversation>;
