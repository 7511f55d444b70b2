import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxId, Terminal } from '@sandglass/protocol';
import { type Kysely, sql } from 'kysely';
import { expect, test } from 'vitest';
import { openDatabase } from '../database/open.ts';
import { SandboxStore } from './store.ts';
import { type SandboxTables, sandboxSteps } from './tables.ts';

test('terminals of an older database are kept, and a fork may have those of its parent', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sandglass-store-'));
  const path = join(directory, 'sandglass.db');
  const terminal = (sandbox: string, name: string): Terminal => ({
    id: 'trm_aaaaaaaaaaaaaaaa' as Terminal['id'],
    sandbox: sandbox as SandboxId,
    name,
    owner: 'agent',
    columns: 80,
    rows: 24,
    createdAtMs: 1,
    exit: null,
    bytes: 0,
  });
  const [parent, fork] = ['sbx_aaaaaaaaaaaaaaaa', 'sbx_bbbbbbbbbbbbbbbb'] as [SandboxId, SandboxId];
  const old = await openDatabase({ path, steps: sandboxSteps.slice(0, 1) });
  const tables = old as unknown as Kysely<SandboxTables>;
  for (const id of [parent, fork])
    await tables.insertInto('sandboxes').values({ id, createdAtMs: 1, phase: 'running', resource: '{}' }).execute();
  const kept = terminal(parent, 'kept');
  const resource = JSON.stringify(kept);
  await tables.insertInto('terminals').values({ id: kept.id, sandbox: parent, createdAtMs: 1, resource }).execute();
  await old.destroy();

  const database = await openDatabase({ path, steps: sandboxSteps });
  const store = new SandboxStore(database);
  await store.saveTerminal(terminal(fork, 'of the fork'));
  expect(await store.terminals(parent)).toEqual([kept]);
  expect(await store.terminals(fork)).toMatchObject([{ name: 'of the fork' }]);
  expect((await sql`pragma foreign_key_check`.execute(database)).rows).toEqual([]);
  await database.destroy();
  rmSync(directory, { recursive: true, force: true });
});
