import type { MigrationStep } from '../database/migrations.ts';

/** `resource` is the whole as JSON; all of it is in memory while the server runs. */
export interface ReviewTables {
  runs: { id: string; sandbox: string; startedAtMs: number; resource: string };
  notes: { id: string; sandbox: string; atUs: number; resource: string };
}

export const reviewSteps: readonly MigrationStep[] = [
  {
    name: 'reviews-1-runs-and-notes',
    async up(database) {
      // No reference to the sandbox: its row is written after its first moments.
      for (const [table, time] of [
        ['runs', 'startedAtMs'],
        ['notes', 'atUs'],
      ] as const) {
        await database.schema
          .createTable(table)
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('sandbox', 'text', (column) => column.notNull())
          .addColumn(time, 'integer', (column) => column.notNull())
          .addColumn('resource', 'text', (column) => column.notNull())
          .execute();
        await database.schema.createIndex(`${table}BySandbox`).on(table).columns(['sandbox', time]).execute();
      }
    },
  },
];
