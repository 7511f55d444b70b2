import type { SandboxId, TerminalId } from '@sandglass/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useClient } from '../../platform/client.tsx';
import { TerminalModel } from './terminalModel.ts';

const keyOf = (sandbox: SandboxId, terminal: TerminalId) => ['terminal', sandbox, terminal] as const;

/** The terminal of a pane: its resource, its model once the resource is there, and what a person may do to it. */
export function useTerminal(sandbox: SandboxId, id: TerminalId) {
  const client = useClient();
  const queries = useQueryClient();
  const queryKey = keyOf(sandbox, id);
  const query = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const { items } = await client.request('terminals', { params: { sandbox }, signal });
      return items.find((each) => each.id === id) ?? null;
    },
  });
  const known = query.data?.id;
  // One model a terminal: a rename or a refetch must not start the stream anew.
  const model = useMemo(() => {
    const info = queries.getQueryData<typeof query.data>(keyOf(sandbox, id));
    return known === undefined || info === null || info === undefined ? null : new TerminalModel(client.terminal(info));
  }, [client, queries, sandbox, id, known]);
  return {
    query,
    model,
    rename: async (name: string) => {
      const info = await client.request('updateTerminal', { params: { sandbox, terminal: id }, body: { name } });
      queries.setQueryData(queryKey, info);
      return info;
    },
    hangUp: () => client.request('closeTerminal', { params: { sandbox, terminal: id } }),
  };
}
