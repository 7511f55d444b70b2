import { Exec, type ExecId, Sandbox, type SandboxId, Terminal } from '@sandglass/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../database/open.ts';
import { CHANGED } from './entry.ts';
import type { SandboxTables } from './tables.ts';

/** What the server must still know after it was killed. The log has the rest. */
export class SandboxStore {
  readonly #database: Kysely<SandboxTables>;

  constructor(database: Database) {
    this.#database = database as unknown as Kysely<SandboxTables>;
  }

  async sandboxes(): Promise<Sandbox[]> {
    const rows = await this.#database
      .selectFrom('sandboxes')
      .select('resource')
      .orderBy('createdAtMs')
      .orderBy('id')
      .execute();
    return rows.map((row) => Sandbox.parse(JSON.parse(row.resource)));
  }

  /** Of every sandbox that has some: for its programs after a restart, and for its forks. */
  async secrets(): Promise<Map<SandboxId, Record<string, string>>> {
    const rows = await this.#database.selectFrom('sandboxSecrets').selectAll().execute();
    const bySandbox = new Map<SandboxId, Record<string, string>>();
    for (const { sandbox, name, value } of rows) {
      const known = bySandbox.get(sandbox as SandboxId) ?? {};
      bySandbox.set(sandbox as SandboxId, { ...known, [name]: value });
    }
    return bySandbox;
  }

  async saveSecrets(sandbox: SandboxId, secrets: Readonly<Record<string, string>>): Promise<void> {
    const rows = Object.entries(secrets).map(([name, value]) => ({ sandbox, name, value }));
    if (rows.length === 0) return;
    await this.#database
      .insertInto('sandboxSecrets')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /** In the place of those that were set before; those of its birth stay. */
  async saveChangedSecrets(sandbox: SandboxId, secrets: Readonly<Record<string, string>>): Promise<void> {
    const rows = Object.entries(secrets).map(([name, value]) => ({ sandbox, name: `${CHANGED}${name}`, value }));
    await this.#database.transaction().execute(async (transaction) => {
      await transaction
        .deleteFrom('sandboxSecrets')
        .where('sandbox', '=', sandbox)
        .where('name', 'like', `${CHANGED}%`)
        .execute();
      if (rows.length > 0) await transaction.insertInto('sandboxSecrets').values(rows).execute();
    });
  }

  /** With all that belongs to it. */
  async remove(sandbox: SandboxId): Promise<void> {
    await this.#database.deleteFrom('sandboxes').where('id', '=', sandbox).execute();
  }

  async terminals(sandbox: SandboxId): Promise<Terminal[]> {
    const rows = await this.#database
      .selectFrom('terminals')
      .select('resource')
      .where('sandbox', '=', sandbox)
      .orderBy('createdAtMs')
      .orderBy('id')
      .execute();
    return rows.map((row) => Terminal.parse(JSON.parse(row.resource)));
  }

  /** Those that had not ended when they were last written. */
  async runningExecs(sandbox: SandboxId): Promise<StoredExec[]> {
    const rows = await this.#database
      .selectFrom('execs')
      .select('resource')
      .where('sandbox', '=', sandbox)
      .where('ended', '=', 0)
      .orderBy('startedAtMs')
      .execute();
    return rows.map((row) => parseExec(row.resource));
  }

  async exec(sandbox: SandboxId, id: ExecId): Promise<StoredExec | undefined> {
    const row = await this.#database
      .selectFrom('execs')
      .select('resource')
      .where('id', '=', id)
      .where('sandbox', '=', sandbox)
      .executeTakeFirst();
    return row && parseExec(row.resource);
  }

  async saveSandbox(sandbox: Sandbox): Promise<void> {
    const resource = JSON.stringify(sandbox);
    await this.#database
      .insertInto('sandboxes')
      .values({ id: sandbox.id, createdAtMs: sandbox.createdAtMs, phase: sandbox.phase, resource })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ phase: sandbox.phase, resource }))
      .execute();
  }

  async saveTerminal(terminal: Terminal): Promise<void> {
    const resource = JSON.stringify(terminal);
    await this.#database
      .insertInto('terminals')
      .values({ id: terminal.id, sandbox: terminal.sandbox, createdAtMs: terminal.createdAtMs, resource })
      .onConflict((conflict) => conflict.columns(['sandbox', 'id']).doUpdateSet({ resource }))
      .execute();
  }

  async saveExec(stored: StoredExec): Promise<void> {
    const { exec } = stored;
    const resource = JSON.stringify(stored);
    const ended = exec.exit === null && exec.error === null ? 0 : 1;
    await this.#database
      .insertInto('execs')
      .values({ id: exec.id, sandbox: exec.sandbox, startedAtMs: exec.startedAtMs, ended, resource })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ ended, resource }))
      .execute();
  }
}

/** An exec with the call it is of, so that the call can be ended after a restart. */
export interface StoredExec {
  readonly exec: Exec;
  readonly call: string;
  readonly by: string | null;
}

function parseExec(resource: string): StoredExec {
  const stored = JSON.parse(resource) as StoredExec;
  return { ...stored, exec: Exec.parse(stored.exec) };
}
