import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { MigrationStep } from './migrations.ts';
import { openDatabase } from './open.ts';

const one: MigrationStep = {
  name: 'room-1-things',
  up: async (database) => void (await database.schema.createTable('things').addColumn('id', 'text').execute()),
};
const broken: MigrationStep = {
  name: 'room-2-broken',
  async up(database) {
    await database.schema.createTable('half').addColumn('id', 'text').execute();
    await sql`insert into nowhere values (1)`.execute(database);
  },
};

function folder(): { path: string } & Disposable {
  const directory = mkdtempSync(join(tmpdir(), 'sandglass-database-'));
  return { path: join(directory, 'a/b/db'), [Symbol.dispose]: () => rmSync(directory, { recursive: true }) };
}

it('applies what is missing once', async () => {
  using place = folder();
  await (await openDatabase({ path: place.path, steps: [one] })).destroy();
  const database = await openDatabase({ path: place.path, steps: [one] });
  const { rows } = await sql<{ journal_mode: string }>`pragma journal_mode`.execute(database);
  expect(rows[0]?.journal_mode).toBe('wal');
  await database.destroy();
});

it('changes nothing when a step fails', async () => {
  using place = folder();
  await expect(openDatabase({ path: place.path, steps: [one, broken] })).rejects.toThrow('nowhere');
  const database = await openDatabase({ path: place.path, steps: [] });
  const { rows } = await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(database);
  expect(rows.map((row) => row.name)).toEqual(['migrations']);
  await database.destroy();
});

it('refuses the database of a newer version', async () => {
  using place = folder();
  await (await openDatabase({ path: place.path, steps: [one] })).destroy();
  await expect(openDatabase({ path: place.path, steps: [] })).rejects.toMatchObject({ code: 'unprocessable' });
});
