import type { CreateSandbox, Sandbox } from '@sandglass/protocol';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { sandboxesKey, usePutSandbox } from '../../platform/sandboxes.ts';
import { CANCELLED, createWanted } from './createWanted.ts';

/** The creation that the empty wall started. */
export const firstKey = ['create', 'first'] as const;

export interface Creation {
  readonly start: (body: CreateSandbox) => void;
  /**
   * Kills what was begun, as soon as its name is told. The request is not broken off: its answer may be on the way, and
   * a sandbox of which nobody was told would live on. A page that is closed breaks it off, and then the server kills.
   */
  readonly cancel: () => void;
  readonly phase: 'idle' | 'creating' | 'cancelling' | 'cancelled' | 'failed';
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
  const asked = useRef(new AbortController());
  const before = useRef<ReadonlySet<string>>(new Set());
  const [isUnwanted, setUnwanted] = useState(false);
  const creating = useMutation({
    mutationKey,
    mutationFn: (body: CreateSandbox) => createWanted({ client, body, signal: asked.current.signal, onKilled: put }),
    onSuccess: (sandbox) => {
      put(sandbox);
      onCreated(sandbox);
    },
  });
  const isCancelled = creating.error === CANCELLED;
  const waiting = isUnwanted ? 'cancelling' : 'creating';
  return {
    start: (body) => {
      asked.current = new AbortController();
      setUnwanted(false);
      before.current = new Set(queries.getQueryData<Sandbox[]>(sandboxesKey)?.map((sandbox) => sandbox.id));
      creating.mutate(body);
    },
    cancel: () => {
      asked.current.abort();
      setUnwanted(true);
    },
    phase: creating.isPending ? waiting : isCancelled ? 'cancelled' : creating.isError ? 'failed' : 'idle',
    error: isCancelled ? null : creating.error,
    startedAtMs: creating.submittedAt,
    before: before.current,
  };
}
