import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

type Names = 'checkpoints' | 'createCheckpoint' | 'restoreCheckpoint' | 'removeCheckpoint';

export function checkpointHandlers({ checkpoints }: Services): Pick<Handlers, Names> {
  return {
    checkpoints: async ({ params }) => ({ items: await checkpoints.list(params.sandbox), next: null }),
    createCheckpoint: async ({ caller, params, body }) => await checkpoints.create(caller, params.sandbox, body),
    restoreCheckpoint: async ({ caller, params }) =>
      await checkpoints.restore(caller, params.sandbox, params.checkpoint),
    removeCheckpoint: async ({ caller, params }) => await checkpoints.remove(caller, params.sandbox, params.checkpoint),
  };
}
