import { AppError, type CheckpointId, type SandboxId } from '@sandglass/protocol';
import type { Until } from '../recorder/conversations/service.ts';
import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

export function conversationHandlers({
  conversations,
  checkpoints,
}: Services): Pick<Handlers, 'conversations' | 'conversation'> {
  const untilOf = async (
    sandbox: SandboxId,
    { atUs, checkpoint }: { atUs?: number | undefined; checkpoint?: CheckpointId | undefined },
  ): Promise<Until> => {
    if (checkpoint === undefined) return { atUs };
    const found = (await checkpoints.list(sandbox)).find(({ id }) => id === checkpoint);
    if (found === undefined) throw new AppError('notFound', `Sandbox ${sandbox} has no checkpoint ${checkpoint}.`);
    return { seq: found.seq };
  };
  return {
    conversations: async ({ params, query }) => ({
      items: conversations.list(params.sandbox, await untilOf(params.sandbox, query)),
      next: null,
    }),
    conversation: async ({ params, query }) =>
      conversations.get(params.sandbox, params.conversation, await untilOf(params.sandbox, query)),
  };
}
