import type { CreateToken, TokenId } from '@sandglass/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useClient } from '../../platform/client.tsx';

const key = ['tokens'] as const;

/** The server's tokens, for who may see them. */
export function useTokens(enabled: boolean) {
  const client = useClient();
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => (await client.request('tokens', { signal })).items,
    enabled,
  });
}

export function useTokenActions() {
  const client = useClient();
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: key });
  const create = useMutation({
    mutationFn: (body: CreateToken) => client.request('createToken', { body }),
    onSettled,
  });
  const revoke = useMutation({
    mutationFn: (token: TokenId) => client.request('removeToken', { params: { token } }),
    onSettled,
  });
  return { create, revoke };
}
