import { z } from 'zod';
import { WebhookId } from '../ids.ts';
import { CreatedWebhook, CreateWebhook, UpdateWebhook, Webhook, WebhookDelivery } from '../webhooks.ts';
import { list, route } from './route.ts';

const shared = { noun: 'webhooks', role: 'admin' } as const;
const params = z.object({ webhook: WebhookId });

export const webhooksRoutes = {
  webhooks: route({
    ...shared,
    method: 'GET',
    path: '/v1/webhooks',
    summary: 'Who is told when a sandbox needs somebody, and what became of the last message to each',
    reply: list(Webhook),
  }),
  createWebhook: route({
    ...shared,
    method: 'POST',
    path: '/v1/webhooks',
    summary: 'Tell an address when a call waits for a decision or an agent asks; its secret is shown once',
    body: CreateWebhook,
    reply: CreatedWebhook,
    status: 201,
  }),
  updateWebhook: route({
    ...shared,
    method: 'PATCH',
    path: '/v1/webhooks/:webhook',
    summary: 'Change a webhook, switch it on or off',
    params,
    body: UpdateWebhook,
    reply: Webhook,
    repeatable: true,
  }),
  removeWebhook: route({
    ...shared,
    method: 'DELETE',
    path: '/v1/webhooks/:webhook',
    summary: 'Remove a webhook; what is on its way to it is called off',
    params,
    reply: null,
  }),
  testWebhook: route({
    ...shared,
    method: 'POST',
    path: '/v1/webhooks/:webhook/test',
    summary: 'Send a message of no consequence, once; replies with what became of it',
    params,
    reply: WebhookDelivery,
  }),
  webhookDeliveries: route({
    ...shared,
    method: 'GET',
    path: '/v1/webhooks/:webhook/deliveries',
    summary: 'The newest messages to a webhook and what became of them, newest first',
    params,
    reply: list(WebhookDelivery),
  }),
} as const;
