import { AppError } from '@sandglass/protocol';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from './open.ts';

/** One change of the schema. Named `<room>-<number>-<words>`; never edited after it was released. */
export interface MigrationStep {
  readonly name: string;
  up(database: Transaction<Record<never, never>>): Promise<void>;
}

type MigrationTables = { migrations: { name: string; appliedAtMs: number } };

/** Applies what is missing, all in one transaction: the schema is either of the old version or of the new one. */
export async function migrate(
  database: Database,
  steps: readonly MigrationStep[],
  now: () => number,
): Promise<readonly string[]> {
  const known = new Set(steps.map((step) => step.name));
  if (known.size !== steps.length) throw new Error('two migration steps have the same name');
  return await database.transaction().execute(async (transaction) => {
    const tables = (transaction as Kysely<Record<never, never>>).withTables<MigrationTables>();
    await tables.schema
      .createTable('migrations')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('appliedAtMs', 'integer', (column) => column.notNull())
      .execute();
    const applied = new Set((await tables.selectFrom('migrations').select('name').execute()).map((row) => row.name));
    const foreign = [...applied].filter((name) => !known.has(name));
    if (foreign.length > 0)
      throw new AppError(
        'unprocessable',
        `The database was written by a newer version of Sandglass (${foreign.join(', ')}). Start that version, or use another data directory.`,
      );
    const missing = steps.filter((step) => !applied.has(step.name));
    for (const step of missing) {
      await step.up(transaction);
      await tables.insertInto('migrations').values({ name: step.name, appliedAtMs: now() }).execute();
    }
    return missing.map((step) => step.name);
  });
}
