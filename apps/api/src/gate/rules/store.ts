import { RuleId, RuleSetName, SandboxId } from '@sandglass/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/open.ts';
import type { RuleTables } from './tables.ts';

export interface StoredRule {
  readonly id: RuleId;
  readonly scope: string;
  readonly name: string | null;
  readonly text: string;
  readonly enabled: boolean;
  readonly createdAtMs: number;
}

export interface StoredHits {
  readonly rule: RuleId;
  readonly sandbox: SandboxId;
  readonly hits: number;
  readonly lastAtMs: number;
}

/** Rules on disk. They are all held in memory; this is what a restart finds. */
export class RuleStore {
  readonly #database: Kysely<RuleTables>;

  constructor(database: Database) {
    this.#database = database as unknown as Kysely<RuleTables>;
  }

  async rules(): Promise<StoredRule[]> {
    const rows = await this.#database.selectFrom('rules').selectAll().orderBy('createdAtMs').orderBy('id').execute();
    return rows.map((row) => ({ ...row, id: RuleId.parse(row.id), enabled: row.enabled === 1 }));
  }

  async saveRules(rules: readonly StoredRule[]): Promise<void> {
    if (rules.length === 0) return;
    const rows = rules.map((rule) => ({ ...rule, enabled: rule.enabled ? 1 : 0 }));
    await this.#database.transaction().execute(async (transaction) => {
      for (const row of rows) await transaction.replaceInto('rules').values(row).execute();
    });
  }

  async removeRule(id: RuleId): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('rules').where('id', '=', id).execute();
      await transaction.deleteFrom('ruleHits').where('rule', '=', id).execute();
    });
  }

  async sets(): Promise<{ scope: string; name: RuleSetName }[]> {
    const rows = await this.#database.selectFrom('ruleSets').selectAll().execute();
    // A set that a later version had is left alone.
    return rows.flatMap(({ scope, name }) => {
      const known = RuleSetName.safeParse(name);
      return known.success ? [{ scope, name: known.data }] : [];
    });
  }

  async switchSet(scope: string, name: RuleSetName, enabled: boolean): Promise<void> {
    if (enabled) await this.#database.replaceInto('ruleSets').values({ scope, name }).execute();
    else await this.#database.deleteFrom('ruleSets').where('scope', '=', scope).where('name', '=', name).execute();
  }

  async hits(): Promise<StoredHits[]> {
    return (await this.#database.selectFrom('ruleHits').selectAll().execute()) as StoredHits[];
  }

  async saveHits(hits: readonly StoredHits[]): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      for (const row of hits) await transaction.replaceInto('ruleHits').values(row).execute();
    });
  }

  /** All sandboxes that something is kept of. */
  async sandboxes(): Promise<SandboxId[]> {
    const [rules, sets, hits] = await Promise.all([
      this.#database.selectFrom('rules').select('scope').distinct().execute(),
      this.#database.selectFrom('ruleSets').select('scope').distinct().execute(),
      this.#database.selectFrom('ruleHits').select('sandbox').distinct().execute(),
    ]);
    const named = [...rules, ...sets].map(({ scope }) => scope);
    return [...new Set([...named, ...hits.map(({ sandbox }) => sandbox)])].flatMap(
      (each) => SandboxId.safeParse(each).data ?? [],
    );
  }

  async removeSandbox(sandbox: SandboxId): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('rules').where('scope', '=', sandbox).execute();
      await transaction.deleteFrom('ruleSets').where('scope', '=', sandbox).execute();
      await transaction.deleteFrom('ruleHits').where('sandbox', '=', sandbox).execute();
    });
  }
}
