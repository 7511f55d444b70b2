import { AppError, Checkpoint, type CheckpointId, type SandboxId } from '@sandglass/protocol';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../database/open.ts';
import type { CheckpointTables } from './tables.ts';

/** Where a sandbox stands in the tree of checkpoints. */
export interface Head {
  /** Of the newest checkpoint ever made of it; numbers are never given twice. */
  readonly lastNumber: number;
  readonly head: CheckpointId | null;
}

export class CheckpointStore {
  readonly #database: Kysely<CheckpointTables>;

  constructor(database: Database) {
    this.#database = database as unknown as Kysely<CheckpointTables>;
  }

  async list(sandbox: SandboxId): Promise<Checkpoint[]> {
    const rows = await this.#database
      .selectFrom('checkpoints')
      .selectAll()
      .where('sandbox', '=', sandbox)
      .orderBy('number')
      .execute();
    return rows.map(parse);
  }

  async ids(): Promise<CheckpointId[]> {
    const rows = await this.#database.selectFrom('checkpoints').select('id').execute();
    return rows.map((row) => row.id as CheckpointId);
  }

  /** @throws AppError `notFound`. */
  async get(id: CheckpointId): Promise<Checkpoint> {
    const row = await this.#database.selectFrom('checkpoints').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new AppError('notFound', `There is no checkpoint ${id}. It may have been removed.`);
    return parse(row);
  }

  async head(sandbox: SandboxId): Promise<Head> {
    const row = await this.#database
      .selectFrom('checkpointHeads')
      .selectAll()
      .where('sandbox', '=', sandbox)
      .executeTakeFirst();
    return { lastNumber: row?.lastNumber ?? 0, head: (row?.head as CheckpointId | undefined) ?? null };
  }

  async setHead(sandbox: SandboxId, head: CheckpointId): Promise<void> {
    await this.#database
      .insertInto('checkpointHeads')
      .values({ sandbox, lastNumber: 0, head })
      .onConflict((conflict) => conflict.column('sandbox').doUpdateSet({ head }))
      .execute();
  }

  /** Keeps it and makes it the head of its sandbox, both or neither. */
  async add(checkpoint: Checkpoint): Promise<void> {
    const { id, sandbox, number, parent } = checkpoint;
    await this.#database.transaction().execute(async (transaction) => {
      const resource = JSON.stringify(checkpoint);
      await transaction.insertInto('checkpoints').values({ id, sandbox, number, parent, resource }).execute();
      await transaction
        .insertInto('checkpointHeads')
        .values({ sandbox, lastNumber: number, head: id })
        .onConflict((conflict) => conflict.column('sandbox').doUpdateSet({ lastNumber: number, head: id }))
        .execute();
    });
  }

  /** What came after it hangs below what came before it. */
  async remove({ id, parent }: Pick<Checkpoint, 'id' | 'parent'>): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      await transaction.updateTable('checkpoints').set({ parent }).where('parent', '=', id).execute();
      await transaction.updateTable('checkpointHeads').set({ head: parent }).where('head', '=', id).execute();
      await transaction.deleteFrom('checkpoints').where('id', '=', id).execute();
    });
  }
}

function parse(row: Selectable<CheckpointTables['checkpoints']>): Checkpoint {
  return Checkpoint.parse({ ...JSON.parse(row.resource), parent: row.parent });
}
