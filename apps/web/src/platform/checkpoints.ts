import type { Checkpoint, CheckpointId, CreateCheckpoint, SandboxId } from '@sandglass/protocol';
import { toast } from '@sandglass/ui';
import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useClient } from './client.tsx';
import { describeFailure } from './errors.ts';
import { askKey } from './lifecycle.ts';
import { usePutSandbox } from './sandboxes.ts';

const keyOf = (sandbox: SandboxId) => ['checkpoints', sandbox] as const;

/** The restore points of a sandbox, newest first. */
export function useCheckpoints(sandbox: SandboxId, enabled = true) {
  const client = useClient();
  return useQuery({
    queryKey: keyOf(sandbox),
    queryFn: async ({ signal }) =>
      [...(await client.request('checkpoints', { params: { sandbox }, signal })).items].sort(
        (a, b) => b.number - a.number,
      ),
    enabled,
  });
}

/** What is known already; asks for nothing. */
export const checkpointsOf = (queries: QueryClient, sandbox: SandboxId): readonly Checkpoint[] =>
  queries.getQueryData<Checkpoint[]>(keyOf(sandbox)) ?? [];

/** Ask for the list again: the log says that it changed. */
export function useRefreshCheckpoints(sandbox: SandboxId): () => void {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: keyOf(sandbox) });
}

/** Makes, restores and removes restore points. Each says in a toast what did not work; the pill and the list say what did. */
export function useCheckpointActions(sandbox: SandboxId) {
  const client = useClient();
  const put = usePutSandbox();
  const refresh = useRefreshCheckpoints(sandbox);
  const make = (body: CreateCheckpoint) =>
    client.request('createCheckpoint', { params: { sandbox }, body, timeoutMs: 120_000 });
  const sayMade = (made: Checkpoint) =>
    toast.say(`Checkpoint #${made.number}`, `It stood still for ${Math.round(made.stoppedMs)} ms.`);
  const create = useMutation({
    mutationKey: askKey(sandbox),
    mutationFn: (_: 'checkpoint') => make({}),
    onSuccess: sayMade,
    onError: (error) => toast.fail('No checkpoint was made', describeFailure(error).detail),
    onSettled: refresh,
  });
  // The dialog that asks for it says itself what did not work.
  const createNamed = useMutation({
    mutationFn: make,
    onSuccess: sayMade,
    onSettled: refresh,
  });
  const restore = useMutation({
    mutationFn: ({ checkpoint, first }: { checkpoint: Checkpoint; first: boolean }) => restoreTo(checkpoint, first),
    onSuccess: put,
    onSettled: refresh,
  });
  const remove = useMutation({
    mutationFn: (checkpoint: CheckpointId) => client.request('removeCheckpoint', { params: { sandbox, checkpoint } }),
    onSettled: refresh,
  });
  async function restoreTo(checkpoint: Checkpoint, first: boolean) {
    if (first)
      await client.request('createCheckpoint', {
        params: { sandbox },
        body: { name: `before restoring #${checkpoint.number}` },
        timeoutMs: 120_000,
      });
    return client.request('restoreCheckpoint', { params: { sandbox, checkpoint: checkpoint.id }, timeoutMs: 120_000 });
  }
  return { create, createNamed, restore, remove };
}
