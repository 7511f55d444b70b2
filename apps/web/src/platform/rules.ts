import type { SandboxId } from '@sandglass/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useClient, useIsOffline } from './client.tsx';
import { useEvents } from './events.ts';

export const rulesKey = (sandbox: SandboxId) => ['rules', sandbox] as const;

/** Those that hold in a sandbox. */
export function useRules(sandbox: SandboxId) {
  const client = useClient();
  const offline = useIsOffline();
  return useQuery({
    queryKey: rulesKey(sandbox),
    queryFn: ({ signal }) => client.request('sandboxRules', { params: { sandbox }, signal }),
    enabled: !offline,
  });
}

/** Hits and what others change appear by themselves: the log says so. */
export function useFreshRules(sandbox: SandboxId): void {
  const queries = useQueryClient();
  const { events } = useEvents(sandbox);
  const newest = events.findLast(
    (event) => event.kind === 'rule.hit' || (event.kind === 'sandbox.updated' && event.data.changed.includes('rules')),
  )?.seq;
  useEffect(() => {
    if (newest !== undefined) void queries.invalidateQueries({ queryKey: rulesKey(sandbox) });
  }, [newest, queries, sandbox]);
}
