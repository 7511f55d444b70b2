import type { CreateSandbox, Sandbox } from '@sandglass/protocol';
import { useMutation } from '@tanstack/react-query';
import { useClient } from '../../platform/client.tsx';
import { usePutSandbox } from '../../platform/sandboxes.ts';

/** The creation that the empty wall started. */
export const firstKey = ['create', 'first'] as const;

/** Creates a sandbox; it is in every list before the promise resolves. The reply comes when its first command could run. */
export function useCreateSandbox(onCreated: (sandbox: Sandbox) => void, mutationKey: readonly string[] = ['create']) {
  const client = useClient();
  const put = usePutSandbox();
  return useMutation({
    mutationKey,
    mutationFn: (body: CreateSandbox) => client.request('createSandbox', { body, timeoutMs: 120_000 }),
    onSuccess: (sandbox) => {
      put(sandbox);
      onCreated(sandbox);
    },
  });
}
