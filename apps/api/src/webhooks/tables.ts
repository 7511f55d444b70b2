import type { MigrationStep } from '../database/migrations.ts';

/** `kinds` is a JSON list. The secret stands as it is: what is sent is signed with it. */
export interface WebhookTables {
  webhooks: { id: string; url: string; kinds: string; secret: string; enabled: number; createdAtMs: number };
}

export const webhookSteps: readonly MigrationStep[] = [
  {
    name: 'webhooks-1-table',
    async up(database) {
      await database.schema
        .createTable('webhooks')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('url', 'text', (column) => column.notNull())
        .addColumn('kinds', 'text', (column) => column.notNull())
        .addColumn('secret', 'text', (column) => column.notNull())
        .addColumn('enabled', 'integer', (column) => column.notNull())
        .addColumn('createdAtMs', 'integer', (column) => column.notNull())
        .execute();
    },
  },
];
