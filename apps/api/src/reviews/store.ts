import { Note, type NoteId, type RunId } from '@sandglass/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../database/open.ts';
import { StoredRun } from './storedRun.ts';
import type { ReviewTables } from './tables.ts';

/** Runs and notes on disk. Those who hold them in memory decide when. */
export class ReviewStore {
  readonly #database: Kysely<ReviewTables>;

  constructor(database: Database) {
    this.#database = database as unknown as Kysely<ReviewTables>;
  }

  async runs(): Promise<StoredRun[]> {
    const rows = await this.#database.selectFrom('runs').select('resource').orderBy('startedAtMs').execute();
    return rows.map(({ resource }) => StoredRun.parse(JSON.parse(resource)));
  }

  async notes(): Promise<Note[]> {
    const rows = await this.#database.selectFrom('notes').select('resource').orderBy('atUs').execute();
    return rows.map(({ resource }) => Note.parse(JSON.parse(resource)));
  }

  async saveRun(run: StoredRun): Promise<void> {
    const { id, sandbox, startedAtMs } = run;
    const resource = JSON.stringify(run);
    await this.#database
      .insertInto('runs')
      .values({ id, sandbox, startedAtMs, resource })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ resource }))
      .execute();
  }

  async removeRun(id: RunId): Promise<void> {
    await this.#database.deleteFrom('runs').where('id', '=', id).execute();
  }

  async saveNote(note: Note): Promise<void> {
    const { id, sandbox, atUs } = note;
    const resource = JSON.stringify(note);
    await this.#database
      .insertInto('notes')
      .values({ id, sandbox, atUs, resource })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ resource }))
      .execute();
  }

  async removeNote(id: NoteId): Promise<void> {
    await this.#database.deleteFrom('notes').where('id', '=', id).execute();
  }
}
