import type { MigrationStep } from '../database/migrations.ts';

export interface CheckpointTables {
  checkpoints: { id: string; sandbox: string; number: number; parent: string | null; resource: string };
  /** Where a sandbox is in the tree (what it was made of, put back to, or kept as last), and the number given last. */
  checkpointHeads: { sandbox: string; lastNumber: number; head: string | null };
}

export const checkpointSteps: readonly MigrationStep[] = [
  {
    name: 'checkpoints-1-table',
    async up(database) {
      // No reference to the sandbox: a checkpoint outlives it.
      await database.schema
        .createTable('checkpoints')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('sandbox', 'text', (column) => column.notNull())
        .addColumn('number', 'integer', (column) => column.notNull())
        .addColumn('parent', 'text')
        .addColumn('resource', 'text', (column) => column.notNull())
        .addUniqueConstraint('checkpointNumber', ['sandbox', 'number'])
        .execute();
      await database.schema
        .createTable('checkpointHeads')
        .addColumn('sandbox', 'text', (column) => column.primaryKey())
        .addColumn('lastNumber', 'integer', (column) => column.notNull())
        .addColumn('head', 'text')
        .execute();
    },
  },
];
