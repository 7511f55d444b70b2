import type { Sandbox } from '@sandglass/protocol';
import { toast } from '@sandglass/ui';
import { useMutation } from '@tanstack/react-query';
import { useClient } from '../../platform/client.tsx';
import { describeFailure } from '../../platform/errors.ts';
import { usePutSandbox } from '../../platform/sandboxes.ts';

/** A sandbox in which the demo agent begins to work. */
export function useDemo(onMade: (sandbox: Sandbox) => void) {
  const client = useClient();
  const put = usePutSandbox();
  return useMutation({
    mutationFn: () => client.request('startDemo', { timeoutMs: 60_000 }),
    onSuccess: (sandbox) => {
      put(sandbox);
      onMade(sandbox);
    },
    onError: (error) => toast.fail('The demo agent did not begin', describeFailure(error).detail),
  });
}
