import { sql } from 'kysely';
import type { MigrationStep } from '../database/migrations.ts';

/** One row a sandbox. `resource` is its resource as JSON without what the log knows; the columns are what is searched for. */
export interface SandboxTables {
  sandboxes: {
    id: string;
    createdAtMs: number;
    phase: string;
    resource: string;
  };
  terminals: { id: string; sandbox: string; createdAtMs: number; resource: string };
  execs: { id: string; sandbox: string; startedAtMs: number; ended: number; resource: string };
  sandboxSecrets: { sandbox: string; name: string; value: string };
}

export const sandboxSteps: readonly MigrationStep[] = [
  {
    name: 'sandboxes-1-tables',
    async up(database) {
      await database.schema
        .createTable('sandboxes')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('createdAtMs', 'integer', (column) => column.notNull())
        .addColumn('phase', 'text', (column) => column.notNull())
        .addColumn('resource', 'text', (column) => column.notNull())
        .execute();
      for (const [table, time] of [
        ['terminals', 'createdAtMs'],
        ['execs', 'startedAtMs'],
      ] as const) {
        const builder = database.schema
          .createTable(table)
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('sandbox', 'text', (column) => column.notNull().references('sandboxes.id').onDelete('cascade'))
          .addColumn(time, 'integer', (column) => column.notNull());
        const whole = table === 'execs' ? builder.addColumn('ended', 'integer', (column) => column.notNull()) : builder;
        await whole.addColumn('resource', 'text', (column) => column.notNull()).execute();
        await database.schema.createIndex(`${table}BySandbox`).on(table).columns(['sandbox', time]).execute();
      }
    },
  },
  {
    // A fork that came with its parent's memory has the terminals of its parent, by the same ids.
    name: 'sandboxes-2-terminals-by-sandbox',
    async up(database) {
      await database.schema
        .createTable('terminalsBySandboxAndId')
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('sandbox', 'text', (column) => column.notNull().references('sandboxes.id').onDelete('cascade'))
        .addColumn('createdAtMs', 'integer', (column) => column.notNull())
        .addColumn('resource', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('terminalsKey', ['sandbox', 'id'])
        .execute();
      await sql`insert into terminalsBySandboxAndId select id, sandbox, createdAtMs, resource from terminals`.execute(
        database,
      );
      await database.schema.dropTable('terminals').execute();
      await database.schema.alterTable('terminalsBySandboxAndId').renameTo('terminals').execute();
      await database.schema
        .createIndex('terminalsBySandbox')
        .on('terminals')
        .columns(['sandbox', 'createdAtMs'])
        .execute();
    },
  },
  {
    name: 'sandboxes-3-secrets',
    async up(database) {
      await database.schema
        .createTable('sandboxSecrets')
        .addColumn('sandbox', 'text', (column) => column.notNull().references('sandboxes.id').onDelete('cascade'))
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('value', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('sandboxSecretsKey', ['sandbox', 'name'])
        .execute();
    },
  },
  {
    // The list of what has ended is read in pages.
    name: 'sandboxes-4-by-time',
    async up(database) {
      await database.schema.createIndex('sandboxesByTime').on('sandboxes').columns(['createdAtMs', 'id']).execute();
    },
  },
];
