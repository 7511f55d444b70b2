import type { MigrationStep } from '../../database/migrations.ts';

/** `scope` is `everywhere`, `template:…` or a sandbox's id. */
export interface RuleTables {
  rules: { id: string; scope: string; name: string | null; text: string; enabled: number; createdAtMs: number };
  ruleSets: { scope: string; name: string };
  ruleHits: { rule: string; sandbox: string; hits: number; lastAtMs: number };
}

export const ruleSteps: readonly MigrationStep[] = [
  {
    name: 'rules-1-tables',
    async up(database) {
      await database.schema
        .createTable('rules')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('scope', 'text', (column) => column.notNull())
        .addColumn('name', 'text')
        .addColumn('text', 'text', (column) => column.notNull())
        .addColumn('enabled', 'integer', (column) => column.notNull())
        .addColumn('createdAtMs', 'integer', (column) => column.notNull())
        .execute();
      // Only those that are switched on have a row.
      await database.schema
        .createTable('ruleSets')
        .addColumn('scope', 'text', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('ruleSetsKey', ['scope', 'name'])
        .execute();
      await database.schema
        .createTable('ruleHits')
        .addColumn('rule', 'text', (column) => column.notNull())
        .addColumn('sandbox', 'text', (column) => column.notNull())
        .addColumn('hits', 'integer', (column) => column.notNull())
        .addColumn('lastAtMs', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('ruleHitsKey', ['rule', 'sandbox'])
        .execute();
    },
  },
];
