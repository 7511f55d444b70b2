import { Exec, type ExecId, Sandbox, type SandboxId, Terminal } from '@sandglass/protocol';
import { type Kysely, sql } from 'kysely';
import { type Database, readNow } from '../database/open.ts';
import { CHANGED } from './entry.ts';
import type { SandboxTables } from './tables.ts';

/** What is kept of one that has ended, for whoever asks for it. */
export interface StoredSandbox {
  readonly sandbox: Sandbox;
  readonly secrets: Readonly<Record<string, string>>;
  readonly terminals: readonly Terminal[];
}

/** Where it stands in the list, newest first. */
export interface Place {
  readonly createdAtMs: number;
  readonly id: string;
}

export type EndedFacts = Pick<Sandbox, 'id' | 'createdAtMs' | 'parent' | 'endedAtMs' | 'keep' | 'lastSeq'>;

const ENDED = ['dead', 'failed'] as const;

/** What the server must still know after it was killed. The log has the rest. */
export class SandboxStore {
  readonly #database: Kysely<SandboxTables>;
  readonly #opened: Database;

  constructor(database: Database) {
    this.#database = database as unknown as Kysely<SandboxTables>;
    this.#opened = database;
  }

  /** Those that had not ended when they were last written. */
  async living(): Promise<Sandbox[]> {
    const rows = await this.#database
      .selectFrom('sandboxes')
      .select('resource')
      .where('phase', 'not in', ENDED)
      .orderBy('createdAtMs')
      .orderBy('id')
      .execute();
    return rows.map(parseSandbox);
  }

  async ids(): Promise<Set<SandboxId>> {
    const rows = await this.#database.selectFrom('sandboxes').select('id').execute();
    return new Set(rows.map(({ id }) => id as SandboxId));
  }

  hasNow(id: SandboxId): boolean {
    const query = this.#database.selectFrom('sandboxes').select('id').where('id', '=', id);
    return readNow(this.#opened, query.compile()).length > 0;
  }

  /** Undefined also for one that has not ended: what it is now is not in here. */
  endedNow(id: SandboxId): StoredSandbox | undefined {
    const found = this.#database
      .selectFrom('sandboxes')
      .select('resource')
      .where('id', '=', id)
      .where('phase', 'in', ENDED);
    const [row] = readNow(this.#opened, found.compile());
    if (!row) return undefined;
    const secrets = this.#database.selectFrom('sandboxSecrets').select(['name', 'value']).where('sandbox', '=', id);
    const terminals = this.#terminalsOf(id);
    return {
      sandbox: parseSandbox(row),
      secrets: Object.fromEntries(
        readNow(this.#opened, secrets.compile()).map(({ name, value }) => [name, value] as const),
      ),
      terminals: readNow(this.#opened, terminals.compile()).map(parseTerminal),
    };
  }

  /** Newest first. @param after the last one of the page before */
  async ended(after: Place | null, limit: number): Promise<Sandbox[]> {
    const all = this.#database.selectFrom('sandboxes').select('resource').where('phase', 'in', ENDED);
    const rest =
      after === null
        ? all
        : all.where(({ eb, or, and }) =>
            or([
              eb('createdAtMs', '<', after.createdAtMs),
              and([eb('createdAtMs', '=', after.createdAtMs), eb('id', '<', after.id)]),
            ]),
          );
    const rows = await rest.orderBy('createdAtMs', 'desc').orderBy('id', 'desc').limit(limit).execute();
    return rows.map(parseSandbox);
  }

  /** Of every one that has ended, oldest first. */
  async endedFacts(): Promise<EndedFacts[]> {
    const part = <T>(name: string) => sql<T>`json_extract(resource, ${`$.${name}`})`;
    const rows = await this.#database
      .selectFrom('sandboxes')
      .select(['id', 'createdAtMs'])
      .select([
        part<number | null>('endedAtMs').as('endedAtMs'),
        part<string | null>('keep').as('keep'),
        part<number>('lastSeq').as('lastSeq'),
        part<string | null>('parent').as('parent'),
      ])
      .where('phase', 'in', ENDED)
      .orderBy('createdAtMs')
      .orderBy('id')
      .execute();
    return rows.map(({ id, keep, parent, ...row }) => ({
      ...row,
      id: id as SandboxId,
      parent: parent === null ? null : (JSON.parse(parent) as Sandbox['parent']),
      keep: keep === null ? {} : (JSON.parse(keep) as Sandbox['keep']),
    }));
  }

  /** Of those that live: for their programs after a restart. */
  async secretsOfLiving(): Promise<Map<SandboxId, Record<string, string>>> {
    const rows = await this.#database
      .selectFrom('sandboxSecrets')
      .innerJoin('sandboxes', 'sandboxes.id', 'sandboxSecrets.sandbox')
      .select(['sandbox', 'name', 'value'])
      .where('phase', 'not in', ENDED)
      .execute();
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
    return (await this.#terminalsOf(sandbox).execute()).map(parseTerminal);
  }

  #terminalsOf(sandbox: SandboxId) {
    return this.#database
      .selectFrom('terminals')
      .select('resource')
      .where('sandbox', '=', sandbox)
      .orderBy('createdAtMs')
      .orderBy('id');
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

const parseSandbox = ({ resource }: { resource: string }): Sandbox => Sandbox.parse(JSON.parse(resource));
const parseTerminal = ({ resource }: { resource: string }): Terminal => Terminal.parse(JSON.parse(resource));

function parseExec(resource: string): StoredExec {
  const stored = JSON.parse(resource) as StoredExec;
  return { ...stored, exec: Exec.parse(stored.exec) };
}
