import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type CompiledQuery, Kysely, SqliteDialect } from 'kysely';
import SqliteDatabase from 'libsql';
import { type MigrationStep, migrate } from './migrations.ts';

/** Every room sees its own tables: `database.withTables<SandboxTables>()`. */
export type Database = Kysely<Record<never, never>>;

/** Behind each database: what `readNow` asks. */
const files = new WeakMap<Database, SqliteDatabase.Database>();

/** A few rows by their key, where nobody can wait for them. Everything else is asked of the database itself. */
export function readNow<Row>(database: Database, query: CompiledQuery<Row>): Row[] {
  const file = files.get(database);
  if (!file) throw new Error('This database was not opened here.');
  return file.prepare(query.sql).all(query.parameters) as Row[];
}

export interface OpenDatabaseOptions {
  /** File, or `:memory:`. Its folder is made when it is missing. */
  readonly path: string;
  /** The rooms' steps, in the order in which they came to be. */
  readonly steps: readonly MigrationStep[];
  readonly now?: () => number;
}

/** Opens the server's SQLite database and brings it up to date. Throws AppError `unprocessable` when a newer version wrote it. */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  if (options.path !== ':memory:') mkdirSync(dirname(options.path), { recursive: true, mode: 0o700 });
  const file = new SqliteDatabase(options.path);
  file.pragma('journal_mode = WAL');
  // Durable against a killed process; a power cut may lose the last moments, never the file.
  file.pragma('synchronous = NORMAL');
  file.pragma('foreign_keys = ON');
  file.pragma('busy_timeout = 5000');
  const database: Database = new Kysely({ dialect: new SqliteDialect({ database: file as never }) });
  files.set(database, file);
  try {
    await migrate(database, options.steps, options.now ?? Date.now);
  } catch (error) {
    await database.destroy();
    throw error;
  }
  return database;
}
