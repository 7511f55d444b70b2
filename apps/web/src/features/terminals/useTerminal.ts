import type { SandboxId, Terminal, TerminalId } from '@sandglass/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { useIsPast, usePlayhead } from '../../platform/playhead.ts';
import { recordedTerminal } from './recordedTerminal.ts';
import { TerminalModel } from './terminalModel.ts';

/** The terminal of a pane: its resource (null when it is gone), its model once the resource is there, and its renaming. */
export function useTerminal(sandbox: SandboxId, id: TerminalId) {
  const client = useClient();
  const playhead = usePlayhead();
  const past = useIsPast();
  const queries = useQueryClient();
  // The list that every view of terminals reads; the log's news of terminals makes it fresh.
  const queryKey = ['terminals', sandbox];
  const query = useQuery({
    queryKey,
    queryFn: async ({ signal }) =>
      (await client.request('terminals', { params: { sandbox }, query: { past: 'true' }, signal })).items,
  });
  const info = query.data?.find((each) => each.id === id) ?? (query.data === undefined ? undefined : null);
  const latest = useRef(info);
  latest.current = info;
  const known = info?.id;
  const [attempt, setAttempt] = useState(0);
  // One model a terminal: a rename or a refetch must not start the stream anew.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is the reason for another model
  const model = useMemo(() => {
    if (known === undefined || !latest.current) return null;
    return new TerminalModel(past ? recordedTerminal(playhead, latest.current) : client.terminal(latest.current));
  }, [client, known, playhead, past, attempt]);
  return {
    query,
    info,
    model,
    /** After it failed. */
    reconnect: () => setAttempt(attempt + 1),
    rename: async (name: string) => {
      const renamed = await client.request('updateTerminal', { params: { sandbox, terminal: id }, body: { name } });
      queries.setQueryData<Terminal[]>(queryKey, (all) => all?.map((each) => (each.id === id ? renamed : each)));
    },
  };
}
