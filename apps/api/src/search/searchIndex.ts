/**
 * The texts of all recordings in one SQLite file, by FTS5's trigrams: any three characters in a row are found, so paths, ids
 * and halves of words are. It holds nothing that the logs do not have; without it, it is made again from them.
 */
import type { Found, SandboxId, TextSource } from '@sandglass/protocol';
import Database from 'libsql';
import { cutAround } from './cutAround.ts';
import { parseTerms } from './terms.ts';

export interface Text {
  readonly seq: number;
  readonly atUs: number;
  readonly wallMs: number;
  readonly source: TextSource;
  readonly place: string | null;
  readonly text: string;
}

/** Texts of another recording that one begins with. */
export interface SharedTexts {
  readonly sandbox: SandboxId;
  readonly throughSeq: number;
}

export interface SearchQuery {
  readonly words: string;
  /** Oldest first when given; else of all (or `only`), newest first. */
  readonly sandbox?: SandboxId;
  readonly afterSeq?: number;
  /** Found as its own. */
  readonly pasts?: readonly SharedTexts[];
  readonly source?: TextSource;
  readonly limit: number;
}

/** Bump it when texts are taken from the log in another way: everything is then read again. */
const VERSION = 1;
const MAX_COUNTED = 10_000;

const TABLES = `
  CREATE TABLE places (
    id INTEGER PRIMARY KEY, sandbox TEXT NOT NULL, seq INTEGER NOT NULL, at_us INTEGER NOT NULL, wall_ms INTEGER NOT NULL,
    source TEXT NOT NULL, place TEXT
  );
  CREATE INDEX places_by_sandbox ON places (sandbox, seq);
  CREATE VIRTUAL TABLE texts USING fts5(text, tokenize = 'trigram');
  CREATE TABLE read_up_to (sandbox TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;`;

interface Row {
  sandbox: SandboxId;
  seq: number;
  at_us: number;
  wall_ms: number;
  source: TextSource;
  place: string | null;
  text: string;
}

export class SearchIndex {
  readonly #database: Database.Database;

  /** `path` may be `:memory:`. One of another version is emptied, to be filled again. */
  constructor(path: string) {
    this.#database = new Database(path);
    this.#database.pragma('journal_mode = WAL');
    // What a power cut takes is read again from the logs.
    this.#database.pragma('synchronous = OFF');
    const { user_version: version } = this.#database.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version === VERSION) return;
    for (const table of ['places', 'texts', 'read_up_to']) this.#database.exec(`DROP TABLE IF EXISTS ${table}`);
    this.#database.exec(`${TABLES} PRAGMA user_version = ${VERSION};`);
  }

  /** Up to where a log is in here. */
  readUpTo(sandbox: SandboxId): number {
    const row = this.#database.prepare('SELECT seq FROM read_up_to WHERE sandbox = ?').get(sandbox);
    return (row as { seq: number } | undefined)?.seq ?? 0;
  }

  /** Adds texts, and notes that the log was read up to `seq`; both or neither. */
  add(sandbox: SandboxId, texts: readonly Text[], seq: number): void {
    const place = this.#database.prepare(
      'INSERT INTO places (sandbox, seq, at_us, wall_ms, source, place) VALUES (?, ?, ?, ?, ?, ?)',
    );
    const text = this.#database.prepare('INSERT INTO texts (rowid, text) VALUES (?, ?)');
    this.#database.transaction(() => {
      for (const each of texts) {
        const { lastInsertRowid } = place.run(sandbox, each.seq, each.atUs, each.wallMs, each.source, each.place);
        text.run(lastInsertRowid, each.text);
      }
      this.#database
        .prepare('INSERT INTO read_up_to VALUES (?, ?) ON CONFLICT (sandbox) DO UPDATE SET seq = excluded.seq')
        .run(sandbox, seq);
    })();
  }

  /** @throws AppError badRequest when there is nothing to look for */
  find(query: SearchQuery): { items: Found[]; total: number } {
    const terms = parseTerms(query.words);
    const conditions = ['texts MATCH ?'];
    const values: (string | number)[] = [terms.match];
    for (const short of terms.short) {
      conditions.push("texts.text LIKE ? ESCAPE '\\'");
      values.push(`%${short.replace(/[\\%_]/g, '\\$&')}%`);
    }
    if (query.sandbox !== undefined) {
      const { sandbox, pasts = [] } = query;
      const own = 'places.sandbox = ?';
      conditions.push(`(${[own, ...pasts.map(() => `(${own} AND places.seq <= ?)`)].join(' OR ')})`, 'places.seq > ?');
      values.push(sandbox, ...pasts.flatMap((past) => [past.sandbox, past.throughSeq]), query.afterSeq ?? 0);
    }
    if (query.source !== undefined) {
      conditions.push('places.source = ?');
      values.push(query.source);
    }
    const from = `FROM texts JOIN places ON places.id = texts.rowid WHERE ${conditions.join(' AND ')}`;
    const order = query.sandbox === undefined ? 'places.wall_ms DESC, places.id DESC' : 'places.seq';
    const rows = this.#database
      .prepare(`SELECT places.*, texts.text AS text ${from} ORDER BY ${order} LIMIT ?`)
      .all(...values, query.limit) as Row[];
    const counted = this.#database
      .prepare(`SELECT count(*) AS total FROM (SELECT 1 ${from} LIMIT ${MAX_COUNTED})`)
      .get(...values) as { total: number };
    const items = rows.map(({ sandbox, seq, at_us: atUs, wall_ms: wallMs, source, place, text }) => ({
      ...{ sandbox: query.sandbox ?? sandbox, seq, atUs, wallMs, source, place },
      ...cutAround(text, terms.all),
    }));
    return { items, total: counted.total };
  }

  cut(sandbox: SandboxId, beginsUs: number): void {
    this.#database.transaction(() => {
      const old = 'FROM places WHERE sandbox = ? AND at_us < ?';
      this.#database.prepare(`DELETE FROM texts WHERE rowid IN (SELECT id ${old})`).run(sandbox, beginsUs);
      this.#database.prepare(`DELETE ${old}`).run(sandbox, beginsUs);
    })();
  }

  remove(sandbox: SandboxId): void {
    this.#database.transaction(() => {
      this.#database.prepare('DELETE FROM texts WHERE rowid IN (SELECT id FROM places WHERE sandbox = ?)').run(sandbox);
      this.#database.prepare('DELETE FROM places WHERE sandbox = ?').run(sandbox);
      this.#database.prepare('DELETE FROM read_up_to WHERE sandbox = ?').run(sandbox);
    })();
  }

  close(): void {
    this.#database.close();
  }
}
