import { WebhookId, WebhookKind } from '@sandglass/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../database/open.ts';
import type { WebhookTables } from './tables.ts';

export interface StoredWebhook {
  readonly id: WebhookId;
  readonly url: string;
  readonly kinds: readonly WebhookKind[];
  readonly secret: string;
  readonly enabled: boolean;
  readonly createdAtMs: number;
}

/** Webhooks on disk. They are all held in memory; this is what a restart finds. */
export class WebhookStore {
  readonly #database: Kysely<WebhookTables>;

  constructor(database: Database) {
    this.#database = database as unknown as Kysely<WebhookTables>;
  }

  async all(): Promise<StoredWebhook[]> {
    const rows = await this.#database.selectFrom('webhooks').selectAll().orderBy('createdAtMs').orderBy('id').execute();
    return rows.map(({ id, kinds, enabled, ...row }) => ({
      ...row,
      id: WebhookId.parse(id),
      enabled: enabled === 1,
      // A kind that a later version had is left out.
      kinds: (JSON.parse(kinds) as unknown[]).flatMap((kind) => WebhookKind.safeParse(kind).data ?? []),
    }));
  }

  async save({ kinds, enabled, ...webhook }: StoredWebhook): Promise<void> {
    const row = { ...webhook, kinds: JSON.stringify(kinds), enabled: enabled ? 1 : 0 };
    await this.#database.replaceInto('webhooks').values(row).execute();
  }

  async remove(id: WebhookId): Promise<void> {
    await this.#database.deleteFrom('webhooks').where('id', '=', id).execute();
  }
}
