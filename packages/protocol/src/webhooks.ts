/** Who else is told when a sandbox needs somebody: addresses that an administrator names, and what is posted to them. docs/webhooks.md. */
import { z } from 'zod';
import { CallId, DeliveryId, SandboxId, WallMs, WebhookId } from './ids.ts';

/** `held`: a call waits for a person's decision; `question`: an agent asks a person. */
export const WebhookKind = z.enum(['held', 'question']).meta({ id: 'WebhookKind' });
export type WebhookKind = z.infer<typeof WebhookKind>;

const WebhookUrl = z
  .url({ protocol: /^https?$/, message: 'must be an http or https address' })
  .max(2_000)
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const { username, password, hash } = new URL(text);
    return username === '' && password === '' && hash === '';
  }, 'must not hold a user, a password or a fragment; what is sent is signed instead');
const WebhookSecret = z
  .string()
  .regex(/^[\x21-\x7e]{16,256}$/, '16 to 256 visible characters without spaces')
  .describe('signs what is sent; left out: one is made');
const WebhookKinds = z.array(WebhookKind).min(1).max(2).describe('of what it is told');

export const CreateWebhook = z
  .object({ url: WebhookUrl, kinds: WebhookKinds.optional(), secret: WebhookSecret.optional() })
  .strict()
  .meta({ id: 'CreateWebhook' });
export type CreateWebhook = z.infer<typeof CreateWebhook>;
export const UpdateWebhook = z
  .object({ url: WebhookUrl, kinds: WebhookKinds, secret: WebhookSecret, enabled: z.boolean() })
  .partial()
  .strict()
  .meta({ id: 'UpdateWebhook' });
export type UpdateWebhook = z.infer<typeof UpdateWebhook>;

/** One message on its way to one address. The newest fifty of each are remembered until the server ends. */
export const WebhookDelivery = z
  .object({
    id: DeliveryId,
    kind: z.enum([...WebhookKind.options, 'test']),
    sandbox: SandboxId.nullable(),
    askedAtMs: WallMs,
    state: z
      .enum(['waiting', 'delivered', 'failed', 'calledOff'])
      .describe('calledOff: it was decided or answered before it could be delivered'),
    attempts: z.number().int().nonnegative(),
    status: z.number().int().nullable().describe('of the last answer'),
    error: z.string().nullable().describe('why the last attempt failed'),
    nextAtMs: WallMs.nullable().describe('waiting: when it is tried again'),
  })
  .meta({ id: 'WebhookDelivery' });
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;

export const Webhook = z
  .object({
    id: WebhookId,
    url: z.string(),
    kinds: z.array(WebhookKind),
    enabled: z.boolean(),
    createdAtMs: WallMs,
    last: WebhookDelivery.nullable().describe('the newest, since the server started'),
  })
  .meta({ id: 'Webhook' });
export type Webhook = z.infer<typeof Webhook>;
export const CreatedWebhook = Webhook.extend({ secret: z.string().describe('shown once') }).meta({
  id: 'CreatedWebhook',
});
export type CreatedWebhook = z.infer<typeof CreatedWebhook>;

/**
 * The body of the POST, JSON. Header `x-sandglass-signature: t=SECONDS,v1=HEX`, the HMAC-SHA256 with the secret of the
 * seconds, a full stop and the body as it was sent.
 */
export const WebhookMessage = z
  .object({
    v: z.literal(1),
    id: DeliveryId.describe('the same at each attempt'),
    kind: z.enum([...WebhookKind.options, 'test']),
    atMs: WallMs,
    sandbox: z.object({ id: SandboxId, name: z.string() }).nullable(),
    path: z.string().describe('where the console shows it, below the address of this server'),
    call: CallId.nullable(),
    title: z.string().describe('one line, for people'),
    expiresAtMs: WallMs.nullable().describe('nobody needs to decide after that'),
    held: z
      .object({ name: z.string(), summary: z.string(), when: z.enum(['before', 'after']), reason: z.string() })
      .nullable(),
    question: z.object({ text: z.string(), choices: z.array(z.string()).nullable(), takeOver: z.boolean() }).nullable(),
  })
  .meta({ id: 'WebhookMessage' });
export type WebhookMessage = z.infer<typeof WebhookMessage>;
