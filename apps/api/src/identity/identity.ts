import {
  AppError,
  type CreatedToken,
  type CreateToken,
  formatId,
  Role,
  SandboxId,
  type Token,
  TokenId,
} from '@sandglass/protocol';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../database/open.ts';
import { isExpired } from './roles.ts';
import { claimedTokenId, equalHashes, formatToken, hashSecret, type RandomBytes, randomSecret } from './secrets.ts';
import type { IdentityTables } from './tables.ts';

/** The token made at the first start; its secret is in the opened URL. */
export const START_TOKEN = TokenId.parse('tok_start');
const SESSION_MS = 30 * 24 * 3_600_000;
/** `lastUsed` is for people, who do not need it finer; so a busy client costs one write a minute. */
const LAST_USED_EVERY_MS = 60_000;
/** Secrets of tokens that are asked for again and again need not be looked up each time. */
const MAX_PROVEN = 1_000;

/** Who is asking, proven. `session` is the hash of a browser's cookie; programs have none. */
export interface Principal {
  readonly token: Token;
  readonly session: { readonly hash: string; readonly csrf: string } | null;
}

/** A token was revoked (with all of its sessions), or one session was closed. */
export type IdentityEnd = { readonly token: TokenId } | { readonly session: string };

export interface IdentityOptions {
  readonly database: Database;
  readonly random: RandomBytes;
  readonly now: () => number;
}

/** Tokens and browser sessions. Secrets are stored as hashes; whoever lost one makes another. */
export class Identity {
  readonly #database: Kysely<IdentityTables>;
  readonly #random: RandomBytes;
  readonly #now: () => number;
  readonly #listeners = new Set<(end: IdentityEnd) => void>();
  readonly #lastUsed = new Map<string, number>();
  /** By the hash of their secret. Every change of a token is made here, and forgets what was proven before it. */
  readonly #proven = new Map<string, Selectable<IdentityTables['tokens']>>();
  #changes = 0;

  constructor(options: IdentityOptions) {
    this.#database = options.database.withTables<IdentityTables>();
    this.#random = options.random;
    this.#now = options.now;
  }

  get nowMs(): number {
    return this.#now();
  }

