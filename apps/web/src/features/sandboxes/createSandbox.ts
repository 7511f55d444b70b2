import type { CreateSandbox, Sandbox } from '@sandglass/protocol';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useClient } from '../../platform/client.tsx';
import { sandboxesKey, usePutSandbox } from '../../platform/sandboxes.ts';

/** The creation that the empty wall started. */
export const firstKey = ['create', 'first'] as const;

/** Memory checkpoints of gigabytes take their time to come back. */
const TIMEOUT_MS = 300_000;

export interface Creation {
  readonly start: (body: CreateSandbox) => void;
  /** What was begun is killed: the server does so when nobody waits for the answer any more. */
  readonly cancel: () => void;
  readonly phase: 'idle' | 'creating' | 'cancelled' | 'failed';
  readonly error: unknown;
  readonly startedAtMs: number;
  /** Those that were there before: the new one is none of them. */
  readonly before: ReadonlySet<string>;
}

/** Creates a sandbox; it is in every list before it is told. The reply comes when its first command could run. */
export function useCreateSandbox(
  onCreated: (sandbox: Sandbox) => void,
  mutationKey: readonly string[] = ['create'],
): Creation {
  const client = useClient();
  const queries = useQueryClient();
  const put = usePutSandbox();
  const abort = useRef(new AbortController());
  const before = useRef<ReadonlySet<string>>(new Set());
  const creating = useMutation({
    mutationKey,
    mutationFn: async (body: CreateSandbox) => {
      const { signal } = abort.current;
      const sandbox = await client.request('createSandbox', { body, timeoutMs: TIMEOUT_MS, signal });
      // Its answer was on the way while the person changed their mind.
      if (!signal.aborted) return sandbox;
      put(await client.request('killSandbox', { params: { sandbox: sandbox.id } }));
      throw signal.reason;
    },
    onSuccess: (sandbox) => {
      put(sandbox);
      onCreated(sandbox);
    },
  });
  const isCancelled = creating.error === CANCELLED;
  return {
    start: (body) => {
      abort.current = new AbortController();
      before.current = new Set(queries.getQueryData<Sandbox[]>(sandboxesKey)?.map((sandbox) => sandbox.id));
      creating.mutate(body);
    },
    cancel: () => abort.current.abort(CANCELLED),
    phase: creating.isPending ? 'creating' : isCancelled ? 'cancelled' : creating.isError ? 'failed' : 'idle',
    error: isCancelled ? null : creating.error,
    startedAtMs: creating.submittedAt,
    before: before.current,
  };
}

const CANCELLED = new Error('The creation was cancelled.');
