import type { Sandbox, SandboxId, Terminal } from '@sandglass/protocol';
import { toast } from '@sandglass/ui';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useClient } from '../../platform/client.tsx';
import { describeFailure } from '../../platform/errors.ts';
import { useEvents } from '../../platform/events.ts';

const keyOf = (sandbox: SandboxId) => ['terminals', sandbox] as const;

/** It ended with the fork: only the past that is shared with the parent has it. */
export const isOfSharedPast = (terminal: Terminal, sandbox: Sandbox): boolean =>
  sandbox.parent?.atUs !== undefined && terminal.exit !== null && terminal.createdAtMs < sandbox.createdAtMs;

/** The terminals of a sandbox, whoever opened them, with those of the past that it shares; asked again when the log says that one came, went or was renamed. */
export function useTerminals(sandbox: SandboxId, enabled: boolean) {
  const client = useClient();
  const queries = useQueryClient();
  const { events } = useEvents(sandbox);
  const newest = events.findLast(
    (event) =>
      event.kind === 'terminal.opened' || event.kind === 'terminal.exited' || event.kind === 'terminal.renamed',
  )?.seq;
  const query = useQuery({
    queryKey: keyOf(sandbox),
    queryFn: async ({ signal }) =>
      (await client.request('terminals', { params: { sandbox }, query: { past: 'true' }, signal })).items,
    enabled,
  });
  useEffect(() => {
    if (newest !== undefined) void queries.invalidateQueries({ queryKey: keyOf(sandbox) });
  }, [newest, queries, sandbox]);
  return query;
}

/** `you · bash`, then `you · bash 2`: the lowest number that no living terminal has. */
export function nextName(terminals: readonly Pick<Terminal, 'name' | 'exit'>[]): string {
  const taken = new Set(terminals.filter((terminal) => terminal.exit === null).map((terminal) => terminal.name));
  const nameOf = (number: number) => (number === 1 ? 'you · bash' : `you · bash ${number}`);
  let number = 1;
  while (taken.has(nameOf(number))) number++;
  return nameOf(number);
}

/** Opens a shell of the person, and hangs terminals up. */
export function useTerminalActions(sandbox: SandboxId) {
  const client = useClient();
  const queries = useQueryClient();
  const open = useMutation({
    mutationFn: (size: { columns: number; rows: number } | undefined) =>
      client.request('openTerminal', {
        params: { sandbox },
        body: { ...size, owner: 'person', name: nextName(queries.getQueryData<Terminal[]>(keyOf(sandbox)) ?? []) },
      }),
    onSuccess: (terminal) =>
      queries.setQueryData<Terminal[]>(keyOf(sandbox), (all) =>
        all?.some((each) => each.id === terminal.id) ? all : [...(all ?? []), terminal],
      ),
    onError: (error) => toast.fail('No terminal was opened', describeFailure(error).detail),
  });
  const hangUp = useMutation({
    mutationFn: (terminal: Terminal) => client.request('closeTerminal', { params: { sandbox, terminal: terminal.id } }),
    onError: (error) => toast.fail('The terminal was not hung up', describeFailure(error).detail),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf(sandbox) }),
  });
  return { open, hangUp };
}
