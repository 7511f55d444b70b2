/** Rows as columns on the wire and back: numbers as differences, what repeats once in a table. */
import type { TimelineColumns } from '@sandglass/protocol';
import type { TimelineRow } from './rows.ts';

export function encodeTimelineRows(rows: Iterable<TimelineRow>): TimelineColumns {
  const columns: TimelineColumns = { sorts: [], seq: [], atUs: [], sort: [], durationUs: [], count: [], key: [] };
  const known = new Map<string, number>();
  let seq = 0;
  let atUs = 0;
  for (const row of rows) {
    const what = `${row.kind} ${row.actor} ${row.failed} ${row.name}`;
    let sort = known.get(what);
    if (sort === undefined) {
      sort = columns.sorts.push({ kind: row.kind, actor: row.actor, failed: row.failed, name: row.name }) - 1;
      known.set(what, sort);
    }
    columns.seq.push(row.seq - seq);
    columns.atUs.push(row.atUs - atUs);
    columns.sort.push(sort);
    columns.durationUs.push(row.durationUs);
    columns.count.push(row.count);
    columns.key.push(row.key);
    seq = row.seq;
    atUs = row.atUs;
  }
  return columns;
}

/** Of any server: the store passes over kinds it does not know. */
export function* decodeTimelineRows(columns: TimelineColumns): Iterable<TimelineRow> {
  let seq = 0;
  let atUs = 0;
  for (let index = 0; index < columns.seq.length; index++) {
    seq += columns.seq[index]!;
    atUs += columns.atUs[index]!;
    const sort = columns.sorts[columns.sort[index]!];
    if (sort === undefined) continue;
    yield {
      seq,
      atUs,
      ...sort,
      key: columns.key[index]!,
      durationUs: columns.durationUs[index]!,
      count: columns.count[index]!,
    };
  }
}
