import type { LogEvent, SandboxId } from '@sandglass/protocol';
import { useQuery } from '@tanstack/react-query';
import { useClient } from '../../platform/client.tsx';
import { useRested } from '../../platform/useRested.ts';

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
