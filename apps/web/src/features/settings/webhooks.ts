import type { CreateWebhook, UpdateWebhook, WebhookId } from '@sandglass/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useClient } from '../../platform/client.tsx';

const key = ['webhooks'] as const;

/** Who is told when a sandbox needs somebody; an admin's. */
export function useWebhooks(enabled: boolean) {
  const client = useClient();
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => (await client.request('webhooks', { signal })).items,
    enabled,
  });
}

export function useWebhookActs() {
  const client = useClient();
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: key });
  const create = useMutation({
    mutationFn: (body: CreateWebhook) => client.request('createWebhook', { body }),
    onSettled,
  });
  const update = useMutation({
    mutationFn: ({ webhook, body }: { webhook: WebhookId; body: UpdateWebhook }) =>
      client.request('updateWebhook', { params: { webhook }, body }),
    onSettled,
  });
  const remove = useMutation({
    mutationFn: (webhook: WebhookId) => client.request('removeWebhook', { params: { webhook } }),
    onSettled,
  });
  const test = useMutation({
    mutationFn: (webhook: WebhookId) => client.request('testWebhook', { params: { webhook }, timeoutMs: 60_000 }),
    onSettled,
  });
  return { create, update, remove, test };
}
