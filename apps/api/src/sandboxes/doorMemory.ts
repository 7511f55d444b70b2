/** What a door was told of a sandbox and must still know after a restart: its own words, which nobody else reads. */
import type { SandboxId } from '@sandglass/protocol';
import type { Kysely } from 'kysely';
import type { MigrationStep } from '../database/migrations.ts';
import type { Database } from '../database/open.ts';

type DoorTables = { doorFacts: { door: string; sandbox: string; facts: string } };

export const doorSteps: readonly MigrationStep[] = [
  {
    name: 'doors-1-facts',
    async up(database) {
      await database.schema
        .createTable('doorFacts')
        .addColumn('door', 'text', (column) => column.notNull())
        .addColumn('sandbox', 'text', (column) => column.notNull())
        .addColumn('facts', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('doorFactsKey', ['door', 'sandbox'])
        .execute();
    },
  },
];

export interface DoorMemory {
  /** As it was saved; the door holds it against its own schema. */
  get(sandbox: SandboxId): unknown;
  save(sandbox: SandboxId, facts: object): Promise<void>;
  /** A secret of this door's own, the same for ever. */
  readonly key: string;
}

export async function openDoorMemory(
  database: Database,
  door: string,
  random: (bytes: number) => Uint8Array,
): Promise<DoorMemory> {
  const tables = database as unknown as Kysely<DoorTables>;
  const rows = await tables.selectFrom('doorFacts').selectAll().where('door', '=', door).execute();
  const known = new Map(rows.map((row) => [row.sandbox, row.facts]));
  const save = async (sandbox: string, facts: unknown): Promise<void> => {
    const text = JSON.stringify(facts);
    known.set(sandbox, text);
    await tables
      .insertInto('doorFacts')
      .values({ door, sandbox, facts: text })
      .onConflict((conflict) => conflict.columns(['door', 'sandbox']).doUpdateSet({ facts: text }))
      .execute();
  };
  if (!known.has('')) await save('', { key: Buffer.from(random(32)).toString('hex') });
  const { key } = JSON.parse(known.get('')!) as { key: string };
  return {
    key,
    get: (sandbox) => {
      const text = known.get(sandbox);
      return text === undefined ? undefined : JSON.parse(text);
    },
    save,
  };
}
