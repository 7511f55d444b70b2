import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

type Names = 'webhooks' | 'createWebhook' | 'updateWebhook' | 'removeWebhook' | 'testWebhook' | 'webhookDeliveries';

export function webhookHandlers({ webhooks }: Services): Pick<Handlers, Names> {
  return {
    webhooks: () => ({ items: webhooks.list(), next: null }),
    createWebhook: async ({ body }) => await webhooks.create(body),
    updateWebhook: async ({ params, body }) => await webhooks.update(params.webhook, body),
    removeWebhook: async ({ params }) => await webhooks.remove(params.webhook),
    testWebhook: async ({ params }) => await webhooks.test(params.webhook),
    webhookDeliveries: ({ params }) => ({ items: webhooks.deliveries(params.webhook), next: null }),
  };
}
