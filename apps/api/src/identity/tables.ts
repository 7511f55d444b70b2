import type { MigrationStep } from '../database/migrations.ts';

/** A type, not an interface: Kysely asks for an index signature. */
export type IdentityTables = {
  tokens: {
    id: string;
    name: string;
    hash: string;
    role: string;
    scopeSandbox: string | null;
    createdAtMs: number;
    expiresAtMs: number | null;
    lastUsedAtMs: number | null;
  };
  sessions: { hash: string; token: string; createdAtMs: number; expiresAtMs: number };
};

export const identitySteps: readonly MigrationStep[] = [
  {
    name: 'identity-1-tokens',
    async up(database) {
      await database.schema
        .createTable('tokens')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('hash', 'text', (column) => column.notNull())
        .addColumn('role', 'text', (column) => column.notNull())
        .addColumn('scopeSandbox', 'text')
        .addColumn('createdAtMs', 'integer', (column) => column.notNull())
        .addColumn('expiresAtMs', 'integer')
        .addColumn('lastUsedAtMs', 'integer')
        .execute();
      await database.schema
        .createTable('sessions')
        .addColumn('hash', 'text', (column) => column.primaryKey())
        .addColumn('token', 'text', (column) => column.notNull().references('tokens.id').onDelete('cascade'))
        .addColumn('createdAtMs', 'integer', (column) => column.notNull())
        .addColumn('expiresAtMs', 'integer', (column) => column.notNull())
        .execute();
      await database.schema.createIndex('sessionsByToken').on('sessions').column('token').execute();
    },
  },
];
