import type { LogEvent, SandboxId } from '@sandglass/protocol';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useClient } from '../../platform/client.tsx';

/** A pointer that passes over asks for nothing. */
const REST_MS = 70;

/** The value once it has rested. */
export function useRested<T>(value: T, restMs = REST_MS): T | undefined {
  const [rested, setRested] = useState<{ value: T } | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setRested({ value }), restMs);
    return () => clearTimeout(timer);
  }, [value, restMs]);
  return rested !== null && Object.is(rested.value, value) ? value : undefined;
}

/** The one event behind a mark, from the log. */
export function useMarkEvent(
  sandbox: SandboxId,
  seq: number | null,
): { event: LogEvent | undefined; settled: boolean } {
  const client = useClient();
  const rested = useRested(seq);
  const query = useQuery({
    queryKey: ['timelineEvent', sandbox, rested],
    queryFn: async ({ signal }) => {
      const query = { from: rested ?? 0, limit: 1 };
      const { items } = await client.request('events', { params: { sandbox }, query, signal });
      return items[0] ?? null;
    },
    enabled: rested !== undefined && rested !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
  });
  return { event: query.data?.seq === seq ? query.data : undefined, settled: query.isFetched || query.isError };
}
