/** Webhooks: kept, listed, changed, tried out; and told when a sandbox needs somebody. */
import {
  AppError,
  type CreatedWebhook,
  type CreateWebhook,
  DeliveryId,
  formatId,
  type Gate,
  type SandboxId,
  type UpdateWebhook,
  type Webhook,
  type WebhookDelivery,
  WebhookId,
  WebhookKind,
  type WebhookMessage,
} from '@sandglass/protocol';
import type { Database } from '../database/open.ts';
import { heldWords } from '../gate/outcomes.ts';
import type { SandboxRoom } from '../sandboxes/room.ts';
import { Deliveries } from './deliveries.ts';
import { followNeeds, type Need, titleOf } from './needs.ts';
import type { Post } from './post.ts';
import { type StoredWebhook, WebhookStore } from './store.ts';

export interface WebhookService {
  list(): Webhook[];
  create(body: CreateWebhook): Promise<CreatedWebhook>;
  update(id: WebhookId, body: UpdateWebhook): Promise<Webhook>;
  remove(id: WebhookId): Promise<void>;
  /** Once; resolves with what became of it. */
  test(id: WebhookId): Promise<WebhookDelivery>;
  deliveries(id: WebhookId): WebhookDelivery[];
}

export interface WebhooksOptions {
  readonly room: SandboxRoom;
  readonly database: Database;
  readonly gate: (sandbox: SandboxId) => Gate;
  readonly random: (bytes: number) => Uint8Array;
  readonly post: Post;
}

export interface Webhooks {
  readonly service: WebhookService;
  start(): Promise<void>;
  close(): void;
}

const MOST_WEBHOOKS = 20;

export function createWebhooks({ room, database, gate, random, post }: WebhooksOptions): Webhooks {
  const store = new WebhookStore(database);
  const webhooks = new Map<WebhookId, StoredWebhook>();
  const { clock } = room;
  const deliveries = new Deliveries({ clock, post, find: (id) => webhooks.get(id) });
  let stop = () => {};

  const find = (id: WebhookId): StoredWebhook => {
    const known = webhooks.get(id);
    if (!known) throw new AppError('notFound', `There is no webhook ${id}. List the webhooks to see their ids.`);
    return known;
  };
  const shown = ({ secret: _, kinds, ...webhook }: StoredWebhook): Webhook => ({
    ...webhook,
    kinds: [...kinds],
    last: deliveries.of(webhook.id)[0] ?? null,
  });
  const keep = async (webhook: StoredWebhook): Promise<StoredWebhook> => {
    await store.save(webhook);
    webhooks.set(webhook.id, webhook);
    return webhook;
  };
  const message = (of: Omit<WebhookMessage, 'v' | 'id' | 'atMs'>): WebhookMessage => ({
    v: 1,
    id: DeliveryId.parse(formatId('dlv', random(16))),
    atMs: clock.now(),
    ...of,
  });
  const tell = (need: Need): void => {
    for (const { id, kinds, enabled } of webhooks.values())
      if (enabled && kinds.includes(need.kind))
        void deliveries.send(id, { message: message(partsOf(need)), isWanted: need.stands });
  };

  return {
    service: {
      list: () => [...webhooks.values()].map(shown),
      create: async ({ url, kinds = WebhookKind.options, secret = secretOf(random(32)) }) => {
        if (webhooks.size >= MOST_WEBHOOKS)
          throw new AppError('limitExceeded', `There are at most ${MOST_WEBHOOKS} webhooks. Remove one first.`);
        const id = WebhookId.parse(formatId('whk', random(16)));
        const made = await keep({ id, url, kinds: unique(kinds), secret, enabled: true, createdAtMs: clock.now() });
        return { ...shown(made), secret };
      },
      update: async (id, { url, kinds, secret, enabled }) => {
        const known = find(id);
        return shown(
          await keep({
            ...known,
            url: url ?? known.url,
            kinds: unique(kinds ?? known.kinds),
            secret: secret ?? known.secret,
            enabled: enabled ?? known.enabled,
          }),
        );
      },
      remove: async (id) => {
        find(id);
        webhooks.delete(id);
        deliveries.forget(id);
        await store.remove(id);
      },
      test: async (id) => {
        find(id);
        const nothing = { sandbox: null, path: '/', call: null, expiresAtMs: null, held: null, question: null };
        const tried = message({ kind: 'test', title: 'A test from Sandglass', ...nothing });
        return await deliveries.send(id, { message: tried, isWanted: () => true, once: true });
      },
      deliveries: (id) => deliveries.of(find(id).id),
    },
    async start() {
      for (const webhook of await store.all()) webhooks.set(webhook.id, webhook);
      stop = followNeeds({ room, gate, onNeed: tell });
    },
    close() {
      stop();
      deliveries.close();
    },
  };
}

const secretOf = (random: Uint8Array): string => `whs_${Buffer.from(random).toString('base64url')}`;
const unique = (kinds: readonly WebhookKind[]): WebhookKind[] => [...new Set(kinds)];

function partsOf(need: Need): Omit<WebhookMessage, 'v' | 'id' | 'atMs'> {
  const { kind, entry, held, question } = need;
  const { id, log } = entry;
  return {
    kind,
    sandbox: { id, name: entry.facts.name },
    path: `/s/${id}`,
    call: held?.call ?? question?.call ?? null,
    title: titleOf(need),
    expiresAtMs: held?.expiresAtMs ?? question?.expiresAtMs ?? null,
    held: held && { name: held.name, summary: held.summary, when: held.when, reason: heldWords(held.reason) },
    question: question && {
      text: log.redact(question.question),
      choices: question.choices && log.redact(question.choices),
      takeOver: question.takeOver,
    },
  };
}
