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
  // Where what was written of a program's output stands in what it said: secrets and private moments make the two differ.
  `CREATE TABLE outputs (
     sandbox TEXT NOT NULL, track TEXT NOT NULL, kind INTEGER NOT NULL, written_bytes INTEGER NOT NULL,
     source_bytes INTEGER NOT NULL, removed INTEGER NOT NULL,
     PRIMARY KEY (sandbox, track, kind, written_bytes)
   ) WITHOUT ROWID;
   CREATE TABLE removals (sandbox TEXT PRIMARY KEY, events INTEGER NOT NULL) WITHOUT ROWID;`,
  // What was cut off the beginning of a recording: of the whole (track ''), from when on it is there; of a track, its segments.
  `CREATE TABLE cuts (
     sandbox TEXT NOT NULL, track TEXT NOT NULL, begins_us INTEGER NOT NULL, first_number INTEGER NOT NULL,
     payload_bytes TEXT NOT NULL,
     PRIMARY KEY (sandbox, track)
   ) WITHOUT ROWID;`,
  // What is going on at the end of a log: a fork of a day's log must not read all of it to know what was open.
  `CREATE TABLE going (
     sandbox TEXT NOT NULL, thing TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (sandbox, thing)
   ) WITHOUT ROWID;
   CREATE TRIGGER thing_begins AFTER INSERT ON events
   WHEN NEW.kind IN ('call.asked', 'terminal.opened', 'browser.opened', 'recorder.stopped', 'control.changed', 'gate.mode', 'windows.changed')
   BEGIN
     INSERT OR REPLACE INTO going VALUES (NEW.sandbox, CASE NEW.kind
       WHEN 'call.asked' THEN json_extract(NEW.data, '$.call')
       WHEN 'terminal.opened' THEN json_extract(NEW.data, '$.terminal')
       WHEN 'browser.opened' THEN 'browser'
       WHEN 'recorder.stopped' THEN 'stopped'
       ELSE NEW.kind END, NEW.seq);
   END;
   CREATE TRIGGER thing_ends AFTER INSERT ON events
   WHEN NEW.kind IN ('call.ended', 'terminal.exited', 'browser.closed', 'recorder.resumed')
   BEGIN
     DELETE FROM going WHERE sandbox = NEW.sandbox AND thing = CASE NEW.kind
       WHEN 'call.ended' THEN json_extract(NEW.data, '$.call')
       WHEN 'terminal.exited' THEN json_extract(NEW.data, '$.terminal')
       WHEN 'browser.closed' THEN 'browser'
       ELSE 'stopped' END;
   END;`,
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

/** What is gone of the beginning of a track. */
export interface TrackCut {
  /** Of the first segment that is still there. */
  readonly firstNumber: number;
  /** Payload bytes by frame kind that went with the others. */
  readonly payloadBytes: SegmentRow['payloadBytes'];
}

