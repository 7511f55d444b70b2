/**
 * Event rows and the segment index. It has a connection (and file) of its own: events are written synchronously, and a
 * transaction that someone else holds open across an await would either swallow them or stop the server.
 */
import type { LogEvent, SandboxId } from '@sandglass/protocol';
import Database from 'libsql';
import type { SegmentRow } from './trackSegments.ts';

const MIGRATIONS = [
  `CREATE TABLE events (
     sandbox TEXT NOT NULL, seq INTEGER NOT NULL, at_us INTEGER NOT NULL, wall_ms INTEGER NOT NULL,
     actor TEXT NOT NULL, by TEXT, kind TEXT NOT NULL, data TEXT NOT NULL,
     PRIMARY KEY (sandbox, seq)
   ) WITHOUT ROWID;
   CREATE TABLE segments (
     sandbox TEXT NOT NULL, track TEXT NOT NULL, number INTEGER NOT NULL, starts INTEGER NOT NULL,
     first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL, first_us INTEGER NOT NULL, last_us INTEGER NOT NULL,
     size_bytes INTEGER NOT NULL, payload_bytes TEXT NOT NULL,
     PRIMARY KEY (sandbox, track, number)
   ) WITHOUT ROWID;`,
];

interface EventRow {
  seq: number;
  at_us: number;
  wall_ms: number;
  actor: LogEvent['actor'];
  by: string | null;
  kind: LogEvent['kind'];
  data: string;
}

interface StoredSegment {
  track: string;
  number: number;
  starts: number;
  first_seq: number;
  last_seq: number;
  first_us: number;
  last_us: number;
  size_bytes: number;
  payload_bytes: string;
}

export class LogDatabase {
  readonly #database: Database.Database;
  readonly #insertEvent;
  readonly #selectEvents;
  readonly #selectEventsOf;
  readonly #selectLast;
  readonly #saveSegment;
  readonly #selectSegments;

  /** `path` may be `:memory:`. Creates and migrates what is missing; a newer database is refused. */
  constructor(path: string) {
    this.#database = new Database(path);
    this.#database.pragma('journal_mode = WAL');
    // Survives a killed process; the last moments before a power cut may be lost.
    this.#database.pragma('synchronous = NORMAL');
    migrate(this.#database);
    this.#insertEvent = this.#database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    this.#selectEvents = this.#database.prepare(
      'SELECT seq, at_us, wall_ms, actor, by, kind, data FROM events WHERE sandbox = ? AND seq >= ? ORDER BY seq LIMIT ?',
    );
    this.#selectEventsOf = this.#database.prepare(
      `SELECT seq, at_us, wall_ms, actor, by, kind, data FROM events
       WHERE sandbox = ? AND seq >= ? AND kind IN (SELECT value FROM json_each(?)) ORDER BY seq LIMIT ?`,
    );
    this.#selectLast = this.#database.prepare(
      'SELECT seq, at_us FROM events WHERE sandbox = ? ORDER BY seq DESC LIMIT 1',
    );
    this.#saveSegment = this.#database.prepare('INSERT OR REPLACE INTO segments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#selectSegments = this.#database.prepare(
      `SELECT track, number, starts, first_seq, last_seq, first_us, last_us, size_bytes, payload_bytes
       FROM segments WHERE sandbox = ? ORDER BY track, number`,
    );
  }

  insertEvent(sandbox: SandboxId, event: LogEvent): void {
    const { seq, atUs, wallMs, actor, by, kind, data } = event;
    this.#insertEvent.run(sandbox, seq, atUs, wallMs, actor, by, kind, JSON.stringify(data));
  }

  events(sandbox: SandboxId, from: number, limit: number, kinds?: readonly LogEvent['kind'][]): LogEvent[] {
    const rows = (
      kinds === undefined
        ? this.#selectEvents.all(sandbox, from, limit)
        : this.#selectEventsOf.all(sandbox, from, JSON.stringify(kinds), limit)
    ) as EventRow[];
    return rows.map(
      (row) =>
        ({
          seq: row.seq,
          atUs: row.at_us,
          wallMs: row.wall_ms,
          actor: row.actor,
          by: row.by,
          kind: row.kind,
          data: JSON.parse(row.data),
        }) as LogEvent,
    );
  }

  last(sandbox: SandboxId): { seq: number; atUs: number } {
    const row = this.#selectLast.get(sandbox) as { seq: number; at_us: number } | undefined;
    return row ? { seq: row.seq, atUs: row.at_us } : { seq: 0, atUs: 0 };
  }

  saveSegment(sandbox: SandboxId, track: string, row: SegmentRow): void {
    this.#saveSegment.run(
      sandbox,
      track,
      row.number,
      row.starts,
      row.firstSeq,
      row.lastSeq,
      row.firstUs,
      row.lastUs,
      row.sizeBytes,
      JSON.stringify(row.payloadBytes),
    );
  }

  segments(sandbox: SandboxId): Map<string, SegmentRow[]> {
    const byTrack = new Map<string, SegmentRow[]>();
    for (const row of this.#selectSegments.all(sandbox) as StoredSegment[]) {
      const rows = byTrack.get(row.track) ?? [];
      byTrack.set(row.track, rows);
      rows.push({
        number: row.number,
        starts: row.starts as SegmentRow['starts'],
        firstSeq: row.first_seq,
        lastSeq: row.last_seq,
        firstUs: row.first_us,
        lastUs: row.last_us,
        sizeBytes: row.size_bytes,
        payloadBytes: JSON.parse(row.payload_bytes) as SegmentRow['payloadBytes'],
      });
    }
    return byTrack;
  }

  remove(sandbox: SandboxId): void {
    this.#database.prepare('DELETE FROM events WHERE sandbox = ?').run(sandbox);
    this.#database.prepare('DELETE FROM segments WHERE sandbox = ?').run(sandbox);
  }

  close(): void {
    this.#database.close();
  }
}

function migrate(database: Database.Database): void {
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version > MIGRATIONS.length) {
    throw new Error(
      `The log database is of version ${version}, newer than this server (${MIGRATIONS.length}). Update the server.`,
    );
  }
  for (let step = version; step < MIGRATIONS.length; step++) {
    database.exec(`BEGIN; ${MIGRATIONS[step]} PRAGMA user_version = ${step + 1}; COMMIT;`);
  }
}
