import type { SandboxId, TokenId } from '@sandglass/protocol';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useClient } from '../../platform/client.tsx';
import { useSession } from '../../platform/useSession.ts';

/** With a word in the place of the token. */
export function useDoors(sandbox: SandboxId | undefined, enabled: boolean) {
  const client = useClient();
  return useQuery({
    queryKey: ['doors', sandbox ?? null],
    queryFn: async ({ signal }) =>
      (await client.request('doors', { query: sandbox === undefined ? {} : { sandbox }, signal })).items,
    enabled,
  });
}

export function useConnectAgent(sandbox: SandboxId | undefined) {
  const client = useClient();
  return useMutation({
    mutationFn: () => client.request('connectAgent', { body: sandbox === undefined ? {} : { sandbox } }),
  });
}

export function useMayMakeTokens(): boolean {
  const state = useSession();
  return state.phase === 'open' && state.session.token.role === 'admin';
}

const LOOK_MS = 1_000;

/** Whether anything came with this token yet; looked at once a second until it has. */
export function useFirstCall(token: TokenId): boolean {
  const client = useClient();
  const { data = false } = useQuery({
    queryKey: ['firstCall', token],
    queryFn: async ({ signal }) =>
      (await client.request('tokens', { signal })).items.some(
        ({ id, lastUsedAtMs }) => id === token && lastUsedAtMs !== null,
      ),
    refetchInterval: ({ state }) => (state.data === true ? false : LOOK_MS),
  });
  return data;
}
