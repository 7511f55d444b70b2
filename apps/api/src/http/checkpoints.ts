import type { Checkpoint, SandboxId } from '@sandglass/protocol';
import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

type Names = 'checkpoints' | 'createCheckpoint' | 'restoreCheckpoint' | 'removeCheckpoint';

export function checkpointHandlers({ checkpoints, conversations }: Services): Pick<Handlers, Names> {
  /** What its agent had said to its model by then goes with it. */
  const whole = (sandbox: SandboxId, items: readonly Checkpoint[]): Checkpoint[] => {
    const said = conversations.listAtEach(
      sandbox,
      items.map(({ seq }) => seq),
    );
    return items.map((checkpoint, at) => ({ ...checkpoint, conversations: said[at] ?? [] }));
  };
  return {
    checkpoints: async ({ params }) => ({
      items: whole(params.sandbox, await checkpoints.list(params.sandbox)),
      next: null,
    }),
    createCheckpoint: async ({ caller, params, body }) =>
      whole(params.sandbox, [await checkpoints.create(caller, params.sandbox, body)])[0]!,
    restoreCheckpoint: async ({ caller, params }) =>
      await checkpoints.restore(caller, params.sandbox, params.checkpoint),
    removeCheckpoint: async ({ caller, params }) => await checkpoints.remove(caller, params.sandbox, params.checkpoint),
  };
}