/** After `writtenBytes` of it were written, so many bytes of the source are dealt with. */
export interface OutputPosition {
  readonly writtenBytes: number;
  readonly sourceBytes: number;
  /** Secrets, from the beginning. */
  readonly removed: number;
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
  readonly #selectLastOf;
  readonly #selectGoing;
  readonly #saveSegment;
  readonly #selectSegments;
  readonly #saveOutput;

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
    this.#selectLastOf = this.#database.prepare(
      `SELECT seq, at_us, wall_ms, actor, by, kind, data FROM events
       WHERE sandbox = ? AND kind IN (SELECT value FROM json_each(?)) AND at_us <= ? AND seq <= ?
       ORDER BY seq DESC LIMIT 1`,
    );
    this.#selectGoing = this.#database.prepare('SELECT seq FROM going WHERE sandbox = ? ORDER BY seq');
    this.#saveSegment = this.#database.prepare('INSERT OR REPLACE INTO segments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#selectSegments = this.#database.prepare(
      `SELECT track, number, starts, first_seq, last_seq, first_us, last_us, size_bytes, payload_bytes
       FROM segments WHERE sandbox = ? ORDER BY track, number`,
    );
    this.#saveOutput = this.#database.prepare('INSERT OR REPLACE INTO outputs VALUES (?, ?, ?, ?, ?, ?)');
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
    return rows.map(toEvent);
  }

  /** Where that began which is going on at the end: open calls and terminals, windows, who has control and the like. */
  going(sandbox: SandboxId): number[] {
    return (this.#selectGoing.all(sandbox) as { seq: number }[]).map(({ seq }) => seq);
  }

  /** The newest event of these kinds, up to a moment and a position. */
  lastOf(
    sandbox: SandboxId,
    kinds: readonly LogEvent['kind'][],
    untilUs = Number.MAX_SAFE_INTEGER,
    untilSeq = Number.MAX_SAFE_INTEGER,
  ): LogEvent | undefined {
    const row = this.#selectLastOf.get(sandbox, JSON.stringify(kinds), untilUs, untilSeq) as EventRow | undefined;
    return row && toEvent(row);
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

  /** By `<track> <kind>`, the newest that the written bytes have reached. Those beyond, whose bytes were not written, go. */
  outputs(sandbox: SandboxId, written: (track: string, kind: number) => number): Map<string, OutputPosition> {
    const found = new Map<string, OutputPosition>();
    const rows = this.#database
      .prepare(
        'SELECT track, kind, written_bytes, source_bytes, removed FROM outputs WHERE sandbox = ? ORDER BY written_bytes',
      )
      .all(sandbox) as {
      track: string;
      kind: number;
      written_bytes: number;
      source_bytes: number;
      removed: number;
    }[];
    for (const row of rows) {
      if (row.written_bytes > written(row.track, row.kind)) {
        this.#database
          .prepare('DELETE FROM outputs WHERE sandbox = ? AND track = ? AND kind = ? AND written_bytes = ?')
          .run(sandbox, row.track, row.kind, row.written_bytes);
        continue;
      }
      const { written_bytes: writtenBytes, source_bytes: sourceBytes, removed } = row;
      found.set(`${row.track} ${row.kind}`, { writtenBytes, sourceBytes, removed });
    }
    return found;
  }

  saveOutput(sandbox: SandboxId, of: { track: string; kind: number }, position: OutputPosition): void {
    const { writtenBytes, sourceBytes, removed } = position;
    this.#saveOutput.run(sandbox, of.track, of.kind, writtenBytes, sourceBytes, removed);
  }

  /** Every segment of every recording, as last saved. */
  allSegments(): {
    sandbox: SandboxId;
    track: string;
    starts: number;
    firstUs: number;
    lastUs: number;
    sizeBytes: number;
  }[] {
    return this.#database
      .prepare(
        `SELECT sandbox, track, starts, first_us AS firstUs, last_us AS lastUs, size_bytes AS sizeBytes
         FROM segments ORDER BY sandbox, track, number`,
      )
      .all() as never;
  }

  cuts(sandbox: SandboxId): { beginsUs: number; tracks: Map<string, TrackCut> } {
    const rows = this.#database.prepare('SELECT * FROM cuts WHERE sandbox = ?').all(sandbox) as {
      track: string;
      begins_us: number;
      first_number: number;
      payload_bytes: string;
    }[];
    const tracks = new Map<string, TrackCut>();
    for (const { track, first_number: firstNumber, payload_bytes: payloadBytes } of rows)
      if (track !== '') tracks.set(track, { firstNumber, payloadBytes: JSON.parse(payloadBytes) });
    return { beginsUs: rows.find(({ track }) => track === '')?.begins_us ?? 0, tracks };
  }

  /** All of it or nothing; the files go after. Of `stateKinds` the newest before it stays: what was so when it begins. */
  cut(
    sandbox: SandboxId,
    beginsUs: number,
    tracks: ReadonlyMap<string, TrackCut>,
    { keptKinds, stateKinds }: { keptKinds: readonly string[]; stateKinds: readonly string[] },
  ): void {
    const database = this.#database;
    database.exec('BEGIN');
    try {
      const put = database.prepare('INSERT OR REPLACE INTO cuts VALUES (?, ?, ?, ?, ?)');
      put.run(sandbox, '', beginsUs, 0, '{}');
      for (const [track, { firstNumber, payloadBytes }] of tracks) {
        put.run(sandbox, track, beginsUs, firstNumber, JSON.stringify(payloadBytes));
        database
          .prepare('DELETE FROM segments WHERE sandbox = ? AND track = ? AND number < ?')
          .run(sandbox, track, firstNumber);
      }
      database
        .prepare(
          `DELETE FROM events WHERE sandbox = ? AND at_us < ? AND kind NOT IN (SELECT value FROM json_each(?))
             AND seq < (SELECT max(seq) FROM events WHERE sandbox = ?)
             AND seq NOT IN (SELECT max(seq) FROM events
               WHERE sandbox = ? AND at_us < ? AND kind IN (SELECT value FROM json_each(?)) GROUP BY kind)`,
        )
        .run(sandbox, beginsUs, JSON.stringify(keptKinds), sandbox, sandbox, beginsUs, JSON.stringify(stateKinds));
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }

  /** How often something was removed from events. */
  removedFromEvents(sandbox: SandboxId): number {
    const row = this.#database.prepare('SELECT events FROM removals WHERE sandbox = ?').get(sandbox);
    return (row as { events: number } | undefined)?.events ?? 0;
  }

  countRemoved(sandbox: SandboxId, count: number): void {
    this.#database
      .prepare(
        'INSERT INTO removals VALUES (?, ?) ON CONFLICT (sandbox) DO UPDATE SET events = events + excluded.events',
      )
      .run(sandbox, count);
  }

  remove(sandbox: SandboxId): void {
    for (const table of ['events', 'segments', 'outputs', 'removals', 'cuts', 'going'])
      this.#database.prepare(`DELETE FROM ${table} WHERE sandbox = ?`).run(sandbox);
  }

  close(): void {
    this.#database.close();
  }
}

function toEvent(row: EventRow): LogEvent {
  const { seq, at_us: atUs, wall_ms: wallMs, actor, by, kind } = row;
  return { seq, atUs, wallMs, actor, by, kind, data: JSON.parse(row.data) } as LogEvent;
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
