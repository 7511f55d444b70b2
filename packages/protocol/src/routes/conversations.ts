import { z } from 'zod';
import { Conversation, ConversationId, ConversationSummary } from '../conversations.ts';
import { AtUs, CheckpointId, SandboxId } from '../ids.ts';
import { bySandbox, list, route } from './route.ts';

const at = z.object({
  atUs: z.coerce.number().pipe(AtUs).optional().describe('a moment of the recording; default: its end'),
  checkpoint: CheckpointId.optional().describe('the moment of this checkpoint'),
});

export const conversationsRoutes = {
  conversations: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/conversations',
    noun: 'conversations',
    role: 'viewer',
    summary: 'What agents and their models had begun to say to each other at a moment; the newest first',
    params: bySandbox,
    query: at,
    reply: list(ConversationSummary),
  }),
  conversation: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/conversations/:conversation',
    noun: 'conversations',
    role: 'viewer',
    summary: 'One of them, whole, as it was at that moment',
    params: z.object({ sandbox: SandboxId, conversation: ConversationId }),
    query: at,
    reply: Conversation,
  }),
} as const;
