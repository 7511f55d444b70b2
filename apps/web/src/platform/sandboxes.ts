import type { Sandglass } from '@sandglass/client';
import type { Sandbox, SandboxId, UpdateSandbox } from '@sandglass/protocol';
import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useClient } from './client.tsx';

export const sandboxesKey = ['sandboxes'] as const;
const systemKey = ['system'] as const;

async function listAll(client: Sandglass, signal: AbortSignal): Promise<Sandbox[]> {
  const items: Sandbox[] = [];
  let after: string | undefined;
  do {
    const page = await client.request('sandboxes', {
      query: { ended: 'true', limit: 500, ...(after === undefined ? {} : { after }) },
      signal,
    });
    items.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined && items.length < 5_000);
  return items;
}

/** Every sandbox this token sees, newest first, ended ones too. Asked once; the stream keeps it true. */
export function useSandboxes() {
  const client = useClient();
  return useQuery({
    queryKey: sandboxesKey,
    queryFn: ({ signal }) => listAll(client, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useSandbox(id: SandboxId): Sandbox | undefined {
  return useSandboxes().data?.find((sandbox) => sandbox.id === id);
}

/** Whose machine it was at a moment of a recording: its own, or that of one it was forked from. Undefined: none that is known here. */
export function ownerAt(sandbox: Sandbox, atUs: number, all: readonly Sandbox[]): Sandbox | undefined {
  let owner: Sandbox | undefined = sandbox;
  while (owner !== undefined && atUs < (owner.parent?.atUs ?? 0)) {
    const before: Sandbox['parent'] = owner.parent;
    owner = all.find(({ id }) => id === before?.sandbox);
  }
  return owner;
}

/** What this server is and can do. */
export function useSystem() {
  const client = useClient();
  return useQuery({
    queryKey: systemKey,
    queryFn: ({ signal }) => client.request('system', { signal }),
    staleTime: 30_000,
  });
}

/** Puts one sandbox, as the server has just said it is, into what every view reads. Older news never replaces newer. */
export function putSandbox(queries: QueryClient, sandbox: Sandbox): void {
  queries.setQueryData<Sandbox[]>(sandboxesKey, (all) => {
    if (all === undefined) return all;
    const known = all.find((each) => each.id === sandbox.id);
    if (known === undefined) return [sandbox, ...all];
    if (known.lastSeq > sandbox.lastSeq) return all;
    return all.map((each) => (each.id === sandbox.id ? sandbox : each));
  });
}

export function usePutSandbox(): (sandbox: Sandbox) => void {
  const queries = useQueryClient();
  return (sandbox) => putSandbox(queries, sandbox);
}

interface UpdateOptions {
  readonly onDone: () => void;
  readonly onError?: (error: Error) => void;
}

/** Changes what a person may change of it; every view reads it as the server answers. */
export function useUpdateSandbox(sandbox: SandboxId, { onDone, onError }: UpdateOptions) {
  const client = useClient();
  const put = usePutSandbox();
  return useMutation({
    mutationFn: (body: UpdateSandbox) => client.request('updateSandbox', { params: { sandbox }, body }),
    onSuccess: (next) => {
      put(next);
      onDone();
    },
    ...(onError === undefined ? {} : { onError }),
  });
}

/** Follows the `sandboxes` topic into the query cache. @returns stop */
export function followSandboxes(client: Sandglass, queries: QueryClient): () => void {
  return client.sandboxes.watch({
    onList: (list) => {
      const before = queries.getQueryData<Sandbox[]>(sandboxesKey);
      for (const sandbox of list) putSandbox(queries, sandbox);
      // The snapshot may leave ended ones out: who was alive and is missing has ended while we were away.
      const alive = new Set(list.map((sandbox) => sandbox.id));
      if (before?.some((sandbox) => sandbox.endedAtMs === null && !alive.has(sandbox.id)))
        void queries.invalidateQueries({ queryKey: sandboxesKey });
    },
    onChange: (sandbox) => putSandbox(queries, sandbox),
  });
}