  /** Null when no token has this secret, or it is expired. */
  async findBySecret(secret: string): Promise<Principal | null> {
    const hash = hashSecret(secret);
    const known = this.#proven.get(hash);
    if (known) return await this.#principal(known, null);
    const changes = this.#changes;
    const claimed = claimedTokenId(secret);
    for (const id of claimed === null || claimed === START_TOKEN ? [START_TOKEN] : [claimed, START_TOKEN]) {
      const row = await this.#database.selectFrom('tokens').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row || !equalHashes(row.hash, hash)) continue;
      if (this.#proven.size >= MAX_PROVEN) this.#proven.clear();
      // Revoked while it was looked up: then it is looked up again.
      if (changes === this.#changes) this.#proven.set(hash, row);
      return await this.#principal(row, null);
    }
    return null;
  }

  /** Null when it was revoked or is expired. */
  async find(id: TokenId): Promise<Principal | null> {
    const row = await this.#database.selectFrom('tokens').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? await this.#principal(row, null) : null;
  }

  /** Null when the cookie is of no living session, or its token is expired. */
  async findBySession(cookie: string): Promise<Principal | null> {
    const hash = hashSecret(cookie);
    const row = await this.#database
      .selectFrom('sessions')
      .innerJoin('tokens', 'tokens.id', 'sessions.token')
      .selectAll('tokens')
      .select('sessions.expiresAtMs as sessionExpiresAtMs')
      .where('sessions.hash', '=', hash)
      .executeTakeFirst();
    if (!row || row.sessionExpiresAtMs <= this.#now()) return null;
    return await this.#principal(row, { hash, csrf: csrfOf(cookie) });
  }

  /** Trades a secret for a session. `cookie` is shown to the browser and kept only as a hash. */
  async openSession(secret: string): Promise<{ principal: Principal; cookie: string; expiresAtMs: number } | null> {
    const owner = await this.findBySecret(secret);
    if (!owner) return null;
    const nowMs = this.#now();
    const cookie = randomSecret(this.#random);
    const hash = hashSecret(cookie);
    const expiresAtMs = Math.min(nowMs + SESSION_MS, owner.token.expiresAtMs ?? Number.POSITIVE_INFINITY);
    await this.#database.deleteFrom('sessions').where('expiresAtMs', '<=', nowMs).execute();
    await this.#database
      .insertInto('sessions')
      .values({ hash, token: owner.token.id, createdAtMs: nowMs, expiresAtMs })
      .execute();
    return { principal: { token: owner.token, session: { hash, csrf: csrfOf(cookie) } }, cookie, expiresAtMs };
  }

  async closeSession(hash: string): Promise<void> {
    await this.#database.deleteFrom('sessions').where('hash', '=', hash).execute();
    this.#end({ session: hash });
  }

  async list(): Promise<Token[]> {
    const rows = await this.#database.selectFrom('tokens').selectAll().orderBy('createdAtMs').orderBy('id').execute();
    return rows.map((row) => this.#token(row));
  }

  async create(body: CreateToken): Promise<CreatedToken> {
    const nowMs = this.#now();
    const id = formatId('tok', this.#random(10));
    const secret = formatToken(id, randomSecret(this.#random));
    const row = {
      id,
      name: body.name,
      hash: hashSecret(secret),
      role: body.role,
      scopeSandbox: body.scope?.kind === 'sandbox' ? body.scope.sandbox : null,
      createdAtMs: nowMs,
      expiresAtMs: body.ttlMs === undefined ? null : nowMs + body.ttlMs,
      lastUsedAtMs: null,
    };
    await this.#database.insertInto('tokens').values(row).execute();
    return { ...this.#token(row), secret };
  }

  /** Revokes it: its sessions and streams end. Throws `notFound`. */
  async remove(id: TokenId): Promise<void> {
    this.#forgetProven();
    const result = await this.#database.deleteFrom('tokens').where('id', '=', id).executeTakeFirst();
    if (result.numDeletedRows === 0n)
      throw new AppError('notFound', `There is no token ${id}. List the tokens to see their ids.`);
    this.#lastUsed.delete(id);
    this.#forgetProven();
    this.#end({ token: id });
  }

  /** Makes `secret` the one of the start token. Another secret than before ends the sessions of the old one. */
  async setStartSecret(secret: string): Promise<void> {
    const hash = hashSecret(secret);
    const row = await this.#database.selectFrom('tokens').selectAll().where('id', '=', START_TOKEN).executeTakeFirst();
    if (row && equalHashes(row.hash, hash)) return;
    if (row) await this.remove(START_TOKEN);
    await this.#database
      .insertInto('tokens')
      .values({
        id: START_TOKEN,
        name: 'start',
        hash,
        role: 'admin',
        scopeSandbox: null,
        createdAtMs: this.#now(),
        expiresAtMs: null,
        lastUsedAtMs: null,
      })
      .execute();
  }

  /** Called after a token or session ended, so that what it opened ends too. Returns the way to stop. */
  onEnd(listener: (end: IdentityEnd) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #forgetProven(): void {
    this.#changes++;
    this.#proven.clear();
  }

  #end(end: IdentityEnd): void {
    for (const listener of [...this.#listeners]) listener(end);
  }

  async #principal(
    row: Selectable<IdentityTables['tokens']>,
    session: Principal['session'],
  ): Promise<Principal | null> {
    const token = this.#token(row);
    const nowMs = this.#now();
    if (isExpired(token, nowMs)) return null;
    if ((token.lastUsedAtMs ?? 0) + LAST_USED_EVERY_MS <= nowMs) {
      this.#lastUsed.set(token.id, nowMs);
      await this.#database.updateTable('tokens').set({ lastUsedAtMs: nowMs }).where('id', '=', token.id).execute();
    }
    return { token, session };
  }

  #token(row: Selectable<IdentityTables['tokens']>): Token {
    return {
      id: TokenId.parse(row.id),
      name: row.name,
      role: Role.parse(row.role),
      scope:
        row.scopeSandbox === null ? { kind: 'all' } : { kind: 'sandbox', sandbox: SandboxId.parse(row.scopeSandbox) },
      createdAtMs: row.createdAtMs,
      expiresAtMs: row.expiresAtMs,
      lastUsedAtMs: this.#lastUsed.get(row.id) ?? row.lastUsedAtMs,
    };
  }
}

/** Derived, so that nothing more has to be stored: whoever has the cookie may know it, a foreign page has neither. */
function csrfOf(cookie: string): string {
  return hashSecret(`csrf ${cookie}`).slice(0, 40);
}
