import type { Sandbox, SandboxId } from '@sandglass/protocol';
import { toast } from '@sandglass/ui';
import { useMutation, useMutationState } from '@tanstack/react-query';
import { useClient } from './client.tsx';
import { describeFailure } from './errors.ts';
import { usePutSandbox } from './sandboxes.ts';
import type { Asked } from './status.ts';

type Verb = 'freeze' | 'thaw' | 'kill';
const routeOf = { freeze: 'freezeSandbox', thaw: 'thawSandbox', kill: 'killSandbox' } as const satisfies Record<
  Verb,
  string
>;
const failed: Record<Verb, string> = {
  freeze: 'It was not frozen',
  thaw: 'It was not thawed',
  kill: 'It was not killed',
};

export const askKey = (sandbox: SandboxId) => ['ask', sandbox] as const;

/** Freeze, thaw and kill, with what this page has asked for and the server has not done yet. */
export function useLifecycle(sandbox: SandboxId) {
  const client = useClient();
  const put = usePutSandbox();
  const asking = useMutation({
    mutationKey: askKey(sandbox),
    mutationFn: (verb: Verb) => client.request(routeOf[verb], { params: { sandbox } }),
    meta: { sandbox },
    onSuccess: (next: Sandbox) => put(next),
    onError: (error, verb) => toast.fail(failed[verb], describeFailure(error).detail),
  });
  return { ask: (verb: Verb) => asking.mutate(verb) };
}

/** What this page has asked of a sandbox and not heard back about, whichever view asked. */
export function useAsked(sandbox: SandboxId): Asked | null {
  const pending = useMutationState({
    filters: { mutationKey: askKey(sandbox), status: 'pending' },
    select: (mutation) => mutation.state.variables as Asked,
  });
  return pending.at(-1) ?? null;
}
