import type { CreateSandbox, Sandbox } from '@sandglass/protocol';
import { useMutation } from '@tanstack/react-query';
import { useClient } from '../../platform/client.tsx';
import { usePutSandbox } from '../../platform/sandboxes.ts';

/** Creates a sandbox; it is in every list before the promise resolves. The reply comes when its first command could run. */
export function useCreateSandbox(onCreated: (sandbox: Sandbox) => void) {
  const client = useClient();
  const put = usePutSandbox();
  return useMutation({
    mutationFn: (body: CreateSandbox) => client.request('createSandbox', { body, timeoutMs: 120_000 }),
    onSuccess: (sandbox) => {
      put(sandbox);
      onCreated(sandbox);
    },
  });
}
